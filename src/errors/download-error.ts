import { Data } from "effect"
import { makeMessage } from "./make-message.js"

import type { RemoteFailureReason } from "../types/remote-storage-adapter.js"
import { explainRemoteFailure } from "./explain-remote-failure.js"

/**
 * Why a download failed. `Paused`: transfers are paused on this device. `NotStarted`: no tab of this device syncs, because
 * `start` was not called or `stop` was.
 */
export type DownloadErrorReason = RemoteFailureReason | "Paused" | "NotStarted"

const explanations = {
  Paused: { why: "transfers are paused on this device", advice: "Resume syncing." },
  NotStarted: { why: "no tab of this site syncs", advice: "Call start()." },
} as const

const explain = (reason: DownloadErrorReason) =>
  reason === "Paused" || reason === "NotStarted" ? explanations[reason] : explainRemoteFailure(reason)

/** Downloading a file failed; `reason` decides whether it is tried again. */
export class DownloadError extends Data.TaggedError("DownloadError")<{
  readonly reason: DownloadErrorReason
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
    return makeMessage({ what: "Downloading a file failed", subject, ...explain(this.reason) })
  }
}
