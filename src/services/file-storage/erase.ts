import { Deferred, Effect } from "effect"
import { FileNotFoundError, StorageError } from "../../errors/index.js"
import type { ErasedFile, FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { Observers } from "../notifications/Observers.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { finishErasures, hasOpenErasure } from "../cache/finish-erasures.js"
import { Outbox } from "../outbox/Outbox.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import type { TabLocks } from "../tabs/TabLocks.js"
import type { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { PresenceIndex } from "../cache/PresenceIndex.js"

/** How long the sync backend is given to confirm an erasure before the remote is asked to delete the objects. */
const confirmationWait = "3 seconds"

/**
 * Waits for the sync backend to have this tab's erasures: a server that reads its records refuses to delete an object that
 * one of them still has. Without a connection the wait ends, and the leader asks again later.
 */
const awaitConfirmation = (outbox: Outbox["Type"]): Effect.Effect<void, StorageError> =>
  Effect.gen(function* () {
    if (!(yield* outbox.hasBackend)) return
    const confirmed = yield* Deferred.make<void>()
    const look = (): void => {
      if (!hasOpenErasure(outbox)) Deferred.unsafeDone(confirmed, Effect.void)
    }
    // Watched before the first look, so that no confirmation falls between them.
    yield* Effect.acquireRelease(
      Effect.sync(() => outbox.watch(look)),
      (unwatch) => Effect.sync(unwatch),
    )
    look()
    yield* Effect.timeoutOption(Deferred.await(confirmed), confirmationWait)
  }).pipe(Effect.scoped)

/** Erasing files for good. */
export const makeErase = (config: {
  readonly restorableMs: number
  readonly keyOf: (record: FileRecord) => string
  readonly mayErase: (key: string, contentHash: string) => boolean
}) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const observers = yield* Observers
    const remote = yield* RemoteStorage
    const outbox = yield* Outbox
    const context = yield* Effect.context<
      | FileRecords
      | LocalFileStorage
      | RemoteStorage
      | Outbox
      | TabLocks
      | PresenceIndex
      | TabChannel
      | Observers
    >()

    /**
     * The fact first, the bytes after it: a kill in between leaves an erasure that every leading tab finishes. An id
     * that was erased already is finished again.
     */
    const eraseFile = Effect.fn("FileStorage.eraseFile")(function* (fileId: string) {
      const record = records.find(fileId)
      if (record === undefined) {
        if (!records.isErased(fileId)) return yield* new FileNotFoundError({ reason: "NoRecord", fileId })
      } else {
        const contents = [record, ...records.versions(fileId)].map(({ contentHash }) => contentHash)
        if (contents.some((contentHash) => records.isReferenced(contentHash, fileId)))
          return yield* new StorageError({
            reason: "StillReferenced",
            operation: "erase the file",
            subject: fileId,
          })
        yield* records.erase([fileId])
        observers.emit({ type: "erased", fileId })
      }
      if (remote.enabled) yield* awaitConfirmation(outbox)
      const isFinished = yield* Effect.provide(finishErasures(config), context)
      const answer: ErasedFile = {
        remote: !remote.enabled ? "none" : isFinished ? "erased" : "pending",
      }
      return answer
    })

    return { eraseFile }
  })
