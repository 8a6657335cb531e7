import { Context, Effect, Layer, type Scope } from "effect"
import { Observers } from "../notifications/Observers.js"

/** Saves that run in this tab; until they end, their files are in the page's memory alone. */
export class SaveProgress extends Context.Tag("filesync/SaveProgress")<
  SaveProgress,
  {
    /** Counts these files as being saved while the effect runs; it is given what takes the bytes written so far. */
    readonly during: <A, E, R>(
      files: { readonly count: number; readonly bytes: number },
      save: (onProgress: (bytesDone: number) => void) => Effect.Effect<A, E, R>,
    ) => Effect.Effect<A, E, R>
    /** Says whether a save of many files runs: now, and each time that has changed. */
    readonly watchMany: (listener: (isMany: boolean) => void) => Effect.Effect<void, never, Scope.Scope>
    /** The sums only grow until no save runs. */
    readonly now: () => {
      readonly saving: number
      readonly savingBytesDone: number
      readonly savingBytesTotal: number
    }
  }
>() {}

/** From so many files on, a save is one of many. */
const many = 50

interface Save {
  readonly count: number
  readonly bytes: number
  done: number
}

/** The saves of one engine. */
export const layerSaveProgress = Layer.effect(
  SaveProgress,
  Effect.map(Observers, (observers) => {
    const running = new Set<Save>()
    const listeners = new Set<(isMany: boolean) => void>()
    let isMany = false
    const changed = (): void => {
      observers.invalidateStatus()
      const wasMany = isMany
      isMany = [...running].some(({ count }) => count >= many)
      if (isMany !== wasMany) for (const listener of listeners) listener(isMany)
    }
    let endedBytes = 0
    return SaveProgress.of({
      during: ({ count, bytes }, run) =>
        Effect.acquireUseRelease(
          Effect.sync(() => {
            const save: Save = { count, bytes, done: 0 }
            running.add(save)
            changed()
            return save
          }),
          (save) =>
            run((bytesDone) => {
              save.done = Math.min(bytes, Math.max(save.done, bytesDone))
              observers.invalidateStatus()
            }),
          (save) =>
            Effect.sync(() => {
              running.delete(save)
              endedBytes = running.size === 0 ? 0 : endedBytes + bytes
              changed()
            }),
        ),
      watchMany: (listener) =>
        Effect.acquireRelease(
          Effect.sync(() => {
            listeners.add(listener)
            listener(isMany)
          }),
          () => Effect.sync(() => listeners.delete(listener)),
        ),
      now: () => {
        const sum = { saving: 0, savingBytesDone: endedBytes, savingBytesTotal: endedBytes }
        for (const { count, bytes, done } of running) {
          sum.saving += count
          sum.savingBytesDone += done
          sum.savingBytesTotal += bytes
        }
        return sum
      },
    })
  }),
)
