import { Data } from "effect"
import { makeMessage } from "./make-message.js"

/** Hashing bytes failed. */
export class HashError extends Data.TaggedError("HashError")<{
  readonly reason: "Unavailable" | "Failed"
  readonly cause?: unknown
}> {
  override get message(): string {
    const why =
      this.reason === "Unavailable"
        ? "SHA-256 needs a secure context (HTTPS or localhost)"
        : "the bytes could not be read"
    return makeMessage({ what: "Could not hash the file", why })
  }
}
