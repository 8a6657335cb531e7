import { Data } from "effect"
import { makeMessage } from "./make-message.js"

import type { RemoteFailureReason } from "../types/remote-storage-adapter.js"
import { explainRemoteFailure } from "./explain-remote-failure.js"

/** Uploading a file failed; `reason` decides whether it is tried again. */
export class UploadError extends Data.TaggedError("UploadError")<{
  readonly reason: RemoteFailureReason
  readonly fileId?: string | undefined
  readonly key: string
  /** How long the server asks to wait, in milliseconds (`Retry-After`). */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}> {
  override get message(): string {
    return this.#describe(this.fileId ?? this.key)
  }

  /** The message without ids, for people. */
  get summary(): string {
    return this.#describe()
  }

  #describe(subject?: string): string {
    return makeMessage({
      what: "Uploading a file failed",
      subject,
      ...explainRemoteFailure(this.reason, "upload"),
    })
  }
}
