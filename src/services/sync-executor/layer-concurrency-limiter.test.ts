import { expect } from "@esm-bundle/chai"
import { Deferred, Effect, Exit, Fiber, TestClock } from "effect"
import { itEffect } from "../../../test/support/it-effect.js"
import { UploadError } from "../../errors/index.js"
import { layerConcurrencyLimiter } from "./layer-concurrency-limiter.js"
import { ConcurrencyLimiter } from "./ConcurrencyLimiter.js"

describe("ConcurrencyLimiter", () => {
  const queue = "upload-large"
  const over = (reason: UploadError["reason"]) => new UploadError({ reason, key: "key" })

  const withLimiter = (
    what: string,
    body: (bench: {
      readonly limiter: ConcurrencyLimiter["Type"]
      /** Begins a transfer that lasts until its ending is called. */
      readonly begin: Effect.Effect<(exit: Exit.Exit<void, UploadError>) => Effect.Effect<void>>
      /** Takes so many seconds, in each of which so many bytes move. */
      readonly move: (seconds: number, bytesASecond: number) => Effect.Effect<void>
    }) => Effect.Effect<void>,
    options: Parameters<typeof layerConcurrencyLimiter>[0] = {},
  ) =>
    itEffect(what, () =>
      Effect.gen(function* () {
        const limiter = yield* ConcurrencyLimiter
        const begin = Effect.gen(function* () {
          const end = yield* Deferred.make<void, UploadError>()
          const running = yield* Effect.fork(limiter.during(queue)(Deferred.await(end)))
          yield* TestClock.adjust(0)
          return (exit: Exit.Exit<void, UploadError>) =>
            Deferred.done(end, exit).pipe(Effect.zipRight(Fiber.await(running)), Effect.asVoid)
        })
        const move = (seconds: number, bytesASecond: number) =>
          Effect.sync(() => limiter.meter(queue)(bytesASecond)).pipe(
            Effect.zipRight(TestClock.adjust("1 second")),
            Effect.repeatN(seconds - 1),
          )
        yield* body({ limiter, begin, move })
      }).pipe(Effect.provide(layerConcurrencyLimiter(options))),
    )

  withLimiter(
    "begins with four, or with the bound where it is lower",
    ({ limiter }) =>
      Effect.sync(() => {
        expect(limiter.limit("upload-large")).to.equal(2)
        expect(limiter.limit("download-large")).to.equal(4)
        expect(limiter.limit("upload-small")).to.equal(4)
      }),
    { maxConcurrentUploads: 2 },
  )

  withLimiter(
    "lets one more go when every place was taken and bytes moved, and says so",
    ({ limiter, begin, move }) =>
      Effect.gen(function* () {
        let raised = 0
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* limiter.onRaised(() => raised++)
            yield* Effect.replicateEffect(begin, 4)
            yield* move(4, 1000)
            expect([limiter.limit(queue), raised]).to.deep.equal([5, 1])
          }),
        )
        expect(limiter.limit("download-large")).to.equal(4)
      }),
  )

  withLimiter("measures nothing while a place is free", ({ limiter, begin, move }) =>
    Effect.gen(function* () {
      yield* Effect.replicateEffect(begin, 3)
      yield* move(60, 1000)
      expect(limiter.limit(queue)).to.equal(4)
    }),
  )

  withLimiter(
    "never goes beyond the bound",
    ({ limiter, begin, move }) =>
      Effect.gen(function* () {
        yield* Effect.replicateEffect(begin, 5)
        yield* move(4, 1000)
        yield* move(60, 2000)
        expect(limiter.limit(queue)).to.equal(5)
      }),
    { maxConcurrentUploads: 5 },
  )

  withLimiter(
    "halves once for all failures of one congestion, again for what began later",
    ({ limiter, begin }) =>
      Effect.gen(function* () {
        const ends = yield* Effect.replicateEffect(begin, 4)
        yield* TestClock.adjust("1 second")
        for (const end of ends) yield* end(Exit.fail(over("RateLimited")))
        expect(limiter.limit(queue)).to.equal(2)
        yield* TestClock.adjust("1 second")
        for (const end of yield* Effect.replicateEffect(begin, 2)) yield* end(Exit.fail(over("Timeout")))
        expect(limiter.limit(queue)).to.equal(1)
        for (const end of yield* Effect.replicateEffect(begin, 3)) yield* end(Exit.fail(over("ServerError")))
        expect(limiter.limit(queue)).to.equal(1)
      }),
  )

  withLimiter(
    "ignores failures that fewer concurrent transfers would not prevent, and interrupted transfers",
    ({ limiter, begin }) =>
      Effect.gen(function* () {
        for (const exit of [
          Exit.fail(over("NotFound")),
          Exit.interrupt({} as never),
          Exit.die(new Error("bug")),
          Exit.void,
        ])
          yield* (yield* begin)(exit)
        expect(limiter.limit(queue)).to.equal(4)
      }),
  )

  withLimiter("starts over on another network", ({ limiter, begin }) =>
    Effect.gen(function* () {
      yield* (yield* begin)(Exit.fail(over("Timeout")))
      yield* TestClock.adjust("1 second").pipe(limiter.timed(4_000_000))
      expect([limiter.limit(queue), limiter.sentPerMs()]).to.deep.equal([2, 4000])
      limiter.forget()
      expect([limiter.limit(queue), limiter.sentPerMs()]).to.deep.equal([4, null])
    }),
  )

  withLimiter(
    "measures what one request sends, the latest weighing most, and small ones not at all",
    ({ limiter }) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1 second").pipe(limiter.timed(4_000_000))
        yield* TestClock.adjust("1 second").pipe(limiter.timed(8_000_000))
        yield* TestClock.adjust("1 minute").pipe(limiter.timed(10_000))
        expect(limiter.sentPerMs()).to.equal(6000)
      }),
  )

  withLimiter("counts no byte twice, and nothing that is no number", ({ limiter, begin }) =>
    Effect.gen(function* () {
      yield* Effect.replicateEffect(begin, 4)
      const meter = limiter.meter(queue, 500)
      for (const loaded of [Number.NaN, -5, 400, 500]) meter(loaded)
      yield* TestClock.adjust("3 seconds")
      for (const loaded of [Number.NaN, -5, 400, 500]) meter(loaded)
      yield* TestClock.adjust("3 seconds")
      for (const loaded of [Number.NaN, -5, 400, 500]) meter(loaded)
      // Nothing moved, so nothing was learnt.
      expect(limiter.limit(queue)).to.equal(4)
    }),
  )
})
