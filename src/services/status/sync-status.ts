import { Context, Effect, Layer } from "effect"
import type { SyncState, SyncStatus } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage, type SpaceEstimate } from "../local-file-storage/LocalFileStorage.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { LocalIndex } from "../cache/local-index.js"
import { Observers } from "../notifications/observers.js"
import { TransferView } from "./transfer-view.js"
import { UploadConfirmation } from "../transfers/upload-confirmation.js"

/** The engine at a glance, made of what the others know. */
export class StatusView extends Context.Tag("filesync/StatusView")<
  StatusView,
  {
    readonly now: () => SyncStatus
    /** Files that still wait to be uploaded, known to the leader or not; what stopped for good does not count. */
    readonly countWaiting: () => number
    /** Asks the browser how much space is used; the status holds the last answer. */
    readonly refreshSpace: Effect.Effect<void>
  }
>() {}

const stateOf = (facts: {
  readonly isPaused: boolean
  readonly isOnline: boolean
  readonly isMoving: boolean
  readonly failed: number
}): SyncState => {
  if (facts.isPaused) return "paused"
  if (!facts.isOnline) return "offline"
  if (facts.isMoving) return "syncing"
  return facts.failed > 0 ? "error" : "idle"
}

/** The status view; counts records that are not remote in step with their changes. */
export const layerStatusView = Layer.scoped(
  StatusView,
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const remote = yield* RemoteStorage
    const index = yield* LocalIndex
    const view = yield* TransferView
    const confirmation = yield* UploadConfirmation
    const observers = yield* Observers
    // Asked at most every few seconds: the browser adds up every file for it.
    const estimate = yield* Effect.cachedWithTTL(local.estimate, "3 seconds")
    let space: SpaceEstimate = { usageBytes: 0, quotaBytes: 0, persisted: false }

    const notRemote = new Map<string, string>()
    for (const { id, remoteKey, contentHash } of index.unsettled())
      if (remoteKey === null) notRemote.set(id, contentHash)
    yield* records.watch((changes) => {
      for (const { fileId, after } of changes) {
        if (after !== undefined && after.remoteKey === null) notRemote.set(fileId, after.contentHash)
        else notRemote.delete(fileId)
      }
    })

    yield* records.watchPaused(() => observers.touchStatus())

    const countOnlyHere = (): number => {
      let count = 0
      for (const contentHash of notRemote.values()) {
        if (index.isPresent(contentHash) && !confirmation.isConfirming(contentHash)) count++
      }
      return count
    }

    const isStopped = (contentHash: string): boolean => view.get("upload", contentHash)?.phase === "failed"

    return StatusView.of({
      countWaiting: () => {
        if (!remote.enabled) return 0
        const stopped = new Set(index.failed().map(({ contentHash }) => contentHash))
        let count = 0
        for (const contentHash of notRemote.values()) {
          if (stopped.has(contentHash) || isStopped(contentHash)) continue
          if (index.isPresent(contentHash) && !confirmation.isConfirming(contentHash)) count++
        }
        return count
      },
      now: () => {
        const counts = { uploading: 0, downloading: 0, queuedUploads: 0, queuedDownloads: 0, failed: 0 }
        let bytesDone = 0
        let bytesTotal = 0
        for (const transfer of view.all()) {
          if (transfer.phase === "failed") {
            counts.failed++
            continue
          }
          bytesDone += transfer.bytesDone
          bytesTotal += transfer.bytesTotal
          const isRunning = transfer.phase === "running"
          if (transfer.kind === "upload") counts[isRunning ? "uploading" : "queuedUploads"]++
          else counts[isRunning ? "downloading" : "queuedDownloads"]++
        }
        // What stopped in an earlier session is in no table, and waits for somebody all the same.
        for (const { contentHash } of index.failed()) {
          if (!view.get("upload", contentHash) && !view.get("download", contentHash)) counts.failed++
        }
        const isMoving =
          counts.uploading + counts.downloading + counts.queuedUploads + counts.queuedDownloads > 0
        const isPaused = records.isPaused()
        const isOnline = view.isOnline()
        return {
          state: stateOf({ isPaused, isOnline, isMoving, failed: counts.failed }),
          online: isOnline,
          leader: view.isLeader(),
          paused: isPaused,
          ...counts,
          saving: 0,
          savingBytesDone: 0,
          savingBytesTotal: 0,
          cancelled: 0,
          onlyHere: remote.enabled ? countOnlyHere() : 0,
          unsynced: 0,
          store: "open",
          cause: null,
          nextTryAt: null,
          bytesDone,
          bytesTotal,
          ...space,
          storage: local.kind,
        }
      },
      refreshSpace: Effect.map(estimate, (latest) => {
        space = latest
        observers.touchStatus()
      }),
    })
  }),
)
