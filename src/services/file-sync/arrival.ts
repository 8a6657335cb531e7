import { Deferred, Effect, Exit } from "effect"
import { DownloadError } from "../../errors/index.js"
import type { FileRecord, FileSyncErrorInfo, RemoteFailureReason } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import type { TabCommand } from "../tabs/TabChannel.js"
import { LocalIndex } from "../cache/local-index.js"
import { Observers } from "../notifications/observers.js"
import { TransferView } from "../status/transfer-view.js"

/**
 * How long a read waits for bytes that another device is still uploading. Records travel faster than bytes, so a read
 * right after a record appeared is ordinary. Our choice.
 */
const uploadElsewhereTimeout = "10 seconds"

/** Waits for bytes that are elsewhere, whichever tab or device brings them. */
export const makeArrival = Effect.gen(function* () {
  const records = yield* FileRecords
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
  const arrival = (
    record: FileRecord,
    ask: (command: TabCommand) => Effect.Effect<void>,
    onProgress?: (loadedBytes: number, totalBytes: number) => void,
  ): Effect.Effect<void, DownloadError> =>
    Effect.gen(function* () {
      const arrived = yield* Deferred.make<void, DownloadError>()
      const check = (): void => {
        if (index.isPresent(record.contentHash)) return Deferred.unsafeDone(arrived, Exit.void)
        const transfer = view.get("download", record.contentHash)
        if (transfer?.phase === "running") onProgress?.(transfer.bytesDone, transfer.bytesTotal)
        if (transfer?.error != null)
          Deferred.unsafeDone(arrived, Exit.fail(toDownloadError(record, transfer.error)))
        else if (!view.isOnline()) {
          const offline = { tag: "DownloadError", reason: "Offline", side: "download", message: "" } as const
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

  return { arrival, uploadedElsewhere }
})
