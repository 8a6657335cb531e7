import { Context, Effect, Layer } from "effect"
import type { StoreState, SyncState, SyncStatus } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { SyncBackend } from "../outbox/SyncBackend.js"
import { LocalFileStorage, type SpaceEstimate } from "../local-file-storage/LocalFileStorage.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { Observers } from "../notifications/Observers.js"
import { storedFailure } from "../cache/stored-failure.js"
import type { TransferSnapshot } from "../tabs/TabChannel.js"
import { causeOf } from "./cause-of.js"
import { countFiles } from "./count-files.js"
import { makeNotRemoteCounts } from "./count-not-remote.js"
import { SaveProgress } from "./SaveProgress.js"
import { StoreWatch } from "./StoreWatch.js"
import { TransferView } from "./transfer-view.js"

/** The engine at a glance, made of what the others know. */
export class StatusView extends Context.Tag("filesync/StatusView")<
  StatusView,
  {
    readonly now: () => SyncStatus
    /** Transfers that are queued, running or waiting for their next try. */
    readonly countMoving: () => number
    /** Files that still wait to be uploaded, known to the leader or not; what stopped for good does not count. */
    readonly countWaiting: () => number
    /** Asks the browser how much space is used; the status holds the last answer. */
    readonly refreshSpace: Effect.Effect<void>
  }
>() {}

const stateOf = (facts: {
  readonly store: StoreState
  readonly hasLeadingFailed: boolean
  readonly isStoreOffline: boolean
  readonly unsynced: number
  readonly isPaused: boolean
  readonly isOnline: boolean
  readonly isMoving: boolean
  /** A transfer stopped, or waits for a person. */
  readonly isStuck: boolean
}): SyncState => {
  if (facts.store !== "open" || facts.hasLeadingFailed) return "error"
  if (facts.isPaused) return "paused"
  if (!facts.isOnline || facts.isStoreOffline) return "offline"
  // A record that no other device can know of yet is as much under way as bytes are.
  if (facts.isMoving || facts.unsynced > 0) return "syncing"
  return facts.isStuck ? "error" : "idle"
}

/** Queued, running or waiting for a retry. */
const isUnderWay = ({ phase }: TransferSnapshot): boolean => phase !== "failed" && phase !== "held"

/**
 * Until what closed tabs left is taken over, their changes are in no count, and all may not be well; nor before the engine
 * starts, which an element may already show.
 */
const mayHaveMore = (view: TransferView["Type"], backend: SyncBackend["Type"]): boolean =>
  !view.isInformed() && backend.mayHaveJournals()

/** The next automatic attempt: while the remote cannot be reached, the next probe. */
const nextTryAt = (transfers: Iterable<TransferSnapshot>, nextProbeAt: number | null): number | null => {
  if (nextProbeAt !== null) return nextProbeAt
  let next: number | null = null
  for (const { nextRetryAt } of transfers)
    if (nextRetryAt !== null && (next === null || nextRetryAt < next)) next = nextRetryAt
  return next
}

/** Only `false` is meaningful: a device with a network may still not reach the remote. */
const isDeviceOnline = (): boolean => globalThis.navigator?.onLine !== false

/** The status view; counts records that are not remote in step with their changes. */
export const layerStatusView = Layer.scoped(
  StatusView,
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const remote = yield* RemoteStorage
    const index = yield* PresenceIndex
    const view = yield* TransferView
    const notRemote = yield* makeNotRemoteCounts
    const observers = yield* Observers
    const saveProgress = yield* SaveProgress
    const backend = yield* SyncBackend
    const store = yield* StoreWatch
    // Asked at most every few seconds: the browser adds up every file for it.
    const estimate = yield* Effect.cachedWithTTL(local.estimate, "3 seconds")
    let space: SpaceEstimate = { usageBytes: 0, quotaBytes: 0, persisted: false }

    yield* records.watchPaused(() => observers.invalidateStatus())

    const filesOf = ({ kind, contentHash }: TransferSnapshot): number => {
      const owners = records.withContent(contentHash)
      return kind === "download" ? owners.length : owners.filter(({ remoteKey }) => remoteKey === null).length
    }

    return StatusView.of({
      countWaiting: () => (remote.enabled ? notRemote.countWaiting() : 0),
      countMoving: () => {
        let count = 0
        for (const transfer of view.all()) if (isUnderWay(transfer)) count++
        return count
      },
      now: () => {
        const transfers = [...view.all()]
        // What stopped in an earlier session is in no table, and waits for a person all the same.
        const stored = index
          .failed()
          .filter(({ contentHash }) => !view.get("upload", contentHash) && !view.get("download", contentHash))
          .map(({ id }) => storedFailure(index.flags(id)))
        const counts = countFiles(transfers, filesOf)
        for (const { reason } of stored) counts[reason === "Aborted" ? "cancelled" : "failed"]++
        const saves = saveProgress.now()
        const isPaused = records.isPaused()
        const isOnline = view.isOnline()
        const isUnknown = mayHaveMore(view, backend) || !notRemote.isComplete()
        const isMoving = saves.saving > 0 || transfers.some(isUnderWay) || isUnknown
        return {
          state: stateOf({
            store: store.state(),
            hasLeadingFailed: view.hasFailed(),
            isStoreOffline: backend.isConnected() === false,
            unsynced: backend.unsynced(),
            isPaused,
            isOnline,
            isMoving,
            isStuck: counts.failed > 0 || transfers.some(({ phase }) => phase === "held"),
          }),
          online: isOnline,
          leader: view.isLeader(),
          paused: isPaused,
          ...counts,
          ...saves,
          onlyHere: remote.enabled ? notRemote.countOnlyHere() : 0,
          unsynced: backend.unsynced(),
          store: store.state(),
          cause: causeOf({
            hasRemote: remote.enabled,
            isDeviceOnline: isDeviceOnline(),
            isRemoteReached: isOnline,
            probeFailure: view.connection().failure,
            failures: [
              ...transfers.flatMap(({ phase, error }) => (phase === "running" ? [] : (error ?? []))),
              ...stored,
            ],
          }),
          nextTryAt: nextTryAt(transfers, view.connection().nextProbeAt),
          ...view.sums(),
          ...space,
          storage: local.kind,
          hasRemote: remote.enabled,
        }
      },
      refreshSpace: Effect.map(estimate, (latest) => {
        space = latest
        observers.invalidateStatus()
      }),
    })
  }),
)
