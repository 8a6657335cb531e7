import { expect } from "@esm-bundle/chai"
import { Effect, Fiber } from "effect"
import { itLive } from "../../../test/support/it-effect.js"
import { layerSingleTab } from "./layer-single-tab.js"
import { TabLocks } from "./TabLocks.js"

const withLocks = (use: (locks: TabLocks["Type"]) => Effect.Effect<void>) =>
  Effect.flatMap(TabLocks, use).pipe(Effect.provide(layerSingleTab))

describe("TabLocks (a tab alone)", () => {
  itLive("lets several share a lock, and none beside an exclusive holder", () =>
    withLocks((locks) =>
      Effect.gen(function* () {
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* locks.hold("a", "shared")
            yield* locks.hold("a", "shared")
            expect(yield* locks.tryExclusive("a", Effect.void)).to.equal(false)
            expect(yield* locks.isHeld("a")).to.equal(true)
            expect(yield* locks.tryExclusive("b", Effect.void)).to.equal(true)
          }),
        )
        expect(yield* locks.isHeld("a")).to.equal(false)
        expect(yield* locks.tryExclusive("a", Effect.void)).to.equal(true)
      }),
    ),
  )

  itLive("gives a lock to who waits for it, and not to who gave up waiting", () =>
    withLocks((locks) =>
      Effect.gen(function* () {
        const waiting = yield* Effect.scoped(
          Effect.gen(function* () {
            yield* locks.hold("a")
            const impatient = yield* Effect.forkDaemon(Effect.scoped(locks.hold("a")))
            const patient = yield* Effect.forkDaemon(Effect.scoped(Effect.as(locks.hold("a"), "held")))
            yield* Effect.yieldNow()
            yield* Fiber.interrupt(impatient)
            expect((yield* Fiber.poll(patient))._tag).to.equal("None")
            return patient
          }),
        )
        expect(yield* Fiber.join(waiting)).to.equal("held")
        expect(yield* locks.isHeld("a")).to.equal(false)
      }),
    ),
  )
})
