import type { Transfer } from "./transfer-table.js"

/**
 * Least time between two tries that a stopped file gets by itself in one session. A refused file is sent whole each
 * time, so this trades how soon it heals against what a file that is refused for good costs.
 */
const intervalMs = 60 * 60 * 1000

/** How often stopped files are looked at for one whose time has come. */
export const lookEvery = "15 minutes"

/** What happened that may have changed a refusal: the connection is back, or only time went by. */
export type ChanceTrigger = "connection" | "time"

/** Whether somebody cancelled it: no failure, and only somebody takes it back. */
export const isCancelled = ({ phase, failure }: Pick<Transfer, "phase" | "failure">): boolean =>
  phase === "failed" && failure?.reason === "Aborted"

/** Whether a stopped transfer may be tried once more by itself. */
export const isDueAgain = (transfer: Transfer, trigger: ChanceTrigger, now: number): boolean => {
  if (transfer.phase !== "failed" || isCancelled(transfer)) return false
  const { stoppedAt, chanceAt } = transfer
  if (trigger === "connection") return chanceAt === null || now - chanceAt >= intervalMs
  return now - Math.max(stoppedAt ?? 0, chanceAt ?? 0) >= intervalMs
}
