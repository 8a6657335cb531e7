import { expect } from "@esm-bundle/chai"
import { Effect, TestClock } from "effect"
import { settle, uploadAll, withExecutor } from "../../../test/support/executor-bench.js"
import { ConcurrencyLimiter } from "./ConcurrencyLimiter.js"

describe("SyncExecutor", () => {
  describe("concurrency", () => {
    const letters = (names: ReadonlyArray<string>) => names.map((name) => name.at(-1)).join("")

    withExecutor("begins with four at once and halves when the remote gives way", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "abcdefgh")
        expect(letters(runner.running())).to.equal("abcd")
        yield* runner.end("upload a", { reason: "RateLimited", retryAfterMs: 3_600_000 })
        // What runs is not aborted for it.
        expect(letters(runner.running())).to.equal("bcd")
        yield* runner.end("upload b")
        expect(letters(runner.running())).to.equal("cd")
        yield* runner.end("upload c")
        expect(letters(runner.running())).to.equal("de")
      }),
    )

    withExecutor("keeps its limit after a failure of the file alone", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "abcdefgh")
        yield* runner.end("upload a", { reason: "Rejected" })
        expect(letters(runner.running())).to.equal("bcde")
      }),
    )

    withExecutor("starts one more at once when more at once may bring more", (executor, runner) =>
      Effect.gen(function* () {
        const limiter = yield* ConcurrencyLimiter
        yield* uploadAll(executor, "abcdefgh")
        const moved = Effect.sync(() => limiter.meter("upload-large")(1000))
        yield* moved
        yield* TestClock.adjust("2 seconds")
        yield* moved
        yield* settle
        expect(letters(runner.running())).to.equal("abcde")
      }),
    )

    withExecutor("begins with four again when the connection is back", (executor, runner) =>
      Effect.gen(function* () {
        yield* uploadAll(executor, "abcdefgh")
        yield* runner.end("upload a", { reason: "Offline" })
        for (const name of ["b", "c", "d"]) yield* runner.end(`upload ${name}`)
        expect(executor.isOnline()).to.equal(false)
        runner.health.isUp = true
        yield* executor.probe
        yield* settle
        expect(runner.running()).to.have.length(4)
      }),
    )
  })
})
