import { Effect } from "effect"
import type { Transfer } from "./transfer-table.js"

/**
 * Least time between two automatic attempts of a stopped file in one session. A refused file is sent whole each
 * time, so this trades how soon it heals against what a file that is refused for good costs.
 */
const intervalMs = 60 * 60 * 1000

/** How often stopped files are checked for one that is due. */
const lookEvery = "15 minutes"

/** Runs `give` periodically while a transfer may get another attempt, so that an idle engine has no timer. */
export const chanceLoop = (give: Effect.Effect<void>, isNeeded: () => boolean): Effect.Effect<void> => {
  const loop: Effect.Effect<void> = Effect.sleep(lookEvery).pipe(
    Effect.zipRight(give),
    Effect.zipRight(Effect.suspend(() => (isNeeded() ? loop : Effect.void))),
  )
  return loop
}

/** What happened that may have changed a refusal: the connection is back, or only time went by. */
export type ChanceTrigger = "connection" | "time"

/** Whether a person cancelled it: not a failure, and never undone automatically. */
export const isCancelled = ({ phase, failure }: Pick<Transfer, "phase" | "failure">): boolean =>
  phase === "failed" && failure?.reason === "Aborted"

/** Whether a transfer waits for its next automatic attempt, or for space, and not for a person. */
export const mayGetChance = (transfer: Pick<Transfer, "phase" | "failure">): boolean =>
  transfer.phase === "held" || (transfer.phase === "failed" && !isCancelled(transfer))

/** Whether the interval is over; also when the device's clock was set back by more than that, or it would never be. */
const isOver = (since: number, now: number): boolean => Math.abs(now - since) >= intervalMs

/** Whether a stopped transfer is due for an automatic attempt. */
export const isDueAgain = (transfer: Transfer, trigger: ChanceTrigger, now: number): boolean => {
  if (transfer.phase !== "failed" || isCancelled(transfer)) return false
  const { stoppedAt, chanceAt } = transfer
  if (trigger === "connection") return chanceAt === null || isOver(chanceAt, now)
  return isOver(Math.max(stoppedAt ?? 0, chanceAt ?? 0), now)
}
