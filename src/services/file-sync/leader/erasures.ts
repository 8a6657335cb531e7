import { Duration, Effect, Queue } from "effect"
import { FileRecords } from "../../file-records/FileRecords.js"
import type { SyncConfig } from "../sync-config.js"
import { finishErasures } from "../../cache/finish-erasures.js"

/**
 * First wait before what could not be deleted is tried again; it doubles up to the longest. Short, because a server that reads
 * the records refuses until the erasure itself has reached it.
 */
const firstWait = Duration.seconds(5)
const longestWait = Duration.hours(1)

/**
 * Finishes erasures for as long as this tab leads: those of earlier sessions, and those that this device receives. While the
 * remote cannot be reached, it tries again with growing waits.
 */
export const finishErasuresAsLeader = (config: SyncConfig) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const wake = yield* Queue.sliding<void>(1)
    yield* records.watch((changes) => {
      if (changes.some(({ after }) => after === undefined)) Queue.unsafeOffer(wake, undefined)
    })
    let wait = firstWait
    const again = Effect.suspend(() => {
      const now = wait
      wait = Duration.min(Duration.times(wait, 2), longestWait)
      return Effect.raceFirst(Queue.take(wake), Effect.sleep(now))
    })
    yield* finishErasures(config).pipe(
      Effect.catchAll((error) =>
        Effect.as(Effect.logWarning("Deleting erased content failed", error), false),
      ),
      Effect.flatMap((isFinished) => {
        if (!isFinished) return again
        wait = firstWait
        return Queue.take(wake)
      }),
      Effect.forever,
    )
  })
