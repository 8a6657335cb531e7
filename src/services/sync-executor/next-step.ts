import type { FailureFacts } from "./failure-facts.js"
import { earlyRetryAfterMs } from "./retry-after-limit.js"
import { isCounted, shouldRetry, leastPauseMs, retryClassOf } from "./retry-policy.js"
import type { Transfer } from "./transfer-table.js"

/** The next step after a failure. */
export type NextStep =
  /** Again after at least so long. */
  | { readonly type: "again"; readonly leastMs: number; readonly isProbed: boolean }
  /** This device is full: every other download would fail in the same way. */
  | { readonly type: "hold" }
  | { readonly type: "stop" }

/** The next step after a failure, and how often failures of a limited class have happened by now. */
export const nextStep = (
  transfer: Pick<Transfer, "kind" | "attempt" | "limitedTries">,
  { reason, info, retryAfterMs }: FailureFacts,
): { readonly step: NextStep; readonly attempt: number; readonly limitedTries: number } => {
  const attempt = transfer.attempt + 1
  if (transfer.kind === "download" && info.side === "local" && reason === "QuotaExceeded")
    return { step: { type: "hold" }, attempt, limitedTries: transfer.limitedTries }
  const retryClass = retryClassOf(reason, info.side)
  const limitedTries = transfer.limitedTries + (isCounted(retryClass) ? 1 : 0)
  const tries = isCounted(retryClass) ? limitedTries : attempt
  if (!shouldRetry(retryClass, tries)) return { step: { type: "stop" }, attempt, limitedTries }
  const leastMs = Math.max(retryAfterMs, leastPauseMs(retryClass, tries))
  return {
    step: { type: "again", leastMs, isProbed: retryClass === "back-off-and-probe" },
    attempt,
    limitedTries,
  }
}

/**
 * The fields of a transfer that failed and is tried again after `delayMs`; `null` = it is not tried again by its own
 * retry clock.
 */
export const afterFailure = (
  transfer: Pick<Transfer, "priority">,
  { reason, info, retryAfterMs }: FailureFacts,
  step: NextStep,
  delayMs: number | null,
  now: number,
) => {
  // A read that requested it gets its answer now.
  const isHeld = step.type === "hold" && transfer.priority === "background"
  return {
    phase: isHeld ? "held" : delayMs === null ? "failed" : "waiting",
    bytesDone: 0,
    nextRetryAt: delayMs === null ? null : now + delayMs,
    mayRetryEarlyAt: delayMs !== null && retryAfterMs > earlyRetryAfterMs ? now + earlyRetryAfterMs : null,
    stoppedAt: now,
    failure: { reason, info },
  } as const
}
