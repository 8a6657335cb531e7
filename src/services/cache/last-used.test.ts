import { expect } from "@esm-bundle/chai"
import { Context, Effect, Layer, TestClock } from "effect"
import { itEffect } from "../../../test/support/it-effect.js"
import { layerMemoryTabs, MemoryBrowser } from "../tabs/layer-memory-tabs.js"
import { LastUsed, layerLastUsed } from "./LastUsed.js"

describe("what was used last", () => {
  itEffect("is known to every tab, whichever showed it", () =>
    Effect.gen(function* () {
      const browser = new MemoryBrowser()
      const open = (tabId: string) =>
        Effect.map(
          Layer.build(Layer.fresh(Layer.provide(layerLastUsed, layerMemoryTabs(browser, tabId)))),
          (context) => Context.get(context, LastUsed),
        )
      const [one, two] = [yield* open("one"), yield* open("two")]
      one.touch("a")
      yield* TestClock.adjust("2 seconds")
      two.touch("b")
      one.touch("c")
      yield* TestClock.adjust("2 seconds")
      for (const { lastUse } of [one, two]) {
        expect(lastUse("a")).to.be.lessThan(lastUse("b") ?? 0)
        expect(lastUse("a")).to.be.lessThan(lastUse("c") ?? 0)
        expect(lastUse("nobody")).to.equal(undefined)
      }
    }).pipe(Effect.scoped),
  )
})
