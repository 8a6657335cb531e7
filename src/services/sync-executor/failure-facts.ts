import { Cause } from "effect"
import type { DownloadError, StorageError, UploadError } from "../../errors/index.js"
import type { FileSyncErrorInfo } from "../../types/index.js"
import type { TransferFailureReason } from "./retry-policy.js"
import { toPoliteWait } from "./retry-after-limit.js"
import { toErrorInfo } from "./to-error-info.js"

/** Every typed way in which a transfer can fail. */
export type TransferError = UploadError | DownloadError | StorageError

/** The facts of a failed attempt that decide the next step. */
export interface FailureFacts {
  readonly reason: TransferFailureReason
  readonly info: FileSyncErrorInfo
  /** The server's `Retry-After`, limited to an hour; 0 = none. */
  readonly retryAfterMs: number
}

/** The facts of a cause. A defect is a bug or a foreign adapter's: `Unknown`, which stops this file and nothing else. */
export const toFailureFacts = (cause: Cause.Cause<TransferError>): FailureFacts => {
  const failure = Cause.failureOption(cause)
  if (failure._tag === "None") {
    return { reason: "Unknown", info: toErrorInfo(Cause.squash(cause)), retryAfterMs: 0 }
  }
  const error = failure.value
  const asked = "retryAfterMs" in error ? error.retryAfterMs : undefined
  return { reason: error.reason, info: toErrorInfo(error), retryAfterMs: toPoliteWait(asked) }
}
