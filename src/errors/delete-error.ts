import { Data } from "effect"
import { makeMessage } from "./make-message.js"

import type { RemoteFailureReason } from "../types/remote-storage-adapter.js"
import { explainRemoteFailure } from "./explain-remote-failure.js"

/** Deleting the remote copy of a file failed; `reason` decides whether it is tried again. */
export class DeleteError extends Data.TaggedError("DeleteError")<{
  readonly reason: RemoteFailureReason
  readonly fileId?: string | undefined
  readonly key: string
  /** How long the server asks to wait, in milliseconds (`Retry-After`). */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}> {
  override get message(): string {
    const subject = this.fileId ?? this.key
    return makeMessage({
      what: "Deleting the remote copy of a file failed",
      subject,
      ...explainRemoteFailure(this.reason),
    })
  }
}
