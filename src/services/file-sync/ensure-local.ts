import { Effect } from "effect"
import { type DownloadError, FileNotFoundError, type StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import type { TabCommand } from "../tabs/TabChannel.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { Maintenance } from "./Maintenance.js"

type OnProgress = (loadedBytes: number, totalBytes: number) => void

/** Waits for bytes that were requested by file id, whichever tab downloads them. */
export const makeEnsureLocal = (ask: (command: TabCommand) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const remote = yield* RemoteStorage
    const index = yield* PresenceIndex
    const maintenance = yield* Maintenance

    const find = (fileId: string) => findLive(records, fileId)

    /** Whether the bytes are here; the disk wins over the index. */
    const hasLocalCopy = (contentHash: string) =>
      Effect.gen(function* () {
        const exists = yield* local.fileExists(contentHash)
        // The browser may have taken the bytes away.
        if (exists !== index.isPresent(contentHash))
          yield* exists ? index.setPresent([contentHash]) : index.setAbsent([contentHash])
        return exists
      })

    /** Follows new content while it waits: what was asked for is the file, not the old bytes. */
    const ensureRecord = (
      record: FileRecord,
      mayWaitForUpload: boolean,
    ): Effect.Effect<FileRecord, FileNotFoundError | DownloadError | StorageError> =>
      Effect.gen(function* () {
        const { id, contentHash } = record
        if (yield* hasLocalCopy(contentHash)) return record
        const isElsewhere = record.remoteKey !== null && remote.enabled
        if (isElsewhere) yield* maintenance.awaitContent(record, ask)
        else if (mayWaitForUpload && remote.enabled) yield* maintenance.awaitUploadElsewhere(record)
        else return yield* new FileNotFoundError({ reason: "NoBytes", fileId: id })
        const now = yield* find(id)
        return yield* ensureRecord(now, mayWaitForUpload && (isElsewhere || now.contentHash !== contentHash))
      })

    const ensureContent = (
      contentHash: string,
      onProgress?: OnProgress,
    ): Effect.Effect<boolean, FileNotFoundError | DownloadError | StorageError> =>
      Effect.gen(function* () {
        const owners = records.withContent(contentHash)
        const record = owners.find(({ remoteKey }) => remoteKey !== null) ?? owners[0]
        if (record === undefined) return false
        if (yield* hasLocalCopy(contentHash)) return true
        if (record.remoteKey === null || !remote.enabled)
          return yield* new FileNotFoundError({ reason: "NoBytes", fileId: record.id })
        // Another record may have the same content.
        yield* Effect.catchTag(
          maintenance.awaitContent(record, ask, onProgress),
          "FileNotFoundError",
          () => Effect.void,
        )
        return yield* ensureContent(contentHash, onProgress)
      })

    return {
      find,
      ensureLocal: (fileId: string) => Effect.flatMap(find(fileId), (record) => ensureRecord(record, false)),
      awaitLocal: (fileId: string) => Effect.flatMap(find(fileId), (record) => ensureRecord(record, true)),
      ensureContent,
    }
  })
