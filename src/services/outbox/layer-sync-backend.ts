import { Effect, Layer } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { Observers } from "../notifications/Observers.js"
import { makeBackendConnection } from "./backend-connection.js"
import { factConfirmation } from "./fact-confirmation.js"
import { Outbox } from "./Outbox.js"
import { recommitDropped } from "./recommit-dropped.js"
import { SyncBackend } from "./SyncBackend.js"
import { makeUnsyncedByTab } from "./unsynced-by-tab.js"

/** Follows LiveStore's log: removes facts from the outbox that the sync backend has, and commits again what it lost. */
export const layerSyncBackend = Layer.scoped(
  SyncBackend,
  Effect.gen(function* () {
    const { log } = yield* FileRecords
    const outbox = yield* Outbox
    const observers = yield* Observers
    const invalidate = (): void => observers.invalidateStatus()
    const connection = makeBackendConnection(log, outbox, invalidate)
    const unsynced = yield* makeUnsyncedByTab(invalidate)
    yield* Effect.forkScoped(connection.follow)
    yield* Effect.forkScoped(yield* factConfirmation(connection.isKnown, invalidate))
    if (log.mayHaveBackend) yield* Effect.forkScoped(recommitDropped(() => connection.isUp() === true))
    return SyncBackend.of({
      isConnected: () => (connection.isKnown() ? (connection.isUp() ?? null) : null),
      mayHaveJournals: connection.mayHaveJournals,
      unsynced: () => (connection.isKnown() ? unsynced.count() : 0),
      forgetClosedTabs: unsynced.forgetClosed,
    })
  }),
)
