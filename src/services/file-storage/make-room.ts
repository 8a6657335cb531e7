import { Effect, Schedule } from "effect"
import { StorageError } from "../../errors/index.js"
import { SpaceBudget } from "../cache/free-space.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { ValidFile } from "./validate.js"

/**
 * From this size on the browser is asked for its estimate before a save. Our choice: asking takes longer than writing
 * a small file, and a disk that is full says so itself.
 */
const estimateFromBytes = 8 * 1024 * 1024

const bytesOf = (files: ReadonlyArray<ValidFile>): number =>
  files.reduce((sum, { file }) => sum + file.size, 0)

/** Frees what other places have, before a save that cannot fit and after one that did not. */
export const makeRoom = Effect.gen(function* () {
  const local = yield* LocalFileStorage
  const space = yield* SpaceBudget

  const checkSpace = (files: ReadonlyArray<ValidFile>) =>
    Effect.gen(function* () {
      const neededBytes = bytesOf(files)
      if (neededBytes < estimateFromBytes) return
      const { usageBytes, quotaBytes } = yield* local.estimate
      // Estimates are coarse, so only what cannot possibly fit makes room before the disk itself says no.
      if (quotaBytes > 0 && usageBytes + neededBytes > quotaBytes)
        yield* space.free(usageBytes + neededBytes - quotaBytes)
    })

  /** Once: what the disk refuses after room was made is refused for good. Not inside the save, which holds the lock. */
  const withRoom = <A, E>(files: ReadonlyArray<ValidFile>, save: Effect.Effect<A, E | StorageError>) => {
    // Only then: for a picked file, the browser asks another process for its size each time.
    const free = Effect.suspend(() => space.free(bytesOf(files))).pipe(
      // The lock of the save that failed is let go a moment later.
      Effect.repeat({ until: (freed) => freed > 0, times: 3, schedule: Schedule.spaced("20 millis") }),
    )
    return Effect.catchIf(
      save,
      (error): error is StorageError => error instanceof StorageError && error.reason === "QuotaExceeded",
      (error) => Effect.flatMap(free, (freed) => (freed === 0 ? Effect.fail(error) : save)),
    )
  }

  return { checkSpace, withRoom }
})
