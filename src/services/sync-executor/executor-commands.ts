import { Effect } from "effect"
import type { Connection } from "./connection.js"
import type { RetryClock } from "./retry-clock.js"
import { isCancelled } from "./second-chance.js"
import type { SyncExecutor } from "./SyncExecutor.js"
import { cancelled } from "./to-error-info.js"
import type { TransferAttempts } from "./transfer-attempts.js"
import type { TransferScheduler } from "./transfer-scheduler.js"
import { transferKey, untried } from "./transfer-table.js"

/** The parts of an executor that commands act on. */
export interface CommandParts {
  readonly scheduler: TransferScheduler
  readonly attempts: TransferAttempts
  readonly connection: Connection
  readonly retryClock: RetryClock
  readonly probe: () => void
}

/** Commands about transfers that exist already. */
export const executorCommands = ({
  scheduler,
  attempts,
  connection,
  retryClock,
  probe,
}: CommandParts): Pick<
  SyncExecutor["Type"],
  "prioritize" | "cancel" | "forget" | "retry" | "pause" | "resume" | "holdSmallUploads" | "spaceFreed"
> => {
  const { table, held } = scheduler
  return {
    prioritize: (contentHash) =>
      Effect.sync(() => {
        for (const transfer of table.of(contentHash)) {
          table.patch(transfer, { priority: "visible" })
          if (transfer.phase === "waiting" && connection.isOnline) scheduler.requeue(transfer)
        }
        scheduler.pump()
      }),
    cancel: (contentHash) =>
      Effect.suspend(() => {
        const ended = table.of(contentHash)
        const failure = { reason: "Aborted", info: cancelled } as const
        for (const transfer of ended)
          scheduler.change(transfer, { phase: "failed", nextRetryAt: null, failure })
        scheduler.pump()
        return attempts.abort(ended)
      }),
    forget: (contentHash) =>
      Effect.suspend(() => {
        const forgotten = table.of(contentHash)
        for (const transfer of forgotten) {
          table.remove(transfer.kind, contentHash)
          retryClock.forget(transferKey(transfer.kind, contentHash))
        }
        scheduler.pump()
        return attempts.abort(forgotten)
      }),
    retry: (contentHash) =>
      Effect.sync(() => {
        if (contentHash === null) held.release()
        for (const transfer of table.of(contentHash)) {
          if (transfer.phase === "queued" || transfer.phase === "running") continue
          if (contentHash === null && isCancelled(transfer)) continue
          retryClock.forget(transferKey(transfer.kind, transfer.contentHash))
          scheduler.change(transfer, { phase: "queued", ...untried })
        }
        if (!connection.isOnline) probe()
        scheduler.pump()
      }),
    pause: Effect.suspend(() => attempts.abort(scheduler.pause())),
    resume: Effect.sync(() => scheduler.resume()),
    holdSmallUploads: (isHeld) => Effect.sync(() => scheduler.holdSmallUploads(isHeld)),
    spaceFreed: Effect.sync(() => {
      held.release()
      scheduler.pump()
    }),
  }
}
