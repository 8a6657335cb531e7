import { Clock, Effect, Queue } from "effect"
import { releaseContent } from "../../cache/release-content.js"
import { PresenceIndex } from "../../cache/PresenceIndex.js"
import { FileRecords } from "../../file-records/FileRecords.js"
import { LocalFileStorage } from "../../local-file-storage/LocalFileStorage.js"
import { expireVersions } from "./expiry.js"
import { lockNames, TabLocks } from "../../tabs/TabLocks.js"

/** Time between a deletion and its clean-up, so that many share one pass. */
const garbageDelay = "500 millis"

/** What cannot be cleaned up yet is tried again after this time. */
const garbageRetryDelay = "2 seconds"

/** Frees this device of content that nothing refers to any more. */
export const makeCleanUp = (config: { readonly storeId: string; readonly restorableMs: number }) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const locks = yield* TabLocks
    const index = yield* PresenceIndex
    const garbage = yield* Queue.unbounded<string>()
    const restorableSince = Effect.map(Clock.currentTimeMillis, (now) => now - config.restorableMs)

    /** Takes contents that have lost their records. When that was may be long ago, or dated by a wrong clock. */
    const offer = (contentHashes: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        const since = yield* restorableSince
        const isOld = (hash: string): boolean => index.isPresent(hash) && !records.isRestorable(hash, since)
        const old = config.restorableMs > 0 ? contentHashes.filter(isOld) : []
        const erased = new Set(old.length === 0 ? [] : records.erasedContents().map((one) => one.contentHash))
        const heard = old.filter((hash) => !erased.has(hash))
        if (heard.length > 0) yield* Effect.ignore(records.noteHeard(heard, yield* Clock.currentTimeMillis))
        yield* Queue.offerAll(garbage, contentHashes)
      })

    const collect = Queue.take(garbage).pipe(
      Effect.tap(() => Effect.sleep(garbageDelay)),
      Effect.flatMap((first) =>
        Effect.gen(function* () {
          const hashes = [...new Set([first, ...(yield* Queue.takeAll(garbage))])]
          const released = yield* releaseContent(hashes, "unreferenced", config.restorableMs)
          const since = yield* restorableSince
          // A journal still names them, so they are tried again later.
          const left = hashes.filter(
            (contentHash) =>
              !released.includes(contentHash) &&
              records.withContent(contentHash).length === 0 &&
              !records.isRestorable(contentHash, since),
          )
          if (left.length === 0) return
          yield* Effect.sleep(garbageRetryDelay)
          yield* Queue.offerAll(garbage, left)
        }),
      ),
      // What could not be deleted now is found again by the next start or repair.
      Effect.catchAll((error) => Effect.logWarning("Cleaning up deleted files failed", error)),
      Effect.forever,
    )

    const sweep = Effect.gen(function* () {
      const downloads: Array<string> = []
      yield* index.forEachPending((some) =>
        Effect.sync(() => {
          for (const { contentHash, remoteKey } of some)
            if (remoteKey !== null && !index.isPresent(contentHash)) downloads.push(contentHash)
        }),
      )
      // A save in another tab may have made its file this moment; if one is under way, the next start sweeps.
      yield* locks.tryExclusive(
        lockNames(config.storeId).copying,
        local
          .sweepUnfinished(downloads)
          .pipe(Effect.catchAll((error) => Effect.logWarning("Cleaning up unfinished files failed", error))),
      )
    })

    return {
      offer,
      /** Rows of this device's index that no record owns any more: their clean-up was cut short. */
      forgetDeleted: Effect.gen(function* () {
        const since = yield* restorableSince
        for (const { fileId, localHash } of records.loadLocalOfDeleted()) {
          // What can still be restored stays, and its row says where to find it when its time is over.
          if (localHash !== "" && records.isRestorable(localHash, since)) continue
          yield* index.forget(fileId)
          if (localHash !== "") yield* Queue.offer(garbage, localHash)
        }
      }),
      run: Effect.all([collect, expireVersions(config), sweep], { concurrency: "unbounded", discard: true }),
    }
  })
