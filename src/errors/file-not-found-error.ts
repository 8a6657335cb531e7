import { Data } from "effect"
import { makeMessage } from "./make-message.js"

/** No live record or no bytes belong to this file id. */
export class FileNotFoundError extends Data.TaggedError("FileNotFoundError")<{
  readonly reason: "NoRecord" | "Deleted" | "NoBytes"
  readonly fileId: string
}> {
  override get message(): string {
    const why = {
      NoRecord: "there is no file with this id",
      Deleted: "the file was deleted",
      NoBytes: "no device has uploaded its bytes yet",
    }[this.reason]
    return makeMessage({ what: "File not found", subject: this.fileId, why })
  }
}
