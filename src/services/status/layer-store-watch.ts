import { Context, Effect, Layer, Schedule } from "effect"
import type { StoreState } from "../../types/index.js"
import { lookEveryMs, StallCount } from "../../utils/stall-count.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { noStoreLog } from "../file-records/StoreLog.js"
import { Observers } from "../notifications/observers.js"
import { StoreWatch } from "./StoreWatch.js"

const sentences = {
  open: "The LiveStore store works again",
  stalled:
    "LiveStore confirms nothing any more: changes stay in this tab and in the journal until the store is opened again",
  disposed: "The LiveStore store was shut down under the engine: make a new engine for a store that is open",
  healing: "The LiveStore store is being put right",
} as const satisfies Record<StoreState, string>

/** Between two looks, in milliseconds. A reference, so that a simulation of days does not spend them on looking. */
export class StoreLookInterval extends Context.Reference<StoreLookInterval>()("filesync/StoreLookInterval", {
  defaultValue: () => lookEveryMs,
}) {}

/** Looks at the store every few seconds, and reports what changes by status, event and log. */
export const layerStoreWatch = Layer.scoped(
  StoreWatch,
  Effect.gen(function* () {
    const { log } = yield* FileRecords
    const observers = yield* Observers
    let state: StoreState = "open"
    const become = (next: StoreState) =>
      Effect.suspend(() => {
        // A store that was shut down does not come back.
        if (next === state || state === "disposed") return Effect.void
        state = next
        observers.announce({ type: "store", state })
        observers.touchStatus()
        return next === "open" ? Effect.logInfo(sentences[next]) : Effect.logError(sentences[next])
      })
    const count = new StallCount()
    let hasStopped = false
    const stop = (reason: string) =>
      Effect.suspend(() => {
        hasStopped = true
        return Effect.zipRight(Effect.logError(reason), become("stalled"))
      })
    const look = Effect.suspend(() => {
      const progress = log.progress()
      if (progress === undefined) return become("disposed")
      return become(count.look(progress) || hasStopped ? "stalled" : "open")
    })
    yield* Effect.forkScoped(Effect.flatMap(log.stopped, stop))
    yield* Effect.forkScoped(Effect.zipRight(log.closed, become("disposed")))
    // Nothing can stall where there is no LiveStore.
    if (log !== noStoreLog)
      yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced(yield* StoreLookInterval)))
    return StoreWatch.of({ state: () => state })
  }),
)
