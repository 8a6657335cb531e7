import { Data } from "effect"
import { makeMessage } from "./make-message.js"

/** Bytes do not have the hash they were announced under; they were not published and are never served. */
export class IntegrityError extends Data.TaggedError("IntegrityError")<{
  readonly reason: "HashMismatch" | "SizeMismatch"
  readonly expected: string
  readonly actual: string
  readonly fileId?: string | undefined
}> {
  override get message(): string {
    const why = `expected ${this.expected}, got ${this.actual}`
    return makeMessage({ what: "The bytes are not the expected ones", subject: this.fileId, why })
  }
}
