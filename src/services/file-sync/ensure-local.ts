import { Deferred, Effect, Exit } from "effect"
import { DownloadError, FileNotFoundError, type StorageError } from "../../errors/index.js"
import type { FileRecord, FileSyncErrorInfo, RemoteFailureReason } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import type { TabCommand } from "../tabs/TabChannel.js"
import { LocalIndex } from "./local-index.js"
import { Observers } from "./observers.js"
import { TransferView } from "./transfer-view.js"

/**
 * How long a read waits for bytes that another device is still uploading. Records travel faster than bytes, so a read
 * right after a record appeared is ordinary. Our choice.
 */
const uploadElsewhereTimeout = "10 seconds"

type OnProgress = (loadedBytes: number, totalBytes: number) => void

/** Waits for bytes that somebody asked for by name, whichever tab brings them. */
export const makeEnsureLocal = (ask: (command: TabCommand) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const remote = yield* RemoteStorage
    const index = yield* LocalIndex
    const observers = yield* Observers
    const view = yield* TransferView

    const toDownloadError = (record: FileRecord, info: FileSyncErrorInfo): DownloadError =>
      new DownloadError({
        reason: info.reason as RemoteFailureReason,
        fileId: record.id,
        key: record.remoteKey ?? "",
        cause: info,
      })

    // Settled by the bytes' arrival, or by the first failure: the engine goes on trying, the caller need not wait.
    const arrival = (record: FileRecord, onProgress?: OnProgress): Effect.Effect<void, DownloadError> =>
      Effect.gen(function* () {
        const arrived = yield* Deferred.make<void, DownloadError>()
        const check = (): void => {
          if (index.isPresent(record.contentHash)) return Deferred.unsafeDone(arrived, Exit.void)
          const transfer = view.get("download", record.contentHash)
          if (transfer?.phase === "running") onProgress?.(transfer.bytesDone, transfer.bytesTotal)
          if (transfer?.error != null)
            Deferred.unsafeDone(arrived, Exit.fail(toDownloadError(record, transfer.error)))
          else if (!view.isOnline()) {
            const offline = { tag: "DownloadError", reason: "Offline", message: "" }
            Deferred.unsafeDone(arrived, Exit.fail(toDownloadError(record, offline)))
          }
        }
        yield* Effect.acquireRelease(
          Effect.sync(() => observers.subscribeFile(record.id, check)),
          (unsubscribe) => Effect.sync(unsubscribe),
        )
        const want = Effect.suspend(() => ask({ type: "want", contentHash: record.contentHash }))
        // Whoever leads from now on knows nothing of what was asked of nobody, or of a tab that is gone.
        yield* Effect.acquireRelease(
          Effect.sync(() =>
            observers.onEvent(({ type }) => {
              if (type === "leader" || type === "follower") Effect.runFork(want)
            }),
          ),
          (unsubscribe) => Effect.sync(unsubscribe),
        )
        yield* want
        yield* Effect.sync(check)
        yield* Deferred.await(arrived)
      }).pipe(Effect.scoped)

    // The record as soon as some device has uploaded its content, or as it is when the time is over.
    const uploadedElsewhere = (record: FileRecord): Effect.Effect<FileRecord | undefined> =>
      Effect.gen(function* () {
        const changed = yield* Deferred.make<FileRecord | undefined>()
        const check = (): void => {
          const now = records.get(record.id)
          const isWaiting = now !== undefined && now.remoteKey === null && !index.isPresent(now.contentHash)
          if (!isWaiting) Deferred.unsafeDone(changed, Exit.succeed(now))
        }
        yield* Effect.acquireRelease(
          Effect.sync(() => observers.subscribeFile(record.id, check)),
          (unsubscribe) => Effect.sync(unsubscribe),
        )
        yield* Effect.sync(check)
        return yield* Deferred.await(changed).pipe(
          Effect.timeoutTo({
            duration: uploadElsewhereTimeout,
            onSuccess: (now) => now,
            onTimeout: () => records.get(record.id),
          }),
        )
      }).pipe(Effect.scoped)

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
        yield* arrival(record, onProgress)
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
              : Effect.map(uploadedElsewhere(record), (now) => now ?? record),
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
