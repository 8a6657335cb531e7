import { Effect } from "effect"
import { type InvalidFileError, StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { releaseContent } from "../cache/release-content.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { storeClosed } from "../file-records/StoreLog.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { Observers } from "../notifications/Observers.js"
import { withSaves } from "../outbox/journal-facts.js"
import { Outbox, type OutboxSave } from "../outbox/Outbox.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"
import { makeRoom } from "./make-room.js"

/** A record whose bytes were stored, and what stores them once more if they have gone since. */
export interface Stored {
  readonly record: FileRecord
  /** Gives the content's hash. */
  readonly storeAgain: Effect.Effect<string, StorageError | InvalidFileError>
}

/** Saves in the order that loses nothing: bytes, journal, commit. Bytes of a failed save are deleted again. */
export const makeSaveTransaction = (restorableMs: number) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const outbox = yield* Outbox
    const locks = yield* TabLocks
    const channel = yield* TabChannel
    const index = yield* PresenceIndex
    const { withRoom } = yield* makeRoom
    const context = yield* Effect.context<
      FileRecords | LocalFileStorage | Outbox | TabLocks | PresenceIndex | TabChannel | Observers
    >()
    const names = lockNames(records.storeId)

    // Bytes of a failed save are deleted again, unless another record refers to them by now. The caller sees the
    // failure that led here; a repair finds what stays.
    const discard = (contentHashes: ReadonlyArray<string>): Effect.Effect<void> =>
      contentHashes.length === 0
        ? Effect.void
        : releaseContent(contentHashes, "unreferenced", restorableMs).pipe(
            Effect.provide(context),
            Effect.ignore,
          )

    // Copying in takes long and holds no lock, so bytes may be deleted before a journal names them: they are checked
    // again here, under the lock, where nothing can be deleted. The journal names the bytes before the commit does, and
    // both are there before the lock is free.
    const nameThenCommit = <E>(
      stored: ReadonlyArray<Stored>,
      toSave: (record: FileRecord) => OutboxSave,
      commit: (records: ReadonlyArray<FileRecord>) => Effect.Effect<void, E>,
    ) =>
      Effect.gen(function* () {
        yield* locks.hold(names.saving, "shared")
        const saved = stored.map(({ record }) => record)
        const contentHashes = saved.map(({ contentHash }) => contentHash)
        const present = yield* local.filesExist(contentHashes)
        yield* Effect.forEach(
          stored.filter((_, at) => !present[at]),
          ({ record, storeAgain }) =>
            Effect.filterOrFail(
              storeAgain,
              (contentHash) => contentHash === record.contentHash,
              () => new StorageError({ reason: "Changed", operation: "store the file" }),
            ),
          { discard: true },
        )
        // Before the commit, so that the leader plans an upload and not a download for the record.
        index.setPresenceInMemory(contentHashes, true)
        yield* Effect.tapError(
          withSaves(commit(saved), saved.map(toSave)),
          () => Effect.ignore(outbox.settle(saved)), // The caller gets the commit's failure.
        )
      }).pipe(Effect.scoped)

    const isStoreOpen = Effect.suspend(() =>
      records.log.progress() === undefined ? Effect.fail(storeClosed("it was shut down")) : Effect.void,
    )

    /**
     * Bytes, journal, commit, in that order. From the journal on it cannot be interrupted: otherwise the next start
     * would finish a save that its caller has aborted.
     */
    const keep = <E, E2>(
      storeAll: (isNew: (contentHash: string) => void) => Effect.Effect<ReadonlyArray<Stored>, E>,
      toSave: (record: FileRecord) => OutboxSave,
      commit: (stored: ReadonlyArray<FileRecord>) => Effect.Effect<void, E2>,
    ) =>
      Effect.uninterruptibleMask((restore) => {
        const written: string[] = []
        const storing = restore(storeAll((contentHash) => void written.push(contentHash)))
        return Effect.zipRight(isStoreOpen, locks.hold(names.copying, "shared")).pipe(
          Effect.zipRight(storing),
          Effect.tap((stored) => withRoom(0, nameThenCommit(stored, toSave, commit))),
          Effect.map((stored) => stored.map(({ record }) => record)),
          Effect.scoped,
          Effect.tap(noteCommitted),
          Effect.onError(() => discard(written)),
        )
      })

    const noteCommitted = (saved: ReadonlyArray<FileRecord>) => {
      const contentHashes = saved.map(({ contentHash }) => contentHash)
      return outbox
        .committed(saved)
        .pipe(
          Effect.zipRight(index.setPresent(contentHashes)),
          Effect.zipRight(channel.post({ type: "present", contentHashes })),
        )
    }

    return keep
  })
