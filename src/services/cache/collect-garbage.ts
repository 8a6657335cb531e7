import { Clock, Effect, Option } from "effect"
import type { StorageError } from "../../errors/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { Outbox } from "../outbox/Outbox.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"
import { LocalIndex } from "./local-index.js"
import { Observers } from "../notifications/observers.js"

/**
 * Why bytes go: nobody refers to them, the remote has them and this device needs the space, they are wrong, or they were
 * erased for good, whatever deleted records had them.
 */
export type ReleaseReason = "unreferenced" | "evicted" | "corrupt" | "erased"

/**
 * Deletes bytes of this device: the only place that does. Each content is checked again under the lock that every
 * save holds until its journal is written, so that bytes somebody is about to refer to stay. Gives what was deleted,
 * or `undefined` when a save was under way and nothing was tried.
 */
export const releaseContent = (
  contentHashes: ReadonlyArray<string>,
  reason: ReleaseReason,
  restorableMs: number,
): Effect.Effect<
  ReadonlyArray<string> | undefined,
  StorageError,
  FileRecords | LocalFileStorage | Outbox | TabLocks | LocalIndex | TabChannel | Observers
> =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const outbox = yield* Outbox
    const locks = yield* TabLocks
    const index = yield* LocalIndex
    const channel = yield* TabChannel
    const observers = yield* Observers
    const since = (yield* Clock.currentTimeMillis) - restorableMs
    let released: ReadonlyArray<string> = []
    let failure: StorageError | undefined

    const isRemote = (contentHash: string): boolean => {
      const owners = records.withContent(contentHash)
      return owners.length > 0 && owners.every(({ remoteKey }) => remoteKey !== null)
    }
    // Known as remote before the wait, so LiveStore has that on disk after it. What only a tab's memory knows is gone
    // with the tab, and the journal brings back no record without bytes.
    const remote = reason === "evicted" ? contentHashes.filter(isRemote) : []
    const isKept =
      remote.length > 0 && Option.isSome(yield* Effect.timeoutOption(records.acknowledged, "1 second"))
    const keptAsRemote = new Set(isKept ? remote : [])

    const release = Effect.gen(function* () {
      const open = (yield* outbox.openEverywhere).filter(({ id }) => !records.isDeleted(id))
      const promised = new Set(
        open.flatMap(({ id, contentHash }) => {
          const record = records.get(id)
          // The journal is only waiting to be settled.
          const isSafe = keptAsRemote.has(contentHash) && record?.contentHash === contentHash
          return isSafe && record.remoteKey !== null ? [] : [contentHash]
        }),
      )
      const free = contentHashes.filter((contentHash) => {
        // Worse than none, whoever refers to them.
        if (reason === "corrupt") return true
        if (promised.has(contentHash)) return false
        if (reason === "erased") return !records.isReferenced(contentHash)
        const owners = records.withContent(contentHash)
        return reason === "evicted"
          ? owners.length > 0 &&
              owners.every(({ id, remoteKey }) => remoteKey !== null && !index.flags(id).pinned)
          : owners.length === 0 && !records.isRestorable(contentHash, since)
      })
      // The index first: a kill in between leaves bytes that count as absent, which is safe, and found by a repair.
      yield* index.setAbsent(free)
      yield* channel.post({ type: "absent", contentHashes: free })
      yield* Effect.forEach(free, local.deleteFile, { concurrency: 8, discard: true })
      for (const contentHash of free) {
        if (reason !== "corrupt")
          observers.announce({ type: reason === "evicted" ? "evicted" : "collected", contentHash })
        observers.touch(records.withContent(contentHash).map(({ id }) => id))
      }
      released = free
    }).pipe(
      Effect.catchAll((error) =>
        Effect.sync(() => {
          failure = error
        }),
      ),
    )

    const ran = yield* locks.tryExclusive(lockNames(records.storeId).saving, release)
    if (failure !== undefined) return yield* Effect.fail(failure)
    return ran ? released : undefined
  })

/** Tries for a moment while a save is under way; says whether it was done. */
export const whenNothingIsSaved = <A, E, R>(
  release: Effect.Effect<A | undefined, E, R>,
  tries = 5,
): Effect.Effect<boolean, E, R> =>
  Effect.flatMap(release, (released) => {
    if (released !== undefined || tries === 0) return Effect.succeed(released !== undefined)
    return Effect.delay(whenNothingIsSaved(release, tries - 1), "20 millis")
  })
