import { Effect, Queue } from "effect"
import { FileRecords, type RecordChange } from "../../file-records/FileRecords.js"
import { Observers } from "../../notifications/Observers.js"

/** Counts record changes that are still to be planned: while there are any, having no transfers does not mean being idle. */
export const makePendingChanges = Effect.gen(function* () {
  const records = yield* FileRecords
  const observers = yield* Observers
  let pending = 0
  const handled = (): void => {
    if (--pending === 0) observers.invalidateStatus()
  }

  return {
    count: () => pending,
    /** One of the changes was planned; the first call stands for all that was there when watching began. */
    handled,
    /** Watches until the scope closes; gives what takes the next changes and has them planned. */
    watch: Effect.gen(function* () {
      const changes = yield* Queue.unbounded<ReadonlyArray<RecordChange>>()
      yield* records.watch((changed) => {
        pending++
        Queue.unsafeOffer(changes, changed)
      })
      pending = 1
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          pending = 0
          observers.invalidateStatus()
        }),
      )
      return (plan: (changed: ReadonlyArray<RecordChange>) => Effect.Effect<void>) =>
        Effect.flatMap(Queue.take(changes), (changed) => Effect.ensuring(plan(changed), Effect.sync(handled)))
    }),
  }
})
