import { expect } from "@esm-bundle/chai"
import { Deferred, Effect, Fiber, Layer, TestClock } from "effect"
import { makeRunner, settle, uploadAll, withExecutor } from "../../../test/support/executor-bench.js"
import { itEffect } from "../../../test/support/it-effect.js"
import { UploadError } from "../../errors/index.js"
import { layerExecutor } from "./layer-sync-executor.js"
import { layerConcurrencyLimiter } from "./layer-concurrency-limiter.js"
import { type ExecutorEvent, SyncExecutor, TransferRunner } from "./SyncExecutor.js"

describe("SyncExecutor", () => {
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

    withExecutor("transfers a content once that is requested twice", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "aaa")
        expect(runner.started).to.deep.equal(["upload a"])
      }),
    )

    withExecutor("transfers a content again when it is requested after it was done", (executor, runner) =>
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

    withExecutor(
      "goes on after a pause with what was running, before everything that waited",
      (executor, runner) =>
        Effect.gen(function* () {
          yield* uploadAll(executor, "abcd")
          expect(runner.running()).to.deep.equal(["upload a", "upload b"])
          yield* executor.pause
          yield* executor.enqueueUpload("v", 100, "visible")
          yield* executor.resume
          yield* settle
          expect(runner.running()).to.deep.equal(["upload a", "upload b"])
          // Once: from here on the order is what it would have been without the pause.
          yield* runner.end("upload a", { reason: "IntegrityMismatch" })
          yield* runner.end("upload b")
          expect(runner.running()).to.deep.equal(["upload v", "upload c"])
          yield* executor.retry("a")
          yield* runner.end("upload v")
          expect(runner.running()).to.deep.equal(["upload c", "upload d"])
        }),
      { maxConcurrentUploads: 2 },
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

    withExecutor("aborts a cancelled file and leaves it alone until it is asked for", (executor, runner) =>
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

    withExecutor("forgets a file whose content no record refers to any more", (executor, runner) =>
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

    withExecutor("reports with every change of a transfer which content it is", (executor, runner, events) =>
      Effect.gen(function* () {
        const reported = () =>
          events.flatMap((event) =>
            "transfer" in event ? [executor.get("upload", event.transfer.contentHash)?.phase ?? "gone"] : [],
          )
        yield* uploadAll(executor, "a")
        yield* executor.cancel("a")
        expect(events.some((event) => "transfer" in event && event.transfer.phase === "failed")).to.equal(
          true,
        )
        const before = reported().length
        yield* executor.pause
        yield* executor.retry("a")
        expect(reported().length).to.be.greaterThan(before)
        expect(runner.running()).to.deep.equal([])
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

  describe("a run that ends late", () => {
    // What it does at its end cannot be interrupted, as a commit cannot.
    const withLateEnds = (
      what: string,
      body: (
        executor: SyncExecutor["Type"],
        ends: Array<(outcome: "done" | "failed") => Effect.Effect<void>>,
        events: ReadonlyArray<ExecutorEvent>,
      ) => Effect.Effect<void>,
    ) =>
      itEffect(what, () => {
        const ends: Array<(outcome: "done" | "failed") => Effect.Effect<void>> = []
        const runner = Layer.succeed(TransferRunner, {
          run: (_kind, key) =>
            Effect.gen(function* () {
              const end = yield* Deferred.make<void, UploadError>()
              ends.push((outcome) =>
                (outcome === "done"
                  ? Deferred.succeed(end, undefined)
                  : Deferred.fail(end, new UploadError({ reason: "Forbidden", key }))
                ).pipe(Effect.zipRight(settle)),
              )
              yield* Deferred.await(end)
            }).pipe(Effect.exit, Effect.flatten, Effect.uninterruptible),
          small: { maxFileBytes: 0, maxRunning: 0 },
          checkHealth: Effect.void,
        })
        return Effect.gen(function* () {
          const executor = yield* SyncExecutor
          const events: ExecutorEvent[] = []
          yield* executor.listen((event) => void events.push(event))
          yield* executor.activate
          yield* uploadAll(executor, "a")
          yield* body(executor, ends, events)
        }).pipe(
          Effect.provide(
            layerExecutor().pipe(Layer.provide(runner), Layer.provide(layerConcurrencyLimiter())),
          ),
        )
      })

    withLateEnds("says nothing about the run that took its place", (executor, ends, events) =>
      Effect.gen(function* () {
        // The file's content goes and comes back: its first run was interrupted and has not ended yet.
        const forgetting = yield* Effect.fork(executor.forget("a"))
        yield* settle
        yield* uploadAll(executor, "a")
        expect(executor.get("upload", "a")?.phase).to.equal("running")
        yield* ends[0]?.("failed") ?? Effect.void
        yield* Fiber.join(forgetting)
        expect(executor.get("upload", "a")).to.include({ phase: "running", attempt: 0 })
        yield* ends[1]?.("done") ?? Effect.void
        expect(events.filter(({ type }) => type === "failed")).to.deep.equal([])
        expect(events.filter(({ type }) => type === "done")).to.have.length(1)
        expect(executor.get("upload", "a")).to.equal(undefined)
      }),
    )

    withLateEnds("does not bring a cancelled file to its end", (executor, ends, events) =>
      Effect.gen(function* () {
        const cancelling = yield* Effect.fork(executor.cancel("a"))
        yield* settle
        yield* ends[0]?.("done") ?? Effect.void
        yield* Fiber.join(cancelling)
        expect(executor.get("upload", "a")?.failure?.reason).to.equal("Aborted")
        expect(events.filter(({ type }) => type === "done")).to.deep.equal([])
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
      }).pipe(
        Effect.provide(
          layerExecutor().pipe(Layer.provide(runner.layer), Layer.provide(layerConcurrencyLimiter())),
        ),
      )
    })
  })
})
