import { Effect } from "effect"
import { type DownloadError, FileNotFoundError, type StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import type { TabCommand } from "../tabs/TabChannel.js"
import { LocalIndex } from "../cache/local-index.js"
import { Upkeep } from "./Upkeep.js"

type OnProgress = (loadedBytes: number, totalBytes: number) => void

/** Waits for bytes that somebody asked for by name, whichever tab brings them. */
export const makeEnsureLocal = (ask: (command: TabCommand) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const remote = yield* RemoteStorage
    const index = yield* LocalIndex
    const upkeep = yield* Upkeep

    const ensureRecord = (
      record: FileRecord,
      onProgress?: OnProgress,
    ): Effect.Effect<FileRecord, FileNotFoundError | DownloadError | StorageError> =>
      Effect.gen(function* () {
        const { contentHash } = record
        if (yield* local.fileExists(contentHash)) {
          if (!index.isPresent(contentHash)) yield* index.setPresent([contentHash])
          return record
        }
        // The disk wins: the browser may have taken the bytes away.
        if (index.isPresent(contentHash)) yield* index.setAbsent([contentHash])
        if (record.remoteKey === null || !remote.enabled) {
          return yield* new FileNotFoundError({ reason: "NoBytes", fileId: record.id })
        }
        yield* upkeep.arrival(record, ask, onProgress)
        const now = records.get(record.id)
        // New content while we waited: what was asked for is the file, not the old bytes.
        return now === undefined || now.contentHash === contentHash ? record : yield* ensureRecord(now)
      })

    const find = (fileId: string) => findLive(records, fileId)

    return {
      find,
      ensureLocal: (fileId: string) => Effect.flatMap(find(fileId), (record) => ensureRecord(record)),
      awaitLocal: (fileId: string) =>
        find(fileId).pipe(
          Effect.flatMap((record) =>
            record.remoteKey !== null || !remote.enabled || index.isPresent(record.contentHash)
              ? Effect.succeed(record)
              : Effect.map(upkeep.uploadedElsewhere(record), (now) => now ?? record),
          ),
          Effect.flatMap((record) => ensureRecord(record)),
        ),
      ensureContent: (contentHash: string, onProgress?: OnProgress) =>
        Effect.suspend(() => {
          const owners = records.withContent(contentHash)
          const record = owners.find(({ remoteKey }) => remoteKey !== null) ?? owners[0]
          return record === undefined
            ? Effect.succeed(false)
            : Effect.as(ensureRecord(record, onProgress), true)
        }),
    }
  })
