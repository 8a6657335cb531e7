import { Duration, Schedule } from "effect"
import type { FailureSide } from "../../types/index.js"
import type { DownloadErrorReason, StorageErrorReason } from "../../errors/index.js"

/** Every way a transfer can fail, as far as retrying is concerned. */
export type TransferFailureReason = DownloadErrorReason | StorageErrorReason

/** What to do about a failure. */
export type RetryClass =
  /** Try again after a growing delay; the remote may not be reachable at all. */
  | "back-off-and-probe"
  /** Try again after a growing delay. */
  | "back-off"
  /** Try again a few times: the bytes that arrived were wrong, and another attempt may succeed. */
  | "limited"
  /** Try again a few times with long pauses: a record says that it is there, so it may still be on its way. */
  | "limited-slow"
  /** No retry of its own: it is tried again when something changes, on request, or after an hour. */
  | "stop"

const classes: Readonly<Record<TransferFailureReason, RetryClass>> = {
  Offline: "back-off-and-probe",
  Timeout: "back-off-and-probe",
  ServerError: "back-off-and-probe",
  NotOurServer: "back-off-and-probe",
  RateLimited: "back-off",
  Unknown: "limited",
  IntegrityMismatch: "limited",
  Unavailable: "limited",
  Damaged: "limited",
  Locked: "back-off",
  Unauthorized: "stop",
  Forbidden: "stop",
  NotFound: "stop",
  TooLarge: "stop",
  QuotaExceeded: "stop",
  Rejected: "stop",
  // By the browser, which ends requests when it suspends a page: a transfer that the engine cancels is interrupted and
  // fails with nothing.
  Aborted: "back-off",
  NotUploaded: "stop",
  Pinned: "stop",
  StillReferenced: "stop",
  Changed: "stop",
  // Of reads, never of a transfer.
  Paused: "stop",
  NotStarted: "stop",
}

/** Reasons that signal congestion: connection or remote may have been overloaded. */
const congestionReasons: ReadonlySet<TransferFailureReason> = new Set([
  "Offline",
  "Timeout",
  "ServerError",
  "RateLimited",
])

/** Whether a failure signals congestion, so that fewer transfers at once may help. */
export const isCongestion = (reason: TransferFailureReason): boolean => congestionReasons.has(reason)

/** Attempts of the class `limited` before it stops: wrong bytes three times in a row are no coincidence. */
const limitedTries = 3

/** Pauses of the class `limited-slow`: a replica or a cache that knows of nothing yet is right within minutes. */
const slowPausesMs: ReadonlyArray<number> = [5_000, 30_000, 300_000]

/** The one place that decides by an error's reason whether it is tried again. */
export const retryClassOf = (reason: TransferFailureReason, side?: FailureSide): RetryClass =>
  reason === "NotFound" && side === "download" ? "limited-slow" : classes[reason]

/** Whether failures of this class are counted apart, because only so many are tried again. */
export const isCounted = (retryClass: RetryClass): boolean =>
  retryClass === "limited" || retryClass === "limited-slow"

/** Whether a transfer that failed for the `attempt`-th time (from 1) in this class is tried again automatically. */
export const shouldRetry = (retryClass: RetryClass, attempt: number): boolean => {
  if (retryClass === "limited-slow") return attempt <= slowPausesMs.length
  return retryClass === "limited" ? attempt < limitedTries : retryClass !== "stop"
}

/** The least pause after the `attempt`-th failure of this class; 0 = none of its own. */
export const leastPauseMs = (retryClass: RetryClass, attempt: number): number =>
  retryClass === "limited-slow" ? (slowPausesMs[attempt - 1] ?? 0) : 0

/** Longest backoff delay. A longer one spares the server; a shorter one recovers sooner. */
const maxDelay = Duration.minutes(1)

/** Exponential backoff from one second to one minute, with jitter so that devices do not retry at the same moment. */
export const defaultRetrySchedule: Schedule.Schedule<unknown> = Schedule.exponential("1 second").pipe(
  Schedule.union(Schedule.spaced(maxDelay)),
  Schedule.jittered,
)
