import { expect } from "@esm-bundle/chai"
import { Effect, TestClock } from "effect"
import { settle, uploadAll, waitsMs, withExecutor } from "../../../test/support/executor-bench.js"

describe("SyncExecutor", () => {
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
          yield* TestClock.adjust("59 minutes")
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
              yield* TestClock.adjust("10 minutes")
            }
            expect(runner.started.filter((name) => name === "upload a")).to.have.length(3)
            expect(executor.get("upload", "a")?.phase).to.equal("failed")
            expect(runner.running()).to.deep.equal(["upload b"])
          }),
      )
    }

    withExecutor("does not count network failures as attempts with wrong bytes", (executor, runner) =>
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

    withExecutor("starts a stopped file again, with a fresh clock, on request", (executor, runner) =>
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

  describe("without a connection", () => {
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

    withExecutor("probes at once when the browser says that the network is back", (executor, runner) =>
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

  describe("progress", () => {
    withExecutor(
      "is reported as it comes, and ignored when it is no number or comes late",
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
})
