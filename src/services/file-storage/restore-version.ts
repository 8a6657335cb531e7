import { Effect } from "effect"
import {
  type ConfigError,
  type FileNotFoundError,
  type InvalidFileError,
  StorageError,
} from "../../errors/index.js"
import { makeStoredPath } from "../../utils/stored-path.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { appMetadataOf, mergeMetadata } from "../file-records/record-row.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { Outbox, toOutboxSave } from "../outbox/Outbox.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"

/**
 * Makes earlier content a file's content again, under the lock that keeps its bytes from being deleted meanwhile. What
 * was found in it comes back with it.
 */
export const restoreVersion = (
  fileId: string,
  contentHash: string,
): Effect.Effect<
  void,
  StorageError | FileNotFoundError | InvalidFileError | ConfigError,
  FileRecords | LocalFileStorage | Outbox | TabLocks
> =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const outbox = yield* Outbox
    const locks = yield* TabLocks
    const record = yield* findLive(records, fileId)
    if (record.contentHash === contentHash) return
    const notFound = new StorageError({
      reason: "NotFound",
      operation: "restore a version",
      subject: contentHash,
    })
    const version = records.versions(fileId).find((one) => one.contentHash === contentHash)
    if (version === undefined) return yield* notFound

    yield* locks.hold(lockNames(records.storeId).saving, "shared")
    const isHere = yield* local.fileExists(contentHash)
    // An event may never name bytes that are nowhere.
    if (!isHere && version.remoteKey === null) return yield* notFound
    const { mimeType, sizeBytes, remoteKey, contentMetadata, lastModified, takenAt } = version
    const path = makeStoredPath(records.storeId, contentHash)
    const content = { contentHash, mimeType, sizeBytes, path, contentMetadata, lastModified, takenAt }
    const metadata = mergeMetadata(appMetadataOf(record), contentMetadata)
    const restored = { ...record, ...content, metadata, remoteKey: null }
    if (isHere) yield* outbox.append([toOutboxSave(restored, record.contentHash)])
    yield* records.update([{ id: fileId, content }], [])
    if (isHere) yield* outbox.committed([restored])
    if (remoteKey !== null) yield* records.markUploaded([{ contentHash, remoteKey }])
  }).pipe(Effect.scoped)
