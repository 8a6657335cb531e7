import { expect } from "@esm-bundle/chai"
import { Context, Effect, Layer, type Scope, TestClock } from "effect"
import { withDefaults } from "../../src/layers/engine-defaults.js"
import { layerEngine } from "../../src/layers/engine.js"
import { layerLogger, type LogEntry } from "../../src/layers/logger.js"
import { layerRecordLog } from "../../src/services/file-records/layer-record-log.js"
import { makeOwnLog } from "../../src/services/file-records/own-log.js"
import { FileSync } from "../../src/services/file-sync/FileSync.js"
import { layerMemory } from "../../src/services/local-file-storage/layer-memory.js"
import { layerSubtle } from "../../src/services/local-file-storage/hashing/layer-subtle.js"
import { layerMemoryOutbox } from "../../src/services/outbox/layer-memory-outbox.js"
import { Outbox } from "../../src/services/outbox/Outbox.js"
import { memoryAdapter } from "../../src/services/remote-file-storage/adapters/memory.js"
import { layerAdapter } from "../../src/services/remote-file-storage/layer-adapter.js"
import { layerMemoryTabs, MemoryBrowser } from "../../src/services/tabs/layer-memory-tabs.js"
import { eventually } from "../support/engine-bench.js"
import { itEffect } from "../support/it-effect.js"

describe("the leader", () => {
  /** A tab whose visibility a test sets. */
  const openTab = (
    browser: MemoryBrowser,
    view: { isVisible: boolean },
    log: Array<LogEntry> = [],
    change: (outbox: Outbox["Type"]) => Outbox["Type"] = (outbox) => outbox,
  ): Effect.Effect<FileSync["Type"], never, Scope.Scope> => {
    const config = withDefaults("lead", { isVisible: () => view.isVisible })
    const tab = Layer.mergeAll(
      layerMemoryOutbox().pipe(
        Layer.map((context) => Context.make(Outbox, change(Context.get(context, Outbox)))),
        Layer.provideMerge(layerMemoryTabs(browser)),
      ),
      layerMemory({ storeId: "lead" }).pipe(Layer.provideMerge(layerSubtle)),
      layerRecordLog(makeOwnLog(), "lead"),
      layerAdapter(memoryAdapter()),
    )
    return layerEngine(config).pipe(
      Layer.provide(tab),
      Layer.provide(layerLogger((entry) => void log.push(entry))),
      Layer.build,
      Effect.map((context) => Context.get(context, FileSync)),
      Effect.orDie,
    )
  }

  itEffect("goes to the tab that comes into view, within five seconds, from one that is hidden", () =>
    Effect.gen(function* () {
      const browser = new MemoryBrowser()
      const first = { isVisible: true }
      const second = { isVisible: false }
      const one = yield* openTab(browser, first)
      const two = yield* openTab(browser, second)
      yield* one.start
      yield* eventually("the first leads", () => one.status().leader)
      yield* two.start
      yield* TestClock.adjust("10 seconds")
      expect([one.status().leader, two.status().leader]).to.deep.equal([true, false])

      // Two windows side by side: the one that leads goes on.
      second.isVisible = true
      yield* Effect.fork(two.claim)
      yield* eventually("its answer comes", () => true)
      yield* TestClock.adjust("10 seconds")
      expect([one.status().leader, two.status().leader]).to.deep.equal([true, false])

      first.isVisible = false
      yield* Effect.fork(two.claim)
      yield* eventually("the second leads", () => two.status().leader, 5)
      expect(one.status().leader).to.equal(false)
    }),
  )

  itEffect("that fails is free for another tab, is logged, and shows", () =>
    Effect.gen(function* () {
      const browser = new MemoryBrowser()
      const log: Array<LogEntry> = []
      const broken = (outbox: Outbox["Type"]): Outbox["Type"] => ({
        ...outbox,
        adopt: () => Effect.die(new Error("a defect")),
      })
      const one = yield* openTab(browser, { isVisible: true }, log, broken)
      const two = yield* openTab(browser, { isVisible: false })
      yield* one.start
      yield* two.start
      yield* eventually("the other leads", () => two.status().leader)
      expect(one.status()).to.include({ leader: false, state: "error" })
      const entry = log.find(({ level }) => level === "Error")
      expect(entry?.message).to.equal("The leader failed; another tab may lead now")
      expect(String(entry?.details["cause"])).to.include("a defect")
    }),
  )
})
