import type { FailureSide, SyncCause } from "../../types/index.js"

/** The part of a failure that decides the cause in the status. */
export interface FailureReason {
  readonly reason: string
  readonly side: FailureSide
}

/** What the cause is derived from. */
export interface CauseFacts {
  readonly hasRemote: boolean
  /** `navigator.onLine`: only `false` is reliable. */
  readonly isDeviceOnline: boolean
  /** The remote answered last time. */
  readonly isRemoteReached: boolean
  /** Why the latest probe of the remote failed. */
  readonly probeFailure: string | null
  /** Of every transfer that waits, is held or stopped, except the cancelled. */
  readonly failures: Iterable<FailureReason>
}

/**
 * Most important first: what needs a person and concerns all files, then what passes by itself, then what concerns
 * single files.
 */
const ranking: ReadonlyArray<SyncCause> = [
  "offline",
  "signed-out",
  "wrong-address",
  "unreachable",
  "server-trouble",
  "server-full",
  "device-full",
  "not-allowed",
]

const remoteCauses: Readonly<Record<string, SyncCause>> = {
  Offline: "unreachable",
  Timeout: "unreachable",
  ServerError: "server-trouble",
  RateLimited: "server-trouble",
  Unauthorized: "signed-out",
  Forbidden: "not-allowed",
  QuotaExceeded: "server-full",
  NotOurServer: "wrong-address",
}

/** The cause that a single failure points at; `null` = it is about that file alone. */
const causeOfFailure = ({ reason, side }: FailureReason): SyncCause | null => {
  if (side === "local") return reason === "QuotaExceeded" ? "device-full" : null
  if (reason === "NotFound" && side === "upload") return "wrong-address"
  return remoteCauses[reason] ?? null
}

/** Why files wait or stopped, the most important when there are several; `null` when none does. */
export const causeOf = (facts: CauseFacts): SyncCause | null => {
  if (!facts.hasRemote) return null
  if (!facts.isDeviceOnline) return "offline"
  const causes = new Set<SyncCause | null>()
  if (!facts.isRemoteReached)
    causes.add(causeOfFailure({ reason: facts.probeFailure ?? "Offline", side: "upload" }) ?? "unreachable")
  for (const failure of facts.failures) causes.add(causeOfFailure(failure))
  return ranking.find((cause) => causes.has(cause)) ?? null
}
