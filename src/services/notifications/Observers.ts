import { Context, Effect, FiberSet, Layer } from "effect"
import type { FileSyncEvent, TransferProgress, Unsubscribe } from "../../types/index.js"

type Listener<A> = (value: A) => void

/** The listeners of one engine. A listener that throws does not affect the others. */
export class Observers extends Context.Tag("filesync/Observers")<
  Observers,
  {
    /** Notifies the listeners of these files, and of the status, that something has changed. */
    readonly invalidate: (fileIds: Iterable<string>) => void
    /** Notifies the listeners of the status that something has changed. */
    readonly invalidateStatus: () => void
    /** Notifies at once instead of with the next frame. */
    readonly flush: () => void
    readonly emit: (event: FileSyncEvent) => void
    readonly progress: (progress: TransferProgress) => void
    readonly subscribe: (listener: () => void) => Unsubscribe
    readonly subscribeFile: (fileId: string, listener: () => void) => Unsubscribe
    readonly onEvent: (listener: Listener<FileSyncEvent>) => Unsubscribe
    readonly onProgress: (listener: Listener<TransferProgress>) => Unsubscribe
  }
>() {}

/** Listeners are notified at most once in this time: a frame at 60 per second. */
const frame = "16 millis"

const callSafely = <A>(listeners: Iterable<Listener<A>>, value: A): void => {
  for (const listener of listeners) {
    try {
      listener(value)
    } catch (error) {
      // Reported like any uncaught error of the page, so that its author sees it.
      queueMicrotask(() => {
        throw error
      })
    }
  }
}

/** Observers of one engine. */
export const layerObservers = Layer.scoped(
  Observers,
  Effect.gen(function* () {
    const fork = yield* FiberSet.makeRuntime<never>()
    const general = new Set<Listener<void>>()
    const byFile = new Map<string, Set<Listener<void>>>()
    const events = new Set<Listener<FileSyncEvent>>()
    const progresses = new Set<Listener<TransferProgress>>()
    const touched = new Set<string>()
    let isScheduled = false

    const notify = (): void => {
      if (!isScheduled) return
      isScheduled = false
      const fileIds = [...touched]
      touched.clear()
      for (const fileId of fileIds) callSafely([...(byFile.get(fileId) ?? [])], undefined)
      callSafely([...general], undefined)
    }
    const schedule = (): void => {
      if (isScheduled) return
      isScheduled = true
      fork(Effect.delay(Effect.sync(notify), frame))
    }
    const add =
      <A>(listeners: Set<Listener<A>>) =>
      (listener: Listener<A>): Unsubscribe => {
        // A listener given twice is called twice and removed one at a time.
        const own: Listener<A> = (value) => listener(value)
        listeners.add(own)
        return () => void listeners.delete(own)
      }

    return Observers.of({
      invalidate: (fileIds) => {
        for (const fileId of fileIds) touched.add(fileId)
        schedule()
      },
      invalidateStatus: schedule,
      flush: notify,
      emit: (event) => callSafely([...events], event),
      progress: (progress) => callSafely([...progresses], progress),
      subscribe: add(general),
      subscribeFile: (fileId, listener) => {
        const listeners = byFile.get(fileId) ?? new Set()
        byFile.set(fileId, listeners)
        const remove = add(listeners)(listener)
        return () => {
          remove()
          if (listeners.size === 0 && byFile.get(fileId) === listeners) byFile.delete(fileId)
        }
      },
      onEvent: add(events),
      onProgress: add(progresses),
    })
  }),
)
