import { Effect, FiberMap } from "effect"
import { Observers } from "../../notifications/Observers.js"
import { Outbox } from "../../outbox/Outbox.js"
import { SyncBackend } from "../../outbox/SyncBackend.js"
import { lockNames, TabLocks } from "../../tabs/TabLocks.js"
import { recoverSaves } from "../recover-saves.js"

/** Recovers the saves that closed tabs left unfinished in their journals. */
export const makeClosedTabs = (storeId: string) =>
  Effect.gen(function* () {
    const locks = yield* TabLocks
    const observers = yield* Observers
    const outbox = yield* Outbox
    const backend = yield* SyncBackend
    const context = yield* Effect.context<Effect.Effect.Context<typeof recoverSaves>>()
    const waiting = yield* FiberMap.make<string>()
    const recovering = yield* Effect.makeSemaphore(1)
    const names = lockNames(storeId)

    const recover = recoverSaves.pipe(
      Effect.provide(context),
      recovering.withPermits(1),
      Effect.tap((fileIds) => {
        if (fileIds.length > 0) observers.emit({ type: "recovered", fileIds })
        return backend.forgetClosedTabs
      }),
    )
    // A tab's lock is free once it has closed, however it closed.
    const recoverWhenTabCloses = (tabId: string) =>
      FiberMap.run(
        waiting,
        tabId,
        locks.hold(names.tab(tabId)).pipe(
          Effect.scoped,
          Effect.zipRight(recover),
          Effect.catchAll((error) => Effect.logWarning("Finishing what a closed tab left failed", error)),
        ),
        { onlyIfMissing: true },
      )

    return {
      /** Recovers what is left in journals of tabs that are closed by now. */
      recover,
      /** Returns at once; recovers when the tab has closed. */
      recoverWhenTabCloses,
      /** The same for every open tab that has a journal. */
      recoverWhenOthersClose: Effect.flatMap(outbox.otherTabs, (tabIds) =>
        Effect.forEach(tabIds, recoverWhenTabCloses, { discard: true }),
      ),
    }
  })
