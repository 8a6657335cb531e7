import { Effect } from "effect"
import type { StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { Priority } from "../sync-executor/transfer-table.js"
import { SyncExecutor } from "../sync-executor/SyncExecutor.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import { SpaceBudget } from "../cache/SpaceBudget.js"
import { LocalIndex } from "../cache/local-index.js"
import { makeNeedOf } from "./need-of.js"
import { noteFound } from "../cache/note-found.js"
import type { Observers } from "../notifications/observers.js"
import type { DownloadPolicy } from "./sync-config.js"

/** Hands what records need to the executor. */
export const makeReconciler = (policy: DownloadPolicy) =>
  Effect.gen(function* () {
    const needOf = yield* makeNeedOf(policy)
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const executor = yield* SyncExecutor
    const index = yield* LocalIndex
    const space = yield* SpaceBudget
    const context = yield* Effect.context<FileRecords | LocalIndex | Observers | TabChannel>()

    const consider = (record: FileRecord, priority: Priority = "background"): Effect.Effect<void> => {
      const need = needOf(record)
      if (need !== "Upload" && need !== "Download") return Effect.void
      const { contentHash, sizeBytes } = record
      const isAsked = priority !== "background" || index.flags(record.id).pinned
      if (need === "Download" && !isAsked && !space.admits(record)) return Effect.void
      const [kind, enqueue] =
        need === "Upload"
          ? (["upload", executor.enqueueUpload] as const)
          : (["download", executor.enqueueDownload] as const)
      // Stopped for the sake of another record: this one wants it all the same.
      return executor.get(kind, contentHash)?.phase === "failed"
        ? executor.retry(contentHash)
        : enqueue(contentHash, sizeBytes, priority)
    }

    /**
     * Everything, in two passes: rows against the index first, which touches no file and reads no row that is settled;
     * then the disk, only for records the two disagree about: nobody is known to have the bytes, though they may lie
     * here unrecorded.
     */
    const reconcile: Effect.Effect<void, StorageError> = Effect.gen(function* () {
      const suspects = new Set<string>()
      const unsettled = [...index.unsettled()]
      // Downloads the newest first, as far as the budget goes.
      const toDownload = unsettled
        .filter(({ remoteKey }) => remoteKey !== null)
        .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
      for (const record of [...toDownload, ...unsettled.filter(({ remoteKey }) => remoteKey === null)]) {
        if (record.remoteKey === null && !index.isPresent(record.contentHash))
          suspects.add(record.contentHash)
        yield* consider(record)
      }
      if (suspects.size === 0) return
      const hashes = [...suspects]
      const present = yield* local.filesExist(hashes)
      const found = hashes.filter((_, at) => present[at])
      yield* Effect.provide(noteFound(found), context)
      yield* Effect.forEach(
        found.flatMap((hash) => records.withContent(hash)),
        (record) => consider(record),
        {
          discard: true,
        },
      )
    })

    return { consider, reconcile }
  })
