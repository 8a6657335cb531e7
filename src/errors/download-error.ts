import { Data } from "effect"
import { makeMessage } from "./make-message.js"

import type { RemoteFailureReason } from "../types/remote-storage-adapter.js"
import { explainRemoteFailure } from "./explain-remote-failure.js"

/** Downloading a file failed; `reason` decides whether it is tried again. */
export class DownloadError extends Data.TaggedError("DownloadError")<{
  readonly reason: RemoteFailureReason
  readonly fileId?: string | undefined
  readonly key: string
  /** The server's wish, in milliseconds. */
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
    return makeMessage({ what: "Downloading a file failed", subject, ...explainRemoteFailure(this.reason) })
  }
}
