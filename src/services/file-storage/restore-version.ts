import { Effect } from "effect"
import {
  type ConfigError,
  type DownloadError,
  type FileNotFoundError,
  type InvalidFileError,
  StorageError,
} from "../../errors/index.js"
import type { FileVersion } from "../../types/index.js"
import { makeStoredPath } from "../../utils/stored-path.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { appMetadataOf, mergeMetadata } from "../file-records/record-row.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { withSaves } from "../outbox/journal-facts.js"
import { Outbox, toOutboxSave } from "../outbox/Outbox.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"

/**
 * Makes earlier content a file's content again, under the lock that keeps its bytes from being deleted meanwhile. What
 * was found in it comes back with it. When the content is not on this device, the remote is asked first. Fails with
 * `StorageError` (`NotFound`) when the remote does not have it any more, and with `DownloadError` when it cannot be
 * asked.
 */
export const restoreVersion = (
  fileId: string,
  contentHash: string,
): Effect.Effect<
  void,
  StorageError | DownloadError | FileNotFoundError | InvalidFileError | ConfigError,
  FileRecords | LocalFileStorage | Outbox | TabLocks | RemoteStorage | PresenceIndex | TabChannel
> =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const outbox = yield* Outbox
    const locks = yield* TabLocks
    const remote = yield* RemoteStorage
    const index = yield* PresenceIndex
    const channel = yield* TabChannel
    const record = yield* findLive(records, fileId)
    if (record.contentHash === contentHash) return
    const notFound = new StorageError({
      reason: "NotFound",
      operation: "restore a version",
      subject: contentHash,
    })
    const version = records.versions(fileId).find((one) => one.contentHash === contentHash)
    if (version === undefined) return yield* notFound

    const remoteKey = version.remoteKey ?? undefined
    const asked = { ...record, ...contentOf(version) }
    // Before the lock is held, which others wait for.
    const isElsewhere =
      remoteKey !== undefined &&
      remote.enabled &&
      !(yield* local.fileExists(contentHash)) &&
      (yield* remote.isStored({ key: remoteKey, contentHash, record: asked }))

    yield* locks.hold(lockNames(records.storeId).saving, "shared")
    const hasLocalCopy = yield* local.fileExists(contentHash)
    // An event may never name bytes that are nowhere.
    if (!hasLocalCopy && !isElsewhere) return yield* notFound
    const { mimeType, sizeBytes, contentMetadata, lastModified, takenAt } = version
    const path = makeStoredPath(records.storeId, contentHash)
    const content = { contentHash, mimeType, sizeBytes, path, contentMetadata, lastModified, takenAt }
    const metadata = mergeMetadata(appMetadataOf(record), contentMetadata)
    const restored = { ...record, ...content, metadata, remoteKey: null }
    // Before the commit, so that the leader plans an upload and not a download for the record.
    if (hasLocalCopy) index.setPresenceInMemory([contentHash], true)
    const saves = hasLocalCopy ? [toOutboxSave(restored, record.contentHash)] : []
    yield* withSaves(
      records.update([{ id: fileId, content, ...(hasLocalCopy ? {} : { remoteKey }) }], []),
      saves,
    )
    if (!hasLocalCopy) return
    yield* outbox.committed([restored])
    yield* index.setPresent([contentHash])
    yield* channel.post({ type: "present", contentHashes: [contentHash] })
  }).pipe(Effect.scoped)

const contentOf = ({ contentHash, mimeType, sizeBytes }: FileVersion) => ({
  contentHash,
  mimeType,
  sizeBytes,
})
