import { expect } from "@esm-bundle/chai"
import { Deferred, Effect, Exit, Fiber, TestClock } from "effect"
import { itEffect } from "../../../test/support/it-effect.js"
import { UploadError } from "../../errors/index.js"
import { layerPace } from "./layer-pace.js"
import { Pace } from "./Pace.js"

describe("Pace", () => {
  const lane = "upload-large"
  const over = (reason: UploadError["reason"]) => new UploadError({ reason, key: "key" })

  const withPace = (
    what: string,
    body: (bench: {
      readonly pace: Pace["Type"]
      /** Begins a transfer that lasts until its ending is called. */
      readonly begin: Effect.Effect<(exit: Exit.Exit<void, UploadError>) => Effect.Effect<void>>
      /** Takes so many seconds, in each of which so many bytes move. */
      readonly move: (seconds: number, bytesASecond: number) => Effect.Effect<void>
    }) => Effect.Effect<void>,
    options: Parameters<typeof layerPace>[0] = {},
  ) =>
    itEffect(what, () =>
      Effect.gen(function* () {
        const pace = yield* Pace
        const begin = Effect.gen(function* () {
          const end = yield* Deferred.make<void, UploadError>()
          const running = yield* Effect.fork(pace.during(lane)(Deferred.await(end)))
          yield* TestClock.adjust(0)
          return (exit: Exit.Exit<void, UploadError>) =>
            Deferred.done(end, exit).pipe(Effect.zipRight(Fiber.await(running)), Effect.asVoid)
        })
        const move = (seconds: number, bytesASecond: number) =>
          Effect.sync(() => pace.meter(lane)(bytesASecond)).pipe(
            Effect.zipRight(TestClock.adjust("1 second")),
            Effect.repeatN(seconds - 1),
          )
        yield* body({ pace, begin, move })
      }).pipe(Effect.provide(layerPace(options))),
    )

  withPace(
    "begins with four, or with the bound where it is lower",
    ({ pace }) =>
      Effect.sync(() => {
        expect(pace.limit("upload-large")).to.equal(2)
        expect(pace.limit("download-large")).to.equal(4)
        expect(pace.limit("upload-small")).to.equal(4)
      }),
    { maxConcurrentUploads: 2 },
  )

  withPace(
    "lets one more go when every place was taken and bytes moved, and says so",
    ({ pace, begin, move }) =>
      Effect.gen(function* () {
        let raised = 0
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* pace.onRaised(() => raised++)
            yield* Effect.replicateEffect(begin, 4)
            yield* move(4, 1000)
            expect([pace.limit(lane), raised]).to.deep.equal([5, 1])
          }),
        )
        expect(pace.limit("download-large")).to.equal(4)
      }),
  )

  withPace("learns nothing while a place is free", ({ pace, begin, move }) =>
    Effect.gen(function* () {
      yield* Effect.replicateEffect(begin, 3)
      yield* move(60, 1000)
      expect(pace.limit(lane)).to.equal(4)
    }),
  )

  withPace(
    "never goes beyond the bound",
    ({ pace, begin, move }) =>
      Effect.gen(function* () {
        yield* Effect.replicateEffect(begin, 5)
        yield* move(4, 1000)
        yield* move(60, 2000)
        expect(pace.limit(lane)).to.equal(5)
      }),
    { maxConcurrentUploads: 5 },
  )

  withPace("halves once for all that fail of one trouble, again for what began later", ({ pace, begin }) =>
    Effect.gen(function* () {
      const ends = yield* Effect.replicateEffect(begin, 4)
      yield* TestClock.adjust("1 second")
      for (const end of ends) yield* end(Exit.fail(over("RateLimited")))
      expect(pace.limit(lane)).to.equal(2)
      yield* TestClock.adjust("1 second")
      for (const end of yield* Effect.replicateEffect(begin, 2)) yield* end(Exit.fail(over("Timeout")))
      expect(pace.limit(lane)).to.equal(1)
      for (const end of yield* Effect.replicateEffect(begin, 3)) yield* end(Exit.fail(over("ServerError")))
      expect(pace.limit(lane)).to.equal(1)
    }),
  )

  withPace(
    "is not impressed by what fewer at once would not mend, and by what was ended",
    ({ pace, begin }) =>
      Effect.gen(function* () {
        for (const exit of [
          Exit.fail(over("NotFound")),
          Exit.interrupt({} as never),
          Exit.die(new Error("bug")),
          Exit.void,
        ])
          yield* (yield* begin)(exit)
        expect(pace.limit(lane)).to.equal(4)
      }),
  )

  withPace("begins anew when it is told that the line is another", ({ pace, begin }) =>
    Effect.gen(function* () {
      yield* (yield* begin)(Exit.fail(over("Timeout")))
      yield* TestClock.adjust("1 second").pipe(pace.timed(4_000_000))
      expect([pace.limit(lane), pace.sentPerMs()]).to.deep.equal([2, 4000])
      pace.forget()
      expect([pace.limit(lane), pace.sentPerMs()]).to.deep.equal([4, null])
    }),
  )

  withPace(
    "measures what one request sends, the latest weighing most, and small ones not at all",
    ({ pace }) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1 second").pipe(pace.timed(4_000_000))
        yield* TestClock.adjust("1 second").pipe(pace.timed(8_000_000))
        yield* TestClock.adjust("1 minute").pipe(pace.timed(10_000))
        expect(pace.sentPerMs()).to.equal(6000)
      }),
  )

  withPace("counts no byte twice, and nothing that is no number", ({ pace, begin }) =>
    Effect.gen(function* () {
      yield* Effect.replicateEffect(begin, 4)
      const meter = pace.meter(lane, 500)
      for (const loaded of [Number.NaN, -5, 400, 500]) meter(loaded)
      yield* TestClock.adjust("3 seconds")
      for (const loaded of [Number.NaN, -5, 400, 500]) meter(loaded)
      yield* TestClock.adjust("3 seconds")
      for (const loaded of [Number.NaN, -5, 400, 500]) meter(loaded)
      // Nothing moved, so nothing was learnt.
      expect(pace.limit(lane)).to.equal(4)
    }),
  )
})
