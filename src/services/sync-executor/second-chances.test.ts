import { expect } from "@esm-bundle/chai"
import { Effect, TestClock } from "effect"
import { settle, uploadAll, waitsMs, withExecutor } from "../../../test/support/executor-bench.js"
import { itEffect } from "../../../test/support/it-effect.js"
import type { SyncExecutor } from "./SyncExecutor.js"
import { isDueAgain } from "./second-chance.js"
import type { Transfer } from "./transfer-table.js"

const downloadAll = (executor: SyncExecutor["Type"], hashes: string) =>
  Effect.zipRight(
    Effect.forEach(hashes, (hash) => executor.enqueueDownload(hash, 100), { discard: true }),
    settle,
  )

describe("SyncExecutor, what stopped", () => {
  withExecutor("is tried once more when the connection comes back", (executor, runner) =>
    Effect.gen(function* () {
      yield* uploadAll(executor, "a")
      yield* runner.end("upload a", { reason: "Forbidden" })
      runner.health.isUp = true
      yield* executor.probe
      yield* settle
      expect(runner.running()).to.deep.equal(["upload a"])
      yield* runner.end("upload a")
      expect(executor.get("upload", "a")).to.equal(undefined)
    }),
  )

  withExecutor("is tried when everything is, unless a person cancelled it", (executor, runner) =>
    Effect.gen(function* () {
      yield* uploadAll(executor, "ab")
      yield* executor.cancel("a")
      yield* runner.end("upload b", { reason: "Forbidden" })
      yield* executor.retry(null)
      yield* settle
      expect(runner.running()).to.deep.equal(["upload b"])
      yield* executor.retry("a")
      yield* settle
      expect(runner.running()).to.have.members(["upload a", "upload b"])
    }),
  )

  withExecutor("is tried once more after a connection was lost over another file", (executor, runner) =>
    Effect.gen(function* () {
      yield* uploadAll(executor, "ab")
      yield* runner.end("upload a", { reason: "NotFound" })
      yield* runner.end("upload b", { reason: "Offline" })
      yield* TestClock.adjust("1 minute")
      expect(runner.started).to.have.length(2)
      runner.health.isUp = true
      yield* TestClock.adjust("15 seconds")
      expect(runner.running()).to.have.members(["upload a", "upload b"])
    }),
  )

  withExecutor("costs one request an hour, however often the connection comes and goes", (executor, runner) =>
    Effect.gen(function* () {
      runner.health.isUp = true
      yield* uploadAll(executor, "a")
      yield* runner.end("upload a", { reason: "TooLarge" })
      for (let minutes = 0; minutes < 12 * 60; minutes += 5) {
        yield* executor.probe
        yield* TestClock.adjust("5 minutes")
        for (const name of runner.running()) yield* runner.end(name, { reason: "TooLarge" })
      }
      // Its first try, the one that the connection gave it, and one an hour.
      expect(runner.started.length).to.be.within(10, 13)
      expect(executor.get("upload", "a")?.phase).to.equal("failed")
    }),
  )

  withExecutor("is tried once an hour in a long session", (executor, runner) =>
    Effect.gen(function* () {
      yield* uploadAll(executor, "a")
      yield* runner.end("upload a", { reason: "Unauthorized" })
      yield* TestClock.adjust("59 minutes")
      expect(runner.started).to.have.length(1)
      yield* TestClock.adjust("16 minutes")
      expect(runner.running()).to.deep.equal(["upload a"])
      yield* runner.end("upload a", { reason: "Unauthorized" })
      expect(executor.get("upload", "a")?.phase).to.equal("failed")
      yield* TestClock.adjust("59 minutes")
      expect(runner.started).to.have.length(2)
    }),
  )

  itEffect("is due after an hour, whatever the device's clock was set to meanwhile", () =>
    Effect.sync(() => {
      const hourMs = 3_600_000
      const stoppedAt = 900 * hourMs
      const failure = { reason: "Forbidden" } as never
      const stopped = { phase: "failed", failure, stoppedAt, chanceAt: stoppedAt } as unknown as Transfer
      for (const [afterHours, isDue] of [
        [0.9, false],
        [1, true],
        [-0.9, false],
        // Set back by a month: another hour would come in a month.
        [-720, true],
      ] as const)
        for (const trigger of ["time", "connection"] as const)
          expect(isDueAgain(stopped, trigger, stoppedAt + afterHours * hourMs)).to.equal(isDue)
    }),
  )

  withExecutor("stays stopped when it was cancelled, until that file is asked for", (executor, runner) =>
    Effect.gen(function* () {
      runner.health.isUp = true
      yield* uploadAll(executor, "a")
      yield* executor.cancel("a")
      yield* executor.probe
      yield* executor.retry(null)
      yield* executor.spaceFreed
      yield* TestClock.adjust("1 day")
      expect(executor.get("upload", "a")).to.deep.include({ phase: "failed" })
      expect(runner.started).to.have.length(1)
      yield* executor.retry("a")
      yield* settle
      expect(runner.running()).to.deep.equal(["upload a"])
    }),
  )

  withExecutor("asks a few more times for a download that is not there yet", (executor, runner) =>
    Effect.gen(function* () {
      yield* downloadAll(executor, "a")
      for (const pauseMs of [5_000, 30_000, 300_000]) {
        yield* runner.end("download a", { reason: "NotFound" })
        yield* TestClock.adjust(`${pauseMs - 1} millis`)
        expect(runner.running()).to.deep.equal([])
        yield* TestClock.adjust("1 millis")
        expect(runner.running()).to.deep.equal(["download a"])
      }
      yield* runner.end("download a", { reason: "NotFound" })
      expect(executor.get("download", "a")?.phase).to.equal("failed")
    }),
  )
})

describe("SyncExecutor on a device that is full", () => {
  withExecutor(
    "holds background downloads after the first that finds no room, and goes on when there is",
    (executor, runner, events) =>
      Effect.gen(function* () {
        yield* downloadAll(executor, "abcdef")
        expect(runner.running()).to.deep.equal(["download a", "download b"])
        yield* runner.end("download a", "device-full")
        yield* runner.end("download b", "device-full")
        yield* downloadAll(executor, "g")
        yield* TestClock.adjust("10 minutes")
        expect(runner.started).to.deep.equal(["download a", "download b"])
        expect([...executor.all()].map(({ phase }) => phase)).to.deep.equal(Array(7).fill("held"))
        expect(events.filter(({ type }) => type === "failed")).to.deep.equal([])
        // Nothing continues automatically, so nothing may wait for it.
        yield* executor.awaitIdle
        yield* uploadAll(executor, "u")
        yield* runner.end("upload u")
        yield* executor.spaceFreed
        yield* settle
        for (let ended = 0; ended < 7; ended++) yield* runner.end(runner.running()[0] ?? "")
        expect([...executor.all()]).to.deep.equal([])
      }),
    { maxConcurrentDownloads: 2 },
  )

  withExecutor("answers a caller that asks for one file by id", (executor, runner) =>
    Effect.gen(function* () {
      yield* downloadAll(executor, "ab")
      yield* runner.end("download a", "device-full")
      yield* executor.enqueueDownload("a", 100, "requested")
      yield* settle
      yield* runner.end("download a", "device-full")
      expect(executor.get("download", "a")).to.deep.include({ phase: "failed" })
    }),
  )
})

describe("SyncExecutor with a server that asks for a long wait", () => {
  withExecutor("waits an hour at most", (executor, runner) =>
    Effect.gen(function* () {
      yield* uploadAll(executor, "a")
      yield* runner.end("upload a", { reason: "RateLimited", retryAfterMs: 86_400_000 })
      expect(yield* waitsMs(executor, "a")).to.equal(3_600_000)
      yield* TestClock.adjust("59 minutes")
      expect(runner.started).to.have.length(1)
      expect(executor.isOnline()).to.equal(true)
      yield* TestClock.adjust("1 minute")
      expect(runner.running()).to.deep.equal(["upload a"])
    }),
  )

  for (const reason of ["RateLimited", "ServerError"] as const)
    withExecutor(`tries again after a minute when it is well, after ${reason}`, (executor, runner) =>
      Effect.gen(function* () {
        runner.health.isUp = true
        yield* uploadAll(executor, "ab")
        yield* runner.end("upload a", { reason, retryAfterMs: 86_400_000 })
        yield* runner.end("upload b", { reason, retryAfterMs: Number.POSITIVE_INFINITY })
        const { checks } = runner.health
        yield* TestClock.adjust("59 seconds")
        expect(runner.started).to.have.length(2)
        yield* TestClock.adjust("1 second")
        expect([...executor.all()].filter(({ phase }) => phase === "waiting")).to.deep.equal([])
        expect(runner.health.checks - checks).to.be.at.most(1)
        yield* runner.end("upload a")
        yield* runner.end("upload b")
        yield* TestClock.adjust("1 hour")
        expect(runner.health.checks - checks).to.be.at.most(1)
      }),
    )
})

describe("SyncExecutor's sums", () => {
  withExecutor(
    "only grow until it is idle",
    (executor, runner) =>
      Effect.gen(function* () {
        const seen: Array<number> = []
        let [done, total] = [0, 0]
        const look = () => {
          const { bytesDone, bytesTotal } = executor.sums()
          expect(bytesTotal).to.be.at.least(total)
          expect(bytesDone).to.be.within(done, bytesTotal)
          ;[done, total] = [bytesDone, bytesTotal]
          seen.push(bytesDone / bytesTotal)
        }
        yield* executor.listen(({ type }) => {
          if (type !== "changed" && executor.sums().bytesTotal > 0) look()
        })
        yield* uploadAll(executor, "abcdef")
        expect(executor.sums()).to.deep.equal({ bytesDone: 0, bytesTotal: 600 })
        runner.progress.get("upload a")?.(70, 100)
        runner.progress.get("upload b")?.(40, 100)
        expect(executor.sums().bytesDone).to.equal(110)
        yield* runner.end("upload a", { reason: "Unknown" })
        expect(executor.sums().bytesDone).to.equal(110)
        yield* runner.end("upload b")
        yield* executor.enqueueUpload("g", 100)
        yield* TestClock.adjust("1 minute")
        yield* runner.end("upload c", { reason: "Forbidden" })
        yield* executor.forget("d")
        for (let ended = 0; ended < 3; ended++) yield* runner.end(runner.running()[0] ?? "")
        expect(executor.sums()).to.deep.equal({ bytesDone: 500, bytesTotal: 700 })
        yield* runner.end(runner.running()[0] ?? "")
        expect(executor.sums()).to.deep.equal({ bytesDone: 0, bytesTotal: 0 })
        expect(seen.length).to.be.greaterThan(8)
      }),
    { maxConcurrentUploads: 2 },
  )
})
