/* oxlint-disable max-lines-per-function -- Steps and members share one transfer table, which changes within one turn. */
import { Clock, Effect, Exit, Fiber, FiberMap, Layer, Option } from "effect"
import { type TransferError, toFailureFacts } from "./failure-facts.js"
import { Connection, waitsForConnection } from "./connection.js"
import { HeldDownloads } from "./held-downloads.js"
import { earlyRetryLoop } from "./early-retry-loop.js"
import { IdleWaiters } from "./idle-waiters.js"
import { afterFailure, nextStep } from "./next-step.js"
import { LatestRuns } from "./latest-runs.js"
import { ConcurrencyLimiter } from "./ConcurrencyLimiter.js"
import { makeRetryClock } from "./retry-clock.js"
import { defaultRetrySchedule } from "./retry-policy.js"
import { ExecutorListeners } from "./executor-listeners.js"
import { type ChanceTrigger, isCancelled, isDueAgain, chanceLoop, mayGetChance } from "./second-chance.js"
import { type ExecutorEvent, SyncExecutor, type SyncExecutorConfig, TransferRunner } from "./SyncExecutor.js"
import { cancelled } from "./to-error-info.js"
import {
  type Priority,
  type Transfer,
  type TransferKind,
  TransferTable,
  isSmall,
  type QueueName,
  queueNames,
  transferKey,
  untried,
} from "./transfer-table.js"

const probeKey = "probe"
const hurryKey = "hurry"
const chanceKey = "second chances"

/** The executor; needs something that moves bytes, and how many at once. */
export const layerExecutor = ({
  retrySchedule = defaultRetrySchedule,
}: Partial<Pick<SyncExecutorConfig, "retrySchedule">> = {}) =>
  Layer.scoped(
    SyncExecutor,
    Effect.gen(function* () {
      const runner = yield* TransferRunner
      const limiter = yield* ConcurrencyLimiter
      // Small files wait for places in the requests they share.
      const limitOf = (queue: QueueName): number =>
        isSmall(queue) ? runner.small.maxRunning : limiter.limit(queue)
      const table = new TransferTable(runner.small.maxRunning > 0 ? runner.small.maxFileBytes : -1)
      const listeners = new ExecutorListeners()
      const emit = (event: ExecutorEvent): void => listeners.emit(event)
      const idle = new IdleWaiters(() => table.isIdle)
      const fibers = yield* FiberMap.make<string>()
      const fork = yield* FiberMap.runtime(fibers)<never>()
      const retryClock = makeRetryClock(retrySchedule)
      const runs = new LatestRuns()
      let isActive = false
      let isPaused = false

      const changed = (): void => {
        emit({ type: "changed" })
        idle.check()
      }
      // Everything below until the service changes the table at once and without waiting, so that no two of them
      // can interleave; what takes time runs in fibres that come back with their result.
      const pump = (): void => {
        if (isActive && !isPaused && connection.isOnline) {
          for (const queue of queueNames) {
            for (let free = limitOf(queue) - table.running(queue); free > 0; free--) {
              const next = table.next(queue)
              if (next === undefined) break
              start(next)
            }
          }
        }
        changed()
      }

      const start = (transfer: Transfer): void => {
        const { kind, contentHash } = transfer
        table.patch(transfer, {
          phase: "running",
          isInterrupted: false,
          bytesDone: 0,
          nextRetryAt: null,
          mayRetryEarlyAt: null,
        })
        emit({ type: "started", transfer })
        const key = transferKey(kind, contentHash)
        const queue = table.queueOf(transfer)
        const isLatest = runs.begin(key)
        const onProgress = (bytesDone: number, bytesTotal: number): void => {
          // Third-party adapters may misreport: ignores progress that is not a number or belongs to an attempt that has ended.
          if (!(bytesDone >= 0 && bytesTotal >= 0) || !isLatest()) return
          if (table.get(kind, contentHash)?.phase !== "running") return
          table.patch(transfer, { bytesDone, bytesTotal })
          const now = table.get(kind, contentHash)
          if (now !== undefined) emit({ type: "progress", transfer: now })
        }
        const moving = runner.run(kind, contentHash, onProgress)
        fork(
          key,
          (isSmall(queue) ? moving : limiter.during(queue)(moving)).pipe(
            Effect.exit,
            // A run that takes its place interrupts it, and an interrupted run does not get here.
            Effect.flatMap((exit) => settle(transfer, exit)),
          ),
        )
      }

      const settle = (started: Transfer, exit: Exit.Exit<void, TransferError>): Effect.Effect<void> =>
        Effect.gen(function* () {
          const transfer = table.get(started.kind, started.contentHash)
          if (transfer === undefined || transfer.phase !== "running") return
          const key = transferKey(transfer.kind, transfer.contentHash)
          runs.end(key)
          if (Exit.isSuccess(exit)) {
            retryClock.forget(key)
            table.remove(transfer.kind, transfer.contentHash)
            emit({ type: "done", transfer })
            return pump()
          }
          const facts = toFailureFacts(exit.cause)
          const { step, attempt, limitedTries } = nextStep(transfer, facts)
          const delayMs = step.type === "again" ? yield* retryClock.nextDelay(key, step.leastMs) : null
          const now = yield* Clock.currentTimeMillis
          const changes = afterFailure(transfer, facts, step, delayMs, now)
          table.patch(transfer, { ...changes, attempt, limitedTries })
          if (step.type === "hold") held.hold(changes.failure)
          if (step.type !== "again") fork(chanceKey, lookAgain, { onlyIfMissing: true })
          if (changes.phase === "held") changedPhase(transfer)
          else emit({ type: "failed", transfer, error: facts.info, retryInMs: delayMs })
          if (delayMs !== null) scheduleRetry(transfer, delayMs)
          if (changes.mayRetryEarlyAt !== null) fork(hurryKey, hurry, { onlyIfMissing: true })
          if (step.type === "again" && step.isProbed) probe()
          pump()
        })

      const giveChances = (trigger: ChanceTrigger): Effect.Effect<void> =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          for (const transfer of table.of(null).filter((one) => isDueAgain(one, trigger, now)))
            change(transfer, { phase: "queued", chanceAt: now, failure: null })
          if (trigger === "time") held.release()
          pump()
        })

      const lookAgain = chanceLoop(
        Effect.suspend(() => giveChances("time")),
        () => table.of(null).some(mayGetChance),
      )

      const hurry = Effect.suspend(() => earlyRetryLoop(runner.checkHealth, () => table.all(), requeue))
      const scheduleRetry = (transfer: Transfer, delayMs: number): void => {
        const again = Effect.sync(() => requeue(transfer))
        fork(`retry ${transferKey(transfer.kind, transfer.contentHash)}`, Effect.delay(again, delayMs))
      }

      const requeue = (transfer: Pick<Transfer, "kind" | "contentHash">): void => {
        const present = table.get(transfer.kind, transfer.contentHash)
        if (present === undefined || present.phase === "running") return
        change(present, { phase: "queued", nextRetryAt: null, mayRetryEarlyAt: null })
        pump()
      }

      const connection = new Connection({
        checkHealth: runner.checkHealth,
        switched: (isOnline) => {
          emit(isOnline ? { type: "online" } : { type: "offline" })
          if (!isOnline) return changed()
          limiter.forget()
          // What failed because the remote could not be reached need not wait any longer.
          for (const transfer of table.of(null).filter(waitsForConnection))
            change(transfer, { phase: "queued", nextRetryAt: null })
          pump()
        },
        changed,
        answered: Effect.suspend(() => giveChances("connection")),
      })
      const probe = (isHint = false): void => {
        if (isActive) fork(probeKey, connection.probe(isHint), { onlyIfMissing: !isHint })
      }

      const change = (transfer: Transfer, changes: Partial<Omit<Transfer, "kind" | "contentHash">>): void => {
        table.patch(transfer, changes)
        changedPhase(transfer)
      }
      const changedPhase = ({ kind, contentHash }: Pick<Transfer, "kind" | "contentHash">): void => {
        const now = table.get(kind, contentHash)
        if (now !== undefined) emit({ type: "phase", transfer: now })
      }

      const held = new HeldDownloads(table, change)
      // The fibres as they are now: by the time one has ended, its key may stand for the next run.
      const abort = (transfers: ReadonlyArray<Transfer>): Effect.Effect<void> =>
        Effect.suspend(() => {
          const ending = transfers.flatMap(({ kind, contentHash }) => {
            const key = transferKey(kind, contentHash)
            runs.end(key)
            return [key, `retry ${key}`].flatMap((name) => Option.toArray(FiberMap.unsafeGet(fibers, name)))
          })
          return Effect.asVoid(Fiber.interruptAll(ending))
        })

      const enqueue =
        (kind: TransferKind) =>
        (contentHash: string, sizeBytes: number, priority: Priority = "background") =>
          Effect.sync(() => {
            const reason = kind === "download" ? held.reason : null
            if (!table.enqueue(kind, contentHash, sizeBytes, priority, reason)) return
            changedPhase({ kind, contentHash })
            pump()
          })

      yield* limiter.onRaised(pump)
      return SyncExecutor.of({
        enqueueUpload: enqueue("upload"),
        enqueueDownload: enqueue("download"),
        prioritize: (contentHash) =>
          Effect.sync(() => {
            for (const transfer of table.of(contentHash)) {
              table.patch(transfer, { priority: "visible" })
              if (transfer.phase === "waiting" && connection.isOnline) requeue(transfer)
            }
            pump()
          }),
        cancel: (contentHash) =>
          Effect.suspend(() => {
            const ended = table.of(contentHash)
            const failure = { reason: "Aborted", info: cancelled } as const
            for (const transfer of ended) change(transfer, { phase: "failed", nextRetryAt: null, failure })
            pump()
            return abort(ended)
          }),
        forget: (contentHash) =>
          Effect.suspend(() => {
            const forgotten = table.of(contentHash)
            for (const transfer of forgotten) {
              table.remove(transfer.kind, contentHash)
              retryClock.forget(transferKey(transfer.kind, contentHash))
            }
            pump()
            return abort(forgotten)
          }),
        retry: (contentHash) =>
          Effect.sync(() => {
            if (contentHash === null) held.release()
            for (const transfer of table.of(contentHash)) {
              if (transfer.phase === "queued" || transfer.phase === "running") continue
              if (contentHash === null && isCancelled(transfer)) continue
              retryClock.forget(transferKey(transfer.kind, transfer.contentHash))
              change(transfer, { phase: "queued", ...untried })
            }
            if (!connection.isOnline) probe()
            pump()
          }),
        pause: Effect.suspend(() => {
          isPaused = true
          const running = table.of(null).filter(({ phase }) => phase === "running")
          for (const transfer of running)
            change(transfer, { phase: "queued", isInterrupted: true, bytesDone: 0 })
          changed()
          return abort(running)
        }),
        resume: Effect.sync(() => {
          isPaused = false
          pump()
        }),
        activate: Effect.acquireRelease(
          Effect.sync(() => {
            isActive = true
            pump()
          }),
          () =>
            Effect.suspend(() => {
              isActive = false
              connection.reset()
              held.forget()
              table.clear()
              retryClock.forgetAll()
              runs.endAll()
              return Effect.zipRight(FiberMap.clear(fibers), Effect.sync(changed))
            }),
        ),
        probe: Effect.sync(() => probe(true)),
        spaceFreed: Effect.sync(() => {
          held.release()
          pump()
        }),
        sums: () => table.sums,
        connection: () => connection.facts,
        isOnline: () => connection.isOnline,
        isPaused: () => isPaused,
        get: (kind, contentHash) => table.get(kind, contentHash),
        all: () => table.all(),
        takeChanges: (limit) => table.takeChanges(limit),
        awaitIdle: idle.wait,
        listen: (listener) => listeners.listen(listener),
      })
    }),
  )
