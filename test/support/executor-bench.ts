import { Deferred, Effect, Layer, Schedule, type Scope, TestClock } from "effect"
import { DownloadError, StorageError, UploadError } from "../../src/errors/index.js"
import { layerExecutor } from "../../src/services/sync-executor/layer-sync-executor.js"
import { layerConcurrencyLimiter } from "../../src/services/sync-executor/layer-concurrency-limiter.js"
import type { ConcurrencyLimiter } from "../../src/services/sync-executor/ConcurrencyLimiter.js"
import {
  type ExecutorEvent,
  SyncExecutor,
  type SyncExecutorConfig,
  TransferRunner,
} from "../../src/services/sync-executor/SyncExecutor.js"
import type { RemoteFailureReason } from "../../src/types/index.js"
import { itEffect } from "./it-effect.js"

/** How a run ends. */
export type Outcome =
  | "done"
  | { readonly reason: RemoteFailureReason; readonly retryAfterMs?: number }
  | "defect"
  | "device-full"

/** A runner whose every run waits until the test says how it ends. */
export const makeRunner = () => {
  const running = new Map<string, Deferred.Deferred<Outcome>>()
  const started: string[] = []
  const aborted: string[] = []
  const progress = new Map<string, (loaded: number, total: number) => void>()
  const health = { checks: 0, isUp: false }
  const toEffect = (
    name: string,
    outcome: Outcome,
  ): Effect.Effect<void, UploadError | DownloadError | StorageError> => {
    if (outcome === "done") return Effect.void
    if (outcome === "device-full")
      return Effect.fail(new StorageError({ reason: "QuotaExceeded", operation: "store the file" }))
    if (outcome === "defect") return Effect.die(new Error("a bug"))
    const fields = { ...outcome, key: name }
    return Effect.fail(name.startsWith("upload") ? new UploadError(fields) : new DownloadError(fields))
  }
  const layer = Layer.succeed(TransferRunner, {
    run: (kind, contentHash, onProgress) =>
      Effect.gen(function* () {
        const name = `${kind} ${contentHash}`
        const end = yield* Deferred.make<Outcome>()
        started.push(name)
        running.set(name, end)
        progress.set(name, onProgress)
        yield* Effect.flatMap(Deferred.await(end), (outcome) => toEffect(name, outcome)).pipe(
          Effect.onInterrupt(() => Effect.sync(() => void aborted.push(name))),
          Effect.ensuring(
            Effect.sync(() => {
              if (running.get(name) === end) running.delete(name)
            }),
          ),
        )
      }),
    small: { maxFileBytes: 0, maxRunning: 0 },
    checkHealth: Effect.suspend(() => {
      health.checks++
      return health.isUp ? Effect.void : Effect.fail(new DownloadError({ reason: "Offline", key: "" }))
    }),
  })
  const end = (name: string, outcome: Outcome = "done") =>
    Effect.gen(function* () {
      const deferred = running.get(name)
      if (deferred === undefined) throw new Error(`${name} is not running`)
      yield* Deferred.succeed(deferred, outcome)
      yield* settle
    })
  return { layer, running: () => [...running.keys()], started, aborted, progress, health, end }
}

/** Lets every fibre that can go on do so. */
export const settle = TestClock.adjust(0)

const exactDelays = Schedule.exponential("1 second").pipe(Schedule.union(Schedule.spaced("60 seconds")))

/** The double and what it saw. */
export type Runner = ReturnType<typeof makeRunner>
/** A test of an active executor over such a runner, whose delays are exact. */
export const withExecutor = <A, E>(
  what: string,
  body: (
    executor: SyncExecutor["Type"],
    runner: Runner,
    events: ReadonlyArray<ExecutorEvent>,
  ) => Effect.Effect<A, E, Scope.Scope | ConcurrencyLimiter>,
  config: Partial<SyncExecutorConfig> = {},
) =>
  itEffect(what, () => {
    const runner = makeRunner()
    return Effect.gen(function* () {
      const executor = yield* SyncExecutor
      const events: ExecutorEvent[] = []
      yield* executor.listen((event) => void events.push(event))
      yield* executor.activate
      yield* body(executor, runner, events)
    }).pipe(
      Effect.provide(
        layerExecutor({ retrySchedule: exactDelays, ...config }).pipe(
          Layer.provide(runner.layer),
          Layer.provideMerge(layerConcurrencyLimiter(config)),
        ),
      ),
    )
  })
/** Asks for one upload a letter. */
export const uploadAll = (executor: SyncExecutor["Type"], hashes: string) =>
  Effect.zipRight(
    Effect.forEach(hashes, (hash) => executor.enqueueUpload(hash, 100), { discard: true }),
    settle,
  )
/** How long an upload still waits for its retry. */
export const waitsMs = (executor: SyncExecutor["Type"], hash: string) =>
  Effect.map(Effect.clock, (clock) => {
    const at = executor.get("upload", hash)?.nextRetryAt
    return at == null ? null : at - clock.unsafeCurrentTimeMillis()
  })
