import { Effect } from "effect"
import { StorageError } from "../../errors/index.js"
import { SpaceBudget } from "../cache/SpaceBudget.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"

/**
 * From this size on the browser is asked for its estimate before a save: asking takes longer than writing a small file,
 * and a disk that is full says so itself.
 */
const estimateFromBytes = 8 * 1024 * 1024

/** Frees content that the remote has as well, before a save that cannot fit and after one that did not fit. */
export const makeRoom = Effect.gen(function* () {
  const local = yield* LocalFileStorage
  const space = yield* SpaceBudget

  const checkSpace = (neededBytes: number) =>
    Effect.gen(function* () {
      if (neededBytes < estimateFromBytes) return
      const { usageBytes, quotaBytes } = yield* local.estimate
      // Usage above the quota: the browser miscounted, as Chromium does after a kill.
      if (!(quotaBytes > 0) || usageBytes > quotaBytes) return
      // Estimates are coarse, so only what cannot possibly fit makes room before the disk itself says no, and never more
      // than is needed.
      const missingBytes = usageBytes + neededBytes - quotaBytes
      if (missingBytes > 0) yield* space.free(Math.min(missingBytes, neededBytes))
    })

  /**
   * Runs a write, and once more after making room when the disk was full. Not to be called under the lock of a save,
   * because making room waits for that lock.
   */
  const withRoom = <A, E>(neededBytes: number, write: Effect.Effect<A, E | StorageError>) =>
    Effect.catchIf(
      write,
      (error): error is StorageError => error instanceof StorageError && error.reason === "QuotaExceeded",
      (error) =>
        Effect.flatMap(space.free(neededBytes), (freed) => (freed === 0 ? Effect.fail(error) : write)),
    )

  return { checkSpace, withRoom }
})
