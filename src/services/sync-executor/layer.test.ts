import { expect } from "@esm-bundle/chai"
import { Deferred, Effect, Fiber, Layer, Schedule, type Scope, TestClock } from "effect"
import { itEffect } from "../../../test/support/it-effect.js"
import { DownloadError, UploadError } from "../../errors/index.js"
import type { RemoteFailureReason } from "../../types/index.js"
import { layerExecutor } from "./layer.js"
import { type ExecutorEvent, SyncExecutor, type SyncExecutorConfig, TransferRunner } from "./SyncExecutor.js"

type Outcome = "done" | { readonly reason: RemoteFailureReason; readonly retryAfterMs?: number } | "defect"

/** A runner whose every run waits until the test says how it ends. */
const makeRunner = () => {
  const running = new Map<string, Deferred.Deferred<Outcome>>()
  const started: string[] = []
  const aborted: string[] = []
  const progress = new Map<string, (loaded: number, total: number) => void>()
  const health = { checks: 0, isUp: false }
  const toEffect = (name: string, outcome: Outcome): Effect.Effect<void, UploadError | DownloadError> => {
    if (outcome === "done") return Effect.void
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
const settle = TestClock.adjust(0)

const exactDelays = Schedule.exponential("1 second").pipe(Schedule.union(Schedule.spaced("60 seconds")))

describe("SyncExecutor", () => {
  type Runner = ReturnType<typeof makeRunner>
  const withExecutor = <A, E>(
    what: string,
    body: (
      executor: SyncExecutor["Type"],
      runner: Runner,
      events: ReadonlyArray<ExecutorEvent>,
    ) => Effect.Effect<A, E, Scope.Scope>,
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
          layerExecutor({ retrySchedule: exactDelays, ...config }).pipe(Layer.provide(runner.layer)),
        ),
      )
    })
  const uploadAll = (executor: SyncExecutor["Type"], hashes: string) =>
    Effect.zipRight(
      Effect.forEach(hashes, (hash) => executor.enqueueUpload(hash, 100), { discard: true }),
      settle,
    )
  const waitsMs = (executor: SyncExecutor["Type"], hash: string) =>
    Effect.map(Effect.clock, (clock) => {
      const at = executor.get("upload", hash)?.nextRetryAt
      return at == null ? null : at - clock.unsafeCurrentTimeMillis()
    })

  describe("limits and order", () => {
    withExecutor(
      "runs as many uploads and downloads at once as it may, the rest as places come free",
      (executor, runner) =>
        Effect.gen(function* () {
          yield* uploadAll(executor, "abcd")
          yield* Effect.forEach("wxyz", (hash) => executor.enqueueDownload(hash, 100))
          yield* settle
          expect(runner.running()).to.deep.equal([
            "upload a",
            "upload b",
            "download w",
            "download x",
            "download y",
          ])
          yield* runner.end("upload a")
          expect(runner.running()).to.include("upload c")
          yield* runner.end("download x")
          expect(runner.running()).to.include("download z")
          expect(runner.started).to.have.length(7)
        }),
      { maxConcurrentUploads: 2, maxConcurrentDownloads: 3 },
    )

    withExecutor(
      "takes visible files before asked-for ones before the others, each in the order they came",
      (executor, runner) =>
        Effect.gen(function* () {
          yield* executor.enqueueDownload("running", 1)
          for (const [hash, priority] of [
            ["b1", "background"],
            ["r1", "requested"],
            ["v1", "visible"],
            ["b2", "background"],
            ["v2", "visible"],
            ["r2", "requested"],
          ] as const)
            yield* executor.enqueueDownload(hash, 1, priority)
          // Asked for again, higher; asking lower changes nothing.
          yield* executor.enqueueDownload("b2", 1, "requested")
          yield* executor.enqueueDownload("v1", 1, "background")
          yield* settle
          for (let at = 0; at < 7; at++) yield* runner.end(runner.running()[0] ?? "")
          const order = runner.started.map((name) => name.slice("download ".length))
          expect(order.slice(0, 3)).to.deep.equal(["running", "v1", "v2"])
          expect(order.slice(3, 6)).to.have.members(["r1", "b2", "r2"])
          expect(order.slice(6)).to.deep.equal(["b1"])
        }),
      { maxConcurrentDownloads: 1 },
    )

    withExecutor(
      "puts a prioritised file first",
      (executor, runner) =>
        Effect.gen(function* () {
          yield* uploadAll(executor, "abc")
          yield* executor.prioritize("c")
          yield* runner.end("upload a")
          expect(runner.running()).to.deep.equal(["upload c"])
        }),
      { maxConcurrentUploads: 1 },
    )

    withExecutor("moves a content that is asked for twice once", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "aaa")
        expect(runner.started).to.deep.equal(["upload a"])
      }),
    )

    withExecutor("moves a content again when it is asked for after it was done", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        yield* runner.end("upload a")
        expect(executor.get("upload", "a")).to.equal(undefined)
        yield* uploadAll(executor, "a")
        expect(runner.started).to.have.length(2)
      }),
    )

    withExecutor(
      "lets other files pass one that waits for its retry",
      (executor, runner) =>
        Effect.gen(function* () {
          yield* uploadAll(executor, "abc")
          yield* runner.end("upload a", { reason: "RateLimited", retryAfterMs: 3_600_000 })
          yield* runner.end("upload b")
          yield* runner.end("upload c")
          expect(executor.get("upload", "a")).to.include({ phase: "waiting", attempt: 1 })
        }),
      { maxConcurrentUploads: 1 },
    )
  })

  describe("retries", () => {
    withExecutor("waits a doubled time after each failure, each wait at most a minute", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60, 60]) {
          yield* runner.end("upload a", { reason: "RateLimited" })
          expect(yield* waitsMs(executor, "a")).to.equal(seconds * 1_000)
          yield* TestClock.adjust(`${seconds * 1_000 - 1} millis`)
          expect(runner.running()).to.deep.equal([])
          yield* TestClock.adjust("1 millis")
          expect(runner.running()).to.deep.equal(["upload a"])
        }
        expect(executor.get("upload", "a")?.attempt).to.equal(9)
      }),
    )

    withExecutor("waits at least as long as the server asks", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        yield* runner.end("upload a", { reason: "RateLimited", retryAfterMs: 90_000 })
        expect(yield* waitsMs(executor, "a")).to.equal(90_000)
        yield* TestClock.adjust("90 seconds")
        yield* runner.end("upload a", { reason: "RateLimited", retryAfterMs: 1 })
        expect(yield* waitsMs(executor, "a")).to.equal(2_000)
      }),
    )

    withExecutor("begins with a second again after a success", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        yield* runner.end("upload a", { reason: "RateLimited" })
        yield* TestClock.adjust("1 second")
        yield* runner.end("upload a")
        yield* uploadAll(executor, "a")
        yield* runner.end("upload a", { reason: "RateLimited" })
        expect(yield* waitsMs(executor, "a")).to.equal(1_000)
      }),
    )

    withExecutor("keeps a clock for each file", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        yield* runner.end("upload a", { reason: "RateLimited" })
        yield* TestClock.adjust("1 second")
        yield* runner.end("upload a", { reason: "RateLimited" })
        yield* uploadAll(executor, "b")
        yield* runner.end("upload b", { reason: "RateLimited" })
        expect(yield* waitsMs(executor, "a")).to.equal(2_000)
        expect(yield* waitsMs(executor, "b")).to.equal(1_000)
      }),
    )

    for (const reason of [
      "Unauthorized",
      "Forbidden",
      "NotFound",
      "TooLarge",
      "QuotaExceeded",
      "Rejected",
    ] as const) {
      withExecutor(`stops at once on ${reason}, and says so`, (executor, runner, events) =>
        Effect.gen(function* () {
          yield* uploadAll(executor, "a")
          yield* runner.end("upload a", { reason })
          yield* TestClock.adjust("1 day")
          expect(runner.started).to.have.length(1)
          expect(executor.get("upload", "a")).to.include({ phase: "failed", nextRetryAt: null })
          const failed = events.find(({ type }) => type === "failed")
          expect(failed).to.deep.include({ retryInMs: null })
          expect(failed?.type === "failed" && failed.error.reason).to.equal(reason)
        }),
      )
    }

    for (const outcome of [{ reason: "IntegrityMismatch" }, { reason: "Unknown" }, "defect"] as const) {
      withExecutor(
        `tries three times on ${outcome === "defect" ? "a defect" : outcome.reason}, then stops`,
        (executor, runner) =>
          Effect.gen(function* () {
            yield* uploadAll(executor, "ab")
            for (let tries = 0; tries < 3; tries++) {
              yield* runner.end("upload a", outcome)
              yield* TestClock.adjust("1 hour")
            }
            expect(runner.started.filter((name) => name === "upload a")).to.have.length(3)
            expect(executor.get("upload", "a")?.phase).to.equal("failed")
            expect(runner.running()).to.deep.equal(["upload b"])
          }),
      )
    }

    withExecutor("does not count failures of the line as tries with wrong bytes", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        for (let tries = 0; tries < 5; tries++) {
          yield* runner.end("upload a", { reason: "RateLimited" })
          yield* TestClock.adjust("1 hour")
        }
        yield* runner.end("upload a", { reason: "IntegrityMismatch" })
        expect(executor.get("upload", "a")?.phase).to.equal("waiting")
      }),
    )

    withExecutor("starts a stopped file anew, with a fresh clock, when somebody asks", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "ab")
        yield* runner.end("upload a", { reason: "Forbidden" })
        yield* runner.end("upload b", { reason: "Forbidden" })
        yield* executor.retry("a")
        yield* settle
        expect(runner.running()).to.deep.equal(["upload a"])
        yield* runner.end("upload a", { reason: "RateLimited" })
        expect(executor.get("upload", "a")).to.include({ attempt: 1 })
        expect(yield* waitsMs(executor, "a")).to.equal(1_000)
        yield* executor.retry(null)
        yield* settle
        expect(runner.running()).to.have.members(["upload a", "upload b"])
      }),
    )
  })

  describe("without a line", () => {
    withExecutor(
      "starts nothing more while the remote cannot be reached, and everything when it can",
      (executor, runner, events) =>
        Effect.gen(function* () {
          yield* uploadAll(executor, "abc")
          yield* runner.end("upload a", { reason: "Offline" })
          expect(executor.isOnline()).to.equal(false)
          yield* TestClock.adjust("10 minutes")
          expect(runner.started).to.deep.equal(["upload a"])
          runner.health.isUp = true
          yield* TestClock.adjust("15 seconds")
          expect(executor.isOnline()).to.equal(true)
          expect(runner.running()).to.have.length(1)
          for (let ended = 0; ended < 3; ended++) yield* runner.end(runner.running()[0] ?? "")
          expect(runner.started.slice(1)).to.have.members(["upload a", "upload b", "upload c"])
          expect(
            events.flatMap(({ type }) => (type === "offline" || type === "online" ? [type] : [])),
          ).to.deep.equal(["offline", "online"])
        }),
      { maxConcurrentUploads: 1 },
    )

    withExecutor(
      "asks at growing distances, at most four times a minute, and only while it fails",
      (executor, runner) =>
        Effect.gen(function* () {
          yield* TestClock.adjust("1 hour")
          expect(runner.health.checks).to.equal(0)
          yield* uploadAll(executor, "a")
          yield* runner.end("upload a", { reason: "ServerError" })
          expect(runner.health.checks).to.equal(1)
          yield* TestClock.adjust("15 seconds")
          expect(runner.health.checks).to.equal(5)
          yield* TestClock.adjust("1 hour")
          expect(runner.health.checks).to.be.within(240, 250)
          runner.health.isUp = true
          yield* TestClock.adjust("15 seconds")
          const { checks } = runner.health
          yield* runner.end("upload a")
          yield* TestClock.adjust("1 hour")
          expect(runner.health.checks).to.equal(checks)
        }),
    )

    withExecutor("goes on when only one file gets server errors and the remote is well", (executor, runner) =>
      Effect.gen(function* () {
        runner.health.isUp = true
        yield* uploadAll(executor, "ab")
        yield* runner.end("upload a", { reason: "ServerError" })
        expect(executor.isOnline()).to.equal(true)
        yield* runner.end("upload b")
        yield* uploadAll(executor, "c")
        expect(runner.running()).to.include("upload c")
      }),
    )

    withExecutor("asks at once when the browser says that the line is back", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        yield* runner.end("upload a", { reason: "Offline" })
        yield* TestClock.adjust("10 minutes")
        runner.health.isUp = true
        yield* executor.probe
        yield* settle
        expect(executor.isOnline()).to.equal(true)
        expect(runner.running()).to.deep.equal(["upload a"])
      }),
    )
  })

  describe("commands", () => {
    withExecutor("aborts what runs on pause, starts nothing, and goes on with resume", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "ab")
        yield* executor.pause
        expect(runner.aborted).to.have.members(["upload a", "upload b"])
        yield* uploadAll(executor, "c")
        yield* TestClock.adjust("1 day")
        expect(runner.running()).to.deep.equal([])
        expect(executor.get("upload", "a")).to.include({ phase: "queued", attempt: 0 })
        yield* executor.resume
        yield* settle
        expect(runner.running()).to.have.members(["upload a", "upload b", "upload c"])
      }),
    )

    withExecutor("survives pausing and resuming without a moment between", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "ab")
        yield* Effect.all([executor.pause, executor.resume, executor.pause, executor.resume], {
          concurrency: "unbounded",
        })
        yield* settle
        expect(runner.running()).to.have.members(["upload a", "upload b"])
        yield* runner.end("upload a")
        yield* runner.end("upload b")
        yield* executor.awaitIdle
      }),
    )

    withExecutor("aborts a cancelled file and leaves it alone until somebody asks", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "ab")
        yield* executor.cancel("a")
        expect(runner.aborted).to.deep.equal(["upload a"])
        yield* uploadAll(executor, "a")
        yield* TestClock.adjust("1 day")
        expect(runner.running()).to.deep.equal(["upload b"])
        expect(executor.get("upload", "a")?.failure?.reason).to.equal("Aborted")
        yield* executor.retry("a")
        yield* settle
        expect(runner.running()).to.have.members(["upload a", "upload b"])
      }),
    )

    withExecutor("does not start a file that is cancelled while it waits for its retry", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        yield* runner.end("upload a", { reason: "RateLimited" })
        yield* executor.cancel("a")
        yield* TestClock.adjust("1 day")
        expect(runner.started).to.have.length(1)
      }),
    )

    withExecutor("forgets a file whose content nobody refers to any more", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        yield* executor.forget("a")
        expect(runner.aborted).to.deep.equal(["upload a"])
        expect(executor.get("upload", "a")).to.equal(undefined)
        yield* executor.awaitIdle
      }),
    )

    withExecutor("makes a waiting retry now when the file is prioritised", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        yield* runner.end("upload a", { reason: "RateLimited", retryAfterMs: 3_600_000 })
        yield* executor.prioritize("a")
        yield* settle
        expect(runner.running()).to.deep.equal(["upload a"])
        yield* runner.end("upload a")
        // The retry that was scheduled before must not start it once more.
        yield* TestClock.adjust("1 day")
        expect(runner.started).to.have.length(2)
      }),
    )

    withExecutor("tells of every change of a transfer which content it is", (executor, runner, events) =>
      Effect.gen(function* () {
        const told = () =>
          events.flatMap((event) =>
            "transfer" in event ? [executor.get("upload", event.transfer.contentHash)?.phase ?? "gone"] : [],
          )
        yield* uploadAll(executor, "a")
        yield* executor.cancel("a")
        expect(events.some((event) => "transfer" in event && event.transfer.phase === "failed")).to.equal(
          true,
        )
        const before = told().length
        yield* executor.pause
        yield* executor.retry("a")
        expect(told().length).to.be.greaterThan(before)
        expect(runner.running()).to.deep.equal([])
      }),
    )
  })

  describe("progress", () => {
    withExecutor(
      "is told as it comes, and not when it is no number or comes late",
      (executor, runner, events) =>
        Effect.gen(function* () {
          yield* uploadAll(executor, "a")
          const onProgress = runner.progress.get("upload a")
          onProgress?.(40, 100)
          expect(executor.get("upload", "a")).to.include({ bytesDone: 40, bytesTotal: 100 })
          for (const [loaded, total] of [
            [Number.NaN, 100],
            [-5, 100],
            ["x", {}],
            [50, Number.NaN],
          ] as unknown as ReadonlyArray<[number, number]>)
            onProgress?.(loaded, total)
          const state = executor.get("upload", "a")
          expect(state?.bytesDone).to.be.within(0, 100)
          expect(state?.bytesTotal).to.equal(100)
          yield* executor.cancel("a")
          const count = events.length
          onProgress?.(60, 100)
          expect(events).to.have.length(count)
          expect(executor.get("upload", "a")?.bytesDone).to.not.equal(60)
        }),
    )
  })

  describe("being idle", () => {
    withExecutor(
      "is reached when nothing is queued, running or waiting; stopped files do not count",
      (executor, runner) =>
        Effect.gen(function* () {
          yield* executor.awaitIdle
          yield* uploadAll(executor, "abc")
          const waiting = yield* Effect.fork(executor.awaitIdle)
          yield* runner.end("upload a")
          yield* runner.end("upload b", { reason: "Forbidden" })
          yield* runner.end("upload c", { reason: "RateLimited" })
          expect(yield* Fiber.poll(waiting)).to.deep.include({ _tag: "None" })
          yield* TestClock.adjust("1 second")
          expect(yield* Fiber.poll(waiting)).to.deep.include({ _tag: "None" })
          yield* runner.end("upload c")
          yield* Fiber.join(waiting)
        }),
    )

    withExecutor("is reached when what was left is cancelled", (executor) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "a")
        const waiting = yield* Effect.fork(executor.awaitIdle)
        yield* settle
        yield* executor.cancel("a")
        yield* Fiber.join(waiting)
      }),
    )
  })

  describe("activity", () => {
    itEffect("transfers only while it is active; ending it aborts and forgets everything", () => {
      const runner = makeRunner()
      return Effect.gen(function* () {
        const executor = yield* SyncExecutor
        yield* uploadAll(executor, "ab")
        expect(runner.started).to.deep.equal([])
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* executor.activate
            yield* settle
            expect(runner.running()).to.have.members(["upload a", "upload b"])
            yield* runner.end("upload b", { reason: "Offline" })
            expect(executor.isOnline()).to.equal(false)
          }),
        )
        expect(runner.aborted).to.deep.equal(["upload a"])
        expect([...executor.all()]).to.deep.equal([])
        expect(executor.isOnline()).to.equal(true)
        const { checks } = runner.health
        yield* TestClock.adjust("1 day")
        expect(runner.health.checks).to.equal(checks)
        expect(runner.started).to.have.length(2)
      }).pipe(Effect.provide(layerExecutor().pipe(Layer.provide(runner.layer))))
    })
  })
})
