import { expect } from "@esm-bundle/chai"
import { Effect, Fiber, TestClock } from "effect"
import { itEffect } from "../../../test/support/it-effect.js"
import { type AttachedStore, storeInternals } from "./attached-store.js"
import { makeTablesHead } from "./tables-head.js"

/** A store whose tables and count can be apart; `received` is what the tables had when the tab got them. */
const makeStore = ({ received }: { readonly received: { global: number; client: number } }) => {
  const head = { global: 0, client: 0 }
  const state = { localHead: "e0" }
  const store = {
    query: () => [received],
    syncStatus: () => ({ ...state, isSynced: true, upstreamHead: "e0", pendingCount: 0 }),
    [storeInternals]: { sqliteDbWrapper: { debug: { head } } },
  } as unknown as AttachedStore
  return { store, head, state }
}

describe("a tab's tables and its place in LiveStore's log", () => {
  itEffect("are waited for while LiveStore has counted on and not applied anything yet", () =>
    Effect.gen(function* () {
      const { store, head, state } = makeStore({ received: { global: 4, client: 0 } })
      state.localHead = "e4"
      const tables = makeTablesHead(store)
      yield* tables.whenCurrent("200 millis")
      state.localHead = "e17r1"
      const waiting = yield* Effect.fork(tables.whenCurrent("400 millis"))
      yield* TestClock.adjust("200 millis")
      expect((yield* Fiber.poll(waiting))._tag).to.equal("None")
      // Half of it is applied.
      head.global = 9
      yield* TestClock.adjust("100 millis")
      expect((yield* Fiber.poll(waiting))._tag).to.equal("None")
      head.global = 17
      yield* TestClock.adjust("20 millis")
      yield* Fiber.join(waiting)
    }),
  )

  itEffect("are waited for once where the last event changes no table", () =>
    Effect.gen(function* () {
      const { store, head, state } = makeStore({ received: { global: 0, client: 0 } })
      const tables = makeTablesHead(store)
      Object.assign(head, { global: 4, client: 2 })
      state.localHead = "e5"
      const waiting = yield* Effect.fork(tables.whenCurrent("200 millis"))
      yield* TestClock.adjust("200 millis")
      yield* Fiber.join(waiting)
      yield* tables.whenCurrent("200 millis")
      // Who has to be surer waits for longer, and that holds for both.
      const surer = yield* Effect.fork(tables.whenCurrent("400 millis"))
      yield* TestClock.adjust("300 millis")
      expect((yield* Fiber.poll(surer))._tag).to.equal("None")
      yield* TestClock.adjust("100 millis")
      yield* Fiber.join(surer)
      yield* tables.whenCurrent("400 millis")
      state.localHead = "e6.1"
      Object.assign(head, { global: 6, client: 1 })
      yield* tables.whenCurrent("200 millis")
    }),
  )

  itEffect("are never waited for where LiveStore does not say how far they are", () =>
    Effect.gen(function* () {
      const { store } = makeStore({ received: { global: 3, client: 0 } })
      yield* makeTablesHead({
        ...store,
        syncStatus: () => {
          throw new Error("closed")
        },
      }).whenCurrent("200 millis")
      yield* makeTablesHead({ ...store, [storeInternals]: {} } as AttachedStore).whenCurrent("200 millis")
    }),
  )
})
