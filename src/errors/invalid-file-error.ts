import { Data } from "effect"
import { makeMessage } from "./make-message.js"

/** What was passed cannot be saved as a file; nothing was stored. */
export class InvalidFileError extends Data.TaggedError("InvalidFileError")<{
  readonly reason:
    | "NotABlob"
    | "Directory"
    | "InvalidName"
    | "InvalidMetadata"
    | "Preprocessor"
    | "InvalidCommit"
  readonly fileName?: string | undefined
  readonly cause?: unknown
}> {
  override get message(): string {
    const why = {
      NotABlob: "it is neither a File nor a Blob",
      Directory: "it is a folder, or cannot be read",
      InvalidName: "the name is not a string",
      InvalidMetadata: "the metadata does not survive JSON",
      Preprocessor: "a preprocessor failed on it",
      InvalidCommit: "the `commit` function threw or gave no list of events",
    }[this.reason]
    return makeMessage({ what: "This cannot be saved", subject: this.fileName, why })
  }
}
