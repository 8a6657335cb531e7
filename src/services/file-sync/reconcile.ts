import { Effect } from "effect"
import type { StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { type Priority, transferKinds } from "../sync-executor/transfer-table.js"
import { SyncExecutor } from "../sync-executor/SyncExecutor.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import { SpaceBudget } from "../cache/SpaceBudget.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { makeNextAction } from "./next-action.js"
import { markPresent } from "../cache/mark-present.js"
import { hasFailed, noFailure, wasCancelled } from "../cache/stored-failure.js"
import type { Observers } from "../notifications/Observers.js"
import type { DownloadPolicy } from "./sync-config.js"

/** Enqueues the transfers that records need. */
export const makeReconciler = (policy: DownloadPolicy) =>
  Effect.gen(function* () {
    const nextAction = yield* makeNextAction(policy)
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const executor = yield* SyncExecutor
    const index = yield* PresenceIndex
    const space = yield* SpaceBudget
    const context = yield* Effect.context<FileRecords | PresenceIndex | Observers | TabChannel>()

    /**
     * Forgets a failure that no transfer of this leader stands for: an earlier leader stored it, its cause may be gone, and
     * nothing would try the file again. Bytes that are nowhere stay a failure, and so does what a person cancelled.
     */
    const forgetOldFailure = (record: FileRecord): Effect.Effect<void> => {
      const { id, contentHash, remoteKey } = record
      const flags = index.flags(id)
      if (!hasFailed(flags, record) || wasCancelled(flags)) return Effect.void
      const isPossible = remoteKey !== null || index.isPresent(contentHash)
      const isOld = transferKinds.every((kind) => executor.get(kind, contentHash) === undefined)
      return isPossible && isOld ? index.setFlags(id, noFailure) : Effect.void
    }

    const enqueueIfNeeded = (record: FileRecord, priority: Priority = "background"): Effect.Effect<void> =>
      Effect.zipRight(
        forgetOldFailure(record),
        Effect.suspend(() => enqueue(record, priority)),
      )

    const enqueue = (record: FileRecord, priority: Priority): Effect.Effect<void> => {
      const action = nextAction(record)
      if (action !== "Upload" && action !== "Download") return Effect.void
      const { contentHash, sizeBytes } = record
      const isAsked = priority !== "background" || index.flags(record.id).pinned
      if (action === "Download" && !isAsked && !space.admits(record)) return Effect.void
      const [kind, add] =
        action === "Upload"
          ? (["upload", executor.enqueueUpload] as const)
          : (["download", executor.enqueueDownload] as const)
      // Stopped because of another record with this content: this one needs it all the same.
      return executor.get(kind, contentHash)?.phase === "failed"
        ? executor.retry(contentHash)
        : add(contentHash, sizeBytes, priority)
    }

    /**
     * Plans every pending record in two passes: first rows against the index, which touches no file and reads no row that
     * needs nothing; then the disk, only for records whose bytes are known to be nowhere, though they may be here
     * unrecorded.
     */
    const reconcile: Effect.Effect<void, StorageError> = Effect.gen(function* () {
      const suspects = new Set<string>()
      const pending = [...index.pending()]
      // Downloads the newest first, as far as the budget goes.
      const toDownload = pending
        .filter(({ remoteKey }) => remoteKey !== null)
        .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
      for (const record of [...toDownload, ...pending.filter(({ remoteKey }) => remoteKey === null)]) {
        if (record.remoteKey === null && !index.isPresent(record.contentHash))
          suspects.add(record.contentHash)
        yield* enqueueIfNeeded(record)
      }
      if (suspects.size === 0) return
      const hashes = [...suspects]
      const present = yield* local.filesExist(hashes)
      const found = hashes.filter((_, at) => present[at])
      yield* Effect.provide(markPresent(found), context)
      yield* Effect.forEach(
        found.flatMap((hash) => records.withContent(hash)),
        (record) => enqueueIfNeeded(record),
        {
          discard: true,
        },
      )
    })

    return { enqueueIfNeeded, reconcile }
  })
