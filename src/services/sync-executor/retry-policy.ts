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
  /** Try again a few times: what arrived was wrong, which another try may mend. */
  | "few-tries"
  /** Try again a few times with long pauses: a record says that it is there, so it may still be on its way. */
  | "few-slow-tries"
  /** Not again now: it gets another try when something changes, when somebody asks, or after an hour. */
  | "stop"

const classes: Readonly<Record<TransferFailureReason, RetryClass>> = {
  Offline: "back-off-and-probe",
  Timeout: "back-off-and-probe",
  ServerError: "back-off-and-probe",
  NotOurServer: "back-off-and-probe",
  RateLimited: "back-off",
  Unknown: "few-tries",
  IntegrityMismatch: "few-tries",
  Unavailable: "few-tries",
  Damaged: "few-tries",
  Locked: "back-off",
  Unauthorized: "stop",
  Forbidden: "stop",
  NotFound: "stop",
  TooLarge: "stop",
  QuotaExceeded: "stop",
  Rejected: "stop",
  // Not by us, who interrupt what we cancel: a browser ends requests when it suspends a page.
  Aborted: "back-off",
  NotUploaded: "stop",
  Pinned: "stop",
  StillReferenced: "stop",
  Changed: "stop",
  // Of reads, never of a transfer.
  Paused: "stop",
  NotStarted: "stop",
}

/** Reasons that too much at once may have brought about: the line or the remote gave way. */
const troubles: ReadonlySet<TransferFailureReason> = new Set([
  "Offline",
  "Timeout",
  "ServerError",
  "RateLimited",
])

/** Whether fewer transfers at once may help against it. */
export const isTrouble = (reason: TransferFailureReason): boolean => troubles.has(reason)

/** Tries of the class `few-tries` before it stops. Our choice: wrong bytes three times are not a glitch. */
const fewTries = 3

/** Pauses of the class `few-slow-tries`: a replica or a cache that knows of nothing yet is right within minutes. */
const slowPausesMs: ReadonlyArray<number> = [5_000, 30_000, 300_000]

/** The one place that decides by an error's reason whether it is tried again. */
export const retryClassOf = (reason: TransferFailureReason, side?: FailureSide): RetryClass =>
  reason === "NotFound" && side === "download" ? "few-slow-tries" : classes[reason]

/** Whether failures of this class are counted apart, because only so many are tried again. */
export const isCounted = (retryClass: RetryClass): boolean =>
  retryClass === "few-tries" || retryClass === "few-slow-tries"

/** Whether a transfer that failed for the `attempt`-th time (from 1) in this class is tried again by itself. */
export const isRetried = (retryClass: RetryClass, attempt: number): boolean => {
  if (retryClass === "few-slow-tries") return attempt <= slowPausesMs.length
  return retryClass === "few-tries" ? attempt < fewTries : retryClass !== "stop"
}

/** The least pause after the `attempt`-th failure of this class; 0 = none of its own. */
export const leastPauseMs = (retryClass: RetryClass, attempt: number): number =>
  retryClass === "few-slow-tries" ? (slowPausesMs[attempt - 1] ?? 0) : 0

/** Longest delay between two tries. Our choice: long enough to be polite, short enough not to be forgotten. */
const maxDelay = Duration.minutes(1)

/** One second, doubled each time, each delay at most a minute, all of it jittered so that devices do not march in step. */
export const defaultRetrySchedule: Schedule.Schedule<unknown> = Schedule.exponential("1 second").pipe(
  Schedule.union(Schedule.spaced(maxDelay)),
  Schedule.jittered,
)
