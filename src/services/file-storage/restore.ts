import { Effect } from "effect"
import { FileNotFoundError, StorageError } from "../../errors/index.js"
import type { FileRecord, FileVersion } from "../../types/index.js"
import { makeStoredPath } from "../../utils/stored-path.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { FileRecords, type NewContent } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { Observers } from "../notifications/Observers.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"

/** Undoing deletions. */
export const makeRestore = Effect.gen(function* () {
  const records = yield* FileRecords
  const local = yield* LocalFileStorage
  const remote = yield* RemoteStorage
  const index = yield* PresenceIndex
  const locks = yield* TabLocks
  const channel = yield* TabChannel
  const observers = yield* Observers

  /**
   * Whether the remote has the content. Where it cannot be reached, the key that the record names is believed, as
   * everywhere: a file that was uploaded can be restored without a network.
   */
  const isRemote = (record: FileRecord, contentHash: string, key: string | null): Effect.Effect<boolean> =>
    key === null || !remote.enabled
      ? Effect.succeed(false)
      : Effect.catchAll(remote.isStored({ key, contentHash, record }), () => Effect.succeed(true))

  /** The record's content, or the latest of its versions that is still somewhere. */
  const findContent = (record: FileRecord) =>
    Effect.gen(function* () {
      for (const content of [record, ...records.versions(record.id)]) {
        const hasLocalCopy = yield* local.fileExists(content.contentHash)
        if (hasLocalCopy || (yield* isRemote(record, content.contentHash, content.remoteKey)))
          return { content, hasLocalCopy }
      }
      return yield* new StorageError({
        reason: "NotFound",
        operation: "restore the file",
        subject: record.id,
      })
    })

  const restoreFile = Effect.fn("FileStorage.restoreFile")(function* (fileId: string) {
    const record = records.find(fileId)
    if (record === undefined) return yield* new FileNotFoundError({ reason: "NoRecord", fileId })
    if (record.deletedAt === null) return
    // Held until the record is live again, so that nothing deletes the bytes meanwhile.
    yield* locks.hold(lockNames(records.storeId).saving, "shared")
    const { content, hasLocalCopy } = yield* findContent(record)
    const { contentHash, remoteKey } = content
    if (contentHash !== record.contentHash)
      yield* records.update([{ id: fileId, content: toContent(content, records.storeId) }], [])
    // Noted before the commit, so that the leader finds the bytes here when it decides what the record needs.
    if (hasLocalCopy) index.setPresenceInMemory([contentHash], true)
    yield* records.restore([fileId])
    if (contentHash !== record.contentHash && remoteKey !== null)
      yield* records.markUploaded([{ contentHash, remoteKey }])
    if (hasLocalCopy) {
      yield* index.setPresent([contentHash])
      yield* channel.post({ type: "present", contentHashes: [contentHash] })
    }
    observers.emit({ type: "restored", fileId, contentHash })
  }, Effect.scoped)

  return { restoreFile }
})

const toContent = (content: FileRecord | FileVersion, storeId: string): NewContent => ({
  contentHash: content.contentHash,
  mimeType: content.mimeType,
  sizeBytes: content.sizeBytes,
  path: makeStoredPath(storeId, content.contentHash),
  contentMetadata: content.contentMetadata,
  lastModified: content.lastModified,
  takenAt: content.takenAt,
})
