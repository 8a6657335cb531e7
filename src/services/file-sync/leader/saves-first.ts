import { Clock, Effect, FiberHandle } from "effect"
import { SaveProgress } from "../../status/SaveProgress.js"
import { SyncExecutor } from "../../sync-executor/SyncExecutor.js"

/** Batches of one drop follow each other within this time. */
const pauseBetweenMs = 1_000
/** An app that never stops saving must not keep its files from being uploaded. */
const maxHeldMs = 60_000

/**
 * Lets uploads of small files wait while this tab saves many files. Until a file is saved, closing the page loses it;
 * uploading thousands of small files at the same time would make that time three times as long.
 */
export const putSavesFirst = Effect.gen(function* () {
  const saves = yield* SaveProgress
  const executor = yield* SyncExecutor
  let heldSince: number | undefined

  const hold = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    heldSince ??= now
    const left = heldSince + maxHeldMs - now
    if (left <= 0) return Effect.void
    return Effect.zipRight(
      executor.holdSmallUploads(true),
      Effect.zipRight(Effect.sleep(left), executor.holdSmallUploads(false)),
    )
  })
  const release = Effect.sleep(pauseBetweenMs).pipe(
    Effect.zipRight(Effect.sync(() => (heldSince = undefined))),
    Effect.zipRight(executor.holdSmallUploads(false)),
  )

  yield* Effect.addFinalizer(() => executor.holdSmallUploads(false))
  const run = yield* FiberHandle.makeRuntime<never>()
  yield* saves.watchMany((isMany) => run(isMany ? hold : release))
  return yield* Effect.never
})
