import { Effect } from "effect"
import type { StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { NextTask } from "../file-records/NextTask.js"
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

/** Records that are planned in one task. */
const recordsPerTask = 500

/** From so many on, planning them looks up as many others that all records are read first. */
const manyRecords = 100

/** Enqueues the transfers that records need. */
export const makeReconciler = (policy: DownloadPolicy) =>
  Effect.gen(function* () {
    const nextAction = yield* makeNextAction(policy)
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const executor = yield* SyncExecutor
    const index = yield* PresenceIndex
    const space = yield* SpaceBudget
    const nextTask = yield* NextTask
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

    /** Enqueues what these records need, if they are still what they were, and lets the page do something else now and then. */
    const enqueueAll = (planned: ReadonlyArray<FileRecord>) =>
      Effect.gen(function* () {
        for (const [at, record] of planned.entries()) {
          if (at % recordsPerTask === recordsPerTask - 1) yield* nextTask
          const { contentHash, remoteKey } = records.get(record.id) ?? {}
          // A change since is planned by those who follow changes.
          if (contentHash === record.contentHash && remoteKey === record.remoteKey)
            yield* enqueueIfNeeded(record)
        }
      })

    /**
     * Plans every pending record in two passes: first rows against the index, which touches no file and reads no row that
     * needs nothing; then the disk, only for records whose bytes are known to be nowhere, though they may be here
     * unrecorded.
     */
    const reconcile: Effect.Effect<void, StorageError> = Effect.gen(function* () {
      const pending: Array<FileRecord> = []
      yield* index.forEachPending((some) => Effect.sync(() => void pending.push(...some)))
      if (pending.length > manyRecords) yield* records.preload
      // Downloads the newest first, as far as the budget goes.
      const toDownload = pending
        .filter(({ remoteKey }) => remoteKey !== null)
        .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
      const others = pending.filter(({ remoteKey }) => remoteKey === null)
      yield* enqueueAll([...toDownload, ...others])
      const suspects = others.filter(({ contentHash }) => !index.isPresent(contentHash))
      if (suspects.length === 0) return
      const hashes = [...new Set(suspects.map(({ contentHash }) => contentHash))]
      const present = yield* local.filesExist(hashes)
      const found = hashes.filter((_, at) => present[at])
      yield* Effect.provide(markPresent(found), context)
      yield* enqueueAll(records.withContents(found))
    })

    return { enqueueIfNeeded, reconcile }
  })
