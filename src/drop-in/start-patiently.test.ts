import { expect } from "@esm-bundle/chai"
import { Effect, Either, Fiber, Option, TestClock, TestContext } from "effect"
import { startPatiently, type StartTry } from "./start-patiently.js"

const run = <A, E>(program: Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.provide(program, TestContext.TestContext))

/** What a start did, and the flag that it leaves for the next page. */
const observe = (isSetBefore = false) => {
  const tries: StartTry[] = []
  const flag = {
    isSet: isSetBefore,
    set: () => {
      flag.isSet = true
    },
    clear: () => {
      flag.isSet = false
    },
  }
  const seen = { tries, flag, ended: 0, failures: 0 }
  /** Begins a start of which the `n`-th try is `outcomes[n]`, and hangs where there is none. */
  const begin = (...outcomes: ReadonlyArray<Effect.Effect<string, unknown> | undefined>) =>
    Effect.fork(
      Effect.either(
        startPatiently(
          (attempt) => {
            const outcome = outcomes[tries.length] ?? Effect.never
            tries.push(attempt)
            return Effect.onInterrupt(outcome, () => Effect.sync(() => (seen.ended += 1)))
          },
          { timeoutMs: 30_000, flag, onFailed: () => (seen.failures += 1) },
        ),
      ),
    )
  return { seen, begin }
}

const ordinary: StartTry = { isHealing: false }
const healing: StartTry = { isHealing: true }

describe("a start of the store", () => {
  it("is tried once where it succeeds", () =>
    run(
      Effect.gen(function* () {
        const { seen, begin } = observe()
        const result = yield* Fiber.join(yield* begin(Effect.succeed("open")))
        expect(result).to.deep.equal(Either.right("open"))
        expect(seen.tries).to.deep.equal([ordinary])
        expect(seen.flag.isSet).to.equal(false)
      }),
    ))

  it("is repeated as a recovery start, with a longer time-out each time, until it answers", () =>
    run(
      Effect.gen(function* () {
        const { seen, begin } = observe()
        const starting = yield* begin(undefined, undefined, undefined, undefined, Effect.succeed("open"))
        const waits = [30_000, 60_000, 120_000, 120_000]
        for (const [at, wait] of waits.entries()) {
          yield* TestClock.adjust(wait - 1)
          expect(seen.tries.length, `after ${wait - 1} ms`).to.equal(at + 1)
          expect(yield* Fiber.poll(starting)).to.deep.equal(Option.none())
          yield* TestClock.adjust(1)
          expect(seen.ended, "the one that hung is ended").to.equal(at + 1)
          // An app that waits is told once healing has not helped.
          expect(seen.failures).to.equal(at)
        }
        expect(yield* Fiber.join(starting)).to.deep.equal(Either.right("open"))
        expect(seen.tries).to.deep.equal([ordinary, healing, healing, healing, healing])
        expect(seen.flag.isSet).to.equal(false)
      }),
    ))

  it("takes one that is slow, and answers before its time is over", () =>
    run(
      Effect.gen(function* () {
        const { seen, begin } = observe()
        const starting = yield* begin(undefined, Effect.delay(Effect.succeed("open"), 59_000))
        yield* TestClock.adjust(30_000)
        yield* TestClock.adjust(59_000)
        expect(yield* Fiber.join(starting)).to.deep.equal(Either.right("open"))
        expect(seen.tries).to.deep.equal([ordinary, healing])
        expect(seen.failures).to.equal(0)
      }),
    ))

  it("fails with the failure of the recovery start, and the next page begins with one", () =>
    run(
      Effect.gen(function* () {
        const { seen, begin } = observe()
        const result = yield* Fiber.join(yield* begin(Effect.die("first"), Effect.fail("second")))
        expect(result).to.deep.equal(Either.left("second"))
        expect(seen.tries).to.deep.equal([ordinary, healing])
        expect(seen.failures).to.equal(1)
        expect(seen.flag.isSet).to.equal(true)
      }),
    ))

  it("begins with a recovery start when the page before it has failed", () =>
    run(
      Effect.gen(function* () {
        const { seen, begin } = observe(true)
        const result = yield* Fiber.join(yield* begin(Effect.succeed("open")))
        expect(result).to.deep.equal(Either.right("open"))
        expect(seen.tries).to.deep.equal([healing])
        expect(seen.flag.isSet).to.equal(false)
      }),
    ))
})
