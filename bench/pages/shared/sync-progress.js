/** How far LiveStore has come with what was committed: its own worker first, then its backend. */
import { StoreInternalsSymbol } from "@livestore/livestore"
import { Effect, Stream } from "effect"

/** Longest wait for the backend. Many times what it takes, and less than a scenario's limit. */
const limitMs = 60_000

/** Resolves when LiveStore's worker has everything, which is when it is on disk. */
export const whenWorkerKnows = (store) =>
  new Promise((resolve) => {
    const unsubscribe = store.subscribeSyncStatus((status) => {
      if (!status.isSynced) return
      resolve()
      queueMicrotask(() => unsubscribe())
    })
  })

/** Resolves when the backend has confirmed every event that is synced, so that another device receives it. */
export const whenBackendKnows = async (store) => {
  await whenWorkerKnows(store)
  const definitions = store.schema.eventsDefsMap
  // The store's own status is about its worker; what the worker still owes the backend is in the worker's.
  const { syncState } = store[StoreInternalsSymbol].clientSession.leaderThread
  const isOwed = ({ name }) => definitions.get(name)?.options.clientOnly !== true
  let owed = []
  await syncState.changes.pipe(
    Stream.tap(({ pending }) => Effect.sync(() => (owed = pending.filter(isOwed)))),
    Stream.takeUntil(() => owed.length === 0),
    Stream.runDrain,
    Effect.timeoutFail({
      duration: limitMs,
      onTimeout: () =>
        new Error(`The backend has not confirmed ${owed.length} events within ${limitMs / 1000} s`),
    }),
    Effect.runPromise,
  )
}
