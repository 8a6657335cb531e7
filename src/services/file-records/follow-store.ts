import { queryDb, Schema } from "@livestore/livestore"
import { Effect, FiberHandle, FiberSet } from "effect"
import type { deviceDocument } from "../../schema/local-file-state.js"
import type { AttachedStore } from "./attached-store.js"
import { ChangeFeed, type QueryRows } from "./change-feed.js"
import type { RecordChange } from "./FileRecords.js"
import { NextTask } from "./NextTask.js"

/** Calls a listener until the scope closes. The listener must not throw. */
const listenIn =
  <A>(listeners: Set<(value: A) => void>) =>
  (listener: (value: A) => void) =>
    Effect.acquireRelease(
      Effect.sync(() => void listeners.add(listener)),
      () => Effect.sync(() => void listeners.delete(listener)),
    )

/** Follows the tables of a store until the scope closes: changed records, and whether this device is paused. */
export const followStore = (store: AttachedStore, query: QueryRows) =>
  Effect.gen(function* () {
    const feed = new ChangeFeed(query)
    const listeners = new Set<(changes: ReadonlyArray<RecordChange>) => void>()

    const nextTask = yield* NextTask
    const runInScope = yield* FiberHandle.makeRuntime<never>()
    const poll = (): void => {
      const wasBehind = feed.isBehind
      const changes = feed.poll()
      // Continued in later tasks, so that a change of many records does not block the page.
      if (feed.isBehind) runInScope(readOn, { onlyIfMissing: true })
      else if (changes.length === 0 && !wasBehind) return
      for (const listener of listeners) listener(changes)
    }
    const readOn: Effect.Effect<void> = nextTask.pipe(
      Effect.zipRight(Effect.try(poll)),
      Effect.repeat({ while: () => feed.isBehind }),
      // The next change continues reading.
      Effect.catchAll((error) => Effect.logError("Reading changed file records failed", error)),
    )
    let isPaused = false
    const pauseListeners = new Set<(paused: boolean) => void>()
    const setPaused = (paused: boolean): void => {
      if (paused === isPaused) return
      isPaused = paused
      for (const listener of pauseListeners) listener(paused)
    }
    const fork = yield* FiberSet.makeRuntime<never>()
    // LiveStore calls back with the present state while it subscribes; the feed has just read it.
    let isNew = true
    // It shuts the store down when a subscriber throws, so nothing may escape from here.
    const onChange = ([row]: Watched): void => {
      try {
        setPaused(saysPaused(row?.device ?? null))
        if (!isNew) poll()
      } catch (error) {
        fork(Effect.logError("Reading changed file records failed", error))
      }
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => store.subscribe(watched, onChange)),
      (unsubscribe) => Effect.sync(unsubscribe),
    )
    isNew = false

    return {
      feed,
      isPaused: () => isPaused,
      watch: listenIn(listeners),
      watchPaused: listenIn(pauseListeners),
    }
  })

const Watched = Schema.Array(
  Schema.Struct({ revision: Schema.NullOr(Schema.Number), device: Schema.NullOr(Schema.String) }),
)
type Watched = typeof Watched.Type

/**
 * One live query for everything that is watched: that a file changed costs one index look-up, and of the device it reads
 * the one row. By hand, because asking LiveStore for a client document that is not there yet commits an event.
 */
const watched = queryDb({
  query:
    "SELECT (SELECT MAX(revision) FROM files) AS revision, (SELECT value FROM filesyncDevice WHERE id = 'device') AS device",
  schema: Watched,
})

const saysPaused = (device: string | null): boolean =>
  device !== null && (JSON.parse(device) as typeof deviceDocument.Value).paused === true
