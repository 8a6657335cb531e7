import { Effect, FiberMap, Layer } from "effect"
import { Connection, waitsForConnection } from "./connection.js"
import { ConcurrencyLimiter } from "./ConcurrencyLimiter.js"
import { executorCommands } from "./executor-commands.js"
import { makeRetryClock } from "./retry-clock.js"
import { defaultRetrySchedule } from "./retry-policy.js"
import { SyncExecutor, type SyncExecutorConfig, TransferRunner } from "./SyncExecutor.js"
import { type ExecutorFibers, TransferAttempts } from "./transfer-attempts.js"
import { TransferScheduler } from "./transfer-scheduler.js"
import type { Priority, TransferKind } from "./transfer-table.js"

const probeKey = "probe"

/**
 * The executor; needs something that moves bytes, and how many at once. The scheduler starts attempts, attempts report
 * their end to the scheduler, and both depend on whether the remote answers.
 */
export const layerExecutor = ({
  retrySchedule = defaultRetrySchedule,
}: Partial<Pick<SyncExecutorConfig, "retrySchedule">> = {}) =>
  Layer.scoped(
    SyncExecutor,
    Effect.gen(function* () {
      const runner = yield* TransferRunner
      const limiter = yield* ConcurrencyLimiter
      const map = yield* FiberMap.make<string>()
      const fork: ExecutorFibers["fork"] = yield* FiberMap.runtime(map)<never>()
      const retryClock = makeRetryClock(retrySchedule)
      const scheduler = new TransferScheduler({
        small: runner.small,
        limit: (queue) => limiter.limit(queue),
        isOnline: () => connection.isOnline,
        start: (transfer) => attempts.start(transfer),
      })
      const probe = (isHint = false): void => {
        if (scheduler.isActive) fork(probeKey, connection.probe(isHint), { onlyIfMissing: !isHint })
      }
      const attempts = new TransferAttempts({
        runner,
        limiter,
        fibers: { map, fork },
        retryClock,
        scheduler,
        probe,
      })
      const connection: Connection = new Connection({
        checkHealth: runner.checkHealth,
        switched: (isOnline) => {
          scheduler.emit(isOnline ? { type: "online" } : { type: "offline" })
          if (!isOnline) return scheduler.changed()
          limiter.forget()
          for (const transfer of scheduler.table.of(null).filter(waitsForConnection))
            scheduler.change(transfer, { phase: "queued", nextRetryAt: null })
          scheduler.pump()
        },
        changed: () => scheduler.changed(),
        answered: Effect.suspend(() => attempts.giveChances("connection")),
      })
      yield* limiter.onRaised(() => scheduler.pump())
      return SyncExecutor.of({
        ...executorCommands({ scheduler, attempts, connection, retryClock, probe }),
        ...executorState(scheduler, connection),
        activate: Effect.acquireRelease(
          Effect.sync(() => scheduler.activate()),
          () =>
            Effect.suspend(() => {
              connection.reset()
              scheduler.deactivate()
              return Effect.zipRight(
                attempts.abortAll(),
                Effect.sync(() => scheduler.changed()),
              )
            }),
        ),
        probe: Effect.sync(() => probe(true)),
      })
    }),
  )

/** What the executor's callers read and add; the rest are commands about transfers that exist. */
const executorState = (scheduler: TransferScheduler, connection: Connection) => {
  const { table, idle, listeners } = scheduler
  const enqueue =
    (kind: TransferKind) =>
    (contentHash: string, sizeBytes: number, priority: Priority = "background") =>
      Effect.sync(() => scheduler.enqueue(kind, contentHash, sizeBytes, priority))
  return {
    enqueueUpload: enqueue("upload"),
    enqueueDownload: enqueue("download"),
    sums: () => table.sums,
    connection: () => connection.facts,
    isOnline: () => connection.isOnline,
    isPaused: () => scheduler.isPaused,
    get: (kind, contentHash) => table.get(kind, contentHash),
    all: () => table.all(),
    takeChanges: (limit) => table.takeChanges(limit),
    awaitIdle: idle.wait,
    listen: (listener) => listeners.listen(listener),
  } satisfies Partial<SyncExecutor["Type"]>
}
