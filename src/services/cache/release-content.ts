import { Clock, Effect, Option } from "effect"
import { StorageError } from "../../errors/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { Outbox } from "../outbox/Outbox.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"
import { PresenceIndex } from "./PresenceIndex.js"
import { Observers } from "../notifications/Observers.js"

/**
 * Why bytes are deleted: no record refers to them; the remote has them and this device needs the space; they are the content of an
 * earlier version or a deleted record that the remote has; they are wrong; or they were erased for good, whatever
 * deleted records had them.
 */
export type ReleaseReason = "unreferenced" | "evicted" | "superseded" | "corrupt" | "erased"

/** How long a release waits for its turn: only a tab that is frozen in the middle of a save holds the lock longer. */
const patience = "30 seconds"

/**
 * Deletes bytes of this device: the only place that does. Each content is checked again under the lock that every
 * save holds until its journal is written, so that bytes that a save is about to refer to stay. Waits its turn, and gives
 * what was deleted. Fails with `StorageError` (`Locked`) when its turn does not come.
 */
export const releaseContent = (
  contentHashes: ReadonlyArray<string>,
  reason: ReleaseReason,
  restorableMs: number,
): Effect.Effect<
  ReadonlyArray<string>,
  StorageError,
  FileRecords | LocalFileStorage | Outbox | TabLocks | PresenceIndex | TabChannel | Observers
> =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const outbox = yield* Outbox
    const locks = yield* TabLocks
    const index = yield* PresenceIndex
    const channel = yield* TabChannel
    const observers = yield* Observers
    const since = (yield* Clock.currentTimeMillis) - restorableMs

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
        // Wrong bytes are worse than none, even if records refer to them.
        if (reason === "corrupt") return true
        if (promised.has(contentHash)) return false
        if (reason === "erased") return !records.isReferenced(contentHash)
        const owners = records.withContent(contentHash)
        if (reason === "evicted")
          return (
            owners.length > 0 &&
            owners.every(({ id, remoteKey }) => remoteKey !== null && !index.flags(id).pinned)
          )
        // By its version the remote has it, so it can still be restored.
        return owners.length === 0 && (reason === "superseded" || !records.isRestorable(contentHash, since))
      })
      // The index first: a kill in between leaves bytes that count as absent, which is safe, and found by a repair.
      yield* index.setAbsent(free)
      yield* channel.post({ type: "absent", contentHashes: free })
      yield* Effect.forEach(free, local.deleteFile, { concurrency: 8, discard: true })
      for (const contentHash of free) {
        if (reason !== "corrupt")
          observers.emit({ type: reason === "unreferenced" ? "collected" : "evicted", contentHash })
        observers.invalidate(records.withContent(contentHash).map(({ id }) => id))
      }
      return free
    })

    const turn = locks.hold(lockNames(records.storeId).saving).pipe(
      Effect.timeoutFail({
        duration: patience,
        onTimeout: () => new StorageError({ reason: "Locked", operation: "free space" }),
      }),
    )
    return yield* Effect.scoped(Effect.zipRight(turn, release))
  })
