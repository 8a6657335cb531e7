import { Context, Effect, Layer } from "effect"
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
    /** The sums only grow until no save runs. */
    readonly now: () => {
      readonly saving: number
      readonly savingBytesDone: number
      readonly savingBytesTotal: number
    }
  }
>() {}

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
    let endedBytes = 0
    return SaveProgress.of({
      during: ({ count, bytes }, run) =>
        Effect.acquireUseRelease(
          Effect.sync(() => {
            const save: Save = { count, bytes, done: 0 }
            running.add(save)
            observers.invalidateStatus()
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
              observers.invalidateStatus()
            }),
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
