import { Data } from "effect"
import { makeMessage } from "./make-message.js"

const explanations = {
  QuotaExceeded: [
    "the browser gives this site no more space",
    "Free space on the device or evict files; nothing was lost.",
  ],
  NotFound: ["there are no such bytes on this device", undefined],
  NotUploaded: ["no other place is known to have these bytes", "Wait until the file is uploaded."],
  StillReferenced: [
    "another file, or an earlier version of one, has the same content",
    "Delete or erase that file first.",
  ],
  Pinned: ["the file is pinned to this device", "Unpin it first."],
  Unavailable: ["this browser mode offers no file storage", undefined],
  Changed: ["the source file changed or vanished while it was read", "Pick the file again."],
  Locked: ["another tab or program holds the file", "Try again, or close other tabs of this site."],
  Damaged: [
    "the browser's own storage failed",
    "Restart the browser; files that are stored elsewhere too come back.",
  ],
  Aborted: ["the caller aborted it", undefined],
  Unknown: ["the browser refused", undefined],
} as const

/** Why this device's storage failed. */
export type StorageErrorReason = keyof typeof explanations

/** Reading or writing bytes on this device failed; what was stored before is untouched. */
export class StorageError extends Data.TaggedError("StorageError")<{
  readonly reason: StorageErrorReason
  readonly operation: string
  /** OPFS path, content hash or file id. */
  readonly subject?: string | undefined
  readonly cause?: unknown
}> {
  override get message(): string {
    return this.#describe(this.subject)
  }

  /** The message without paths and ids, for people. */
  get summary(): string {
    return this.#describe()
  }

  #describe(subject?: string): string {
    const [why, advice] = explanations[this.reason]
    return makeMessage({ what: `Could not ${this.operation}`, subject, why, advice })
  }
}
