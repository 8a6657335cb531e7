import { Context, Effect, Layer, LogLevel, Schedule, Stream } from "effect"
import type { StoreState } from "../../types/index.js"
import { lookEveryMs, StallCount } from "../../utils/stall-count.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { noStoreLog, type StoreLog } from "../file-records/StoreLog.js"
import { Observers } from "../notifications/Observers.js"
import { StoreWatch } from "./StoreWatch.js"

const sentences = {
  open: "The LiveStore store works again",
  stalled:
    "LiveStore confirms nothing any more: changes stay in this tab and in the journal until the store is opened again",
  disposed: "The LiveStore store was shut down under the engine: make a new engine for a store that is open",
  healing: "The LiveStore store was reset and is being filled from the sync backend",
} as const satisfies Record<StoreState, string>

const levels: Record<StoreState, LogLevel.LogLevel> = {
  open: LogLevel.Info,
  stalled: LogLevel.Error,
  disposed: LogLevel.Error,
  healing: LogLevel.Warning,
}

/**
 * Time between two checks of the store, in milliseconds. A reference, so that a simulation of days can check less
 * often.
 */
export class StoreLookInterval extends Context.Reference<StoreLookInterval>()("filesync/StoreLookInterval", {
  defaultValue: () => lookEveryMs,
}) {}

/** Whether LiveStore's storage was reset for this start. A reference with a default, because that is very rare. */
export class StoreWasReset extends Context.Reference<StoreWasReset>()("filesync/StoreWasReset", {
  defaultValue: () => false,
}) {}

/** Checks in a row without anything new from a connected backend, after which a store that was reset has everything. */
const looksUntilFilled = 2

/** Answers at each check whether a store that was reset is still being filled from the backend. */
const makeFilling = (log: StoreLog) =>
  Effect.gen(function* () {
    let isFilling = yield* StoreWasReset
    let isConnected = false
    let looks = 0
    let head: number | undefined
    if (isFilling) {
      const follow = Stream.runForEach(log.connection, (is) => Effect.sync(() => void (isConnected = is)))
      yield* Effect.forkScoped(Effect.ignore(follow))
    }
    return (): boolean => {
      if (!isFilling) return false
      const now = log.position()?.head
      looks = isConnected && now === head ? looks + 1 : 0
      head = now
      isFilling = looks < looksUntilFilled
      return isFilling
    }
  })

/** Checks the store every few seconds, and reports what changes by status, event and log. */
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
        observers.emit({ type: "store", state })
        observers.invalidateStatus()
        return Effect.logWithLevel(levels[next], sentences[next])
      })
    const isFilling = yield* makeFilling(log)
    if (yield* StoreWasReset) yield* become("healing")
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
      if (count.look(progress) || hasStopped) return become("stalled")
      return become(isFilling() ? "healing" : "open")
    })
    yield* Effect.forkScoped(Effect.flatMap(log.stopped, stop))
    yield* Effect.forkScoped(Effect.zipRight(log.closed, become("disposed")))
    // Nothing can stall where there is no LiveStore.
    if (log !== noStoreLog)
      yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced(yield* StoreLookInterval)))
    return StoreWatch.of({ state: () => state })
  }),
)
