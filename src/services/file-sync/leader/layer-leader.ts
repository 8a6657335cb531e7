import { Effect, FiberSet, Layer, Queue } from "effect"
import { FileRecords } from "../../file-records/FileRecords.js"
import type { LocalFileStorage } from "../../local-file-storage/LocalFileStorage.js"
import type { Outbox } from "../../outbox/Outbox.js"
import type { SyncBackend } from "../../outbox/SyncBackend.js"
import { SyncExecutor } from "../../sync-executor/SyncExecutor.js"
import { TabChannel } from "../../tabs/TabChannel.js"
import type { TabLocks } from "../../tabs/TabLocks.js"
import type { SpaceBudget } from "../../cache/SpaceBudget.js"
import { Leader } from "./Leader.js"
import type { PresenceIndex } from "../../cache/PresenceIndex.js"
import { Observers } from "../../notifications/Observers.js"
import { makeReconciler } from "../reconcile.js"
import type { RemoteStorage } from "../../remote-file-storage/RemoteStorage.js"
import { makeAbandonedUploads } from "./abandoned-uploads.js"
import { enforceBudget } from "./budget.js"
import { makeCleanUp } from "./clean-up.js"
import { makeClosedTabs } from "./closed-tabs.js"
import { makeCommands } from "./commands.js"
import { finishErasuresAsLeader } from "./erasures.js"
import { makeLostObjects } from "./lost-objects.js"
import { followExecutor } from "./follow-executor.js"
import { makePendingChanges } from "./pending-changes.js"
import { makeFollowChanges } from "./follow-changes.js"
import { askPolicyOnNetworkChanges } from "./network-changes.js"
import { makeSnapshots } from "./snapshots.js"
import { emitExecutorEvents } from "./emit-executor-events.js"
import { putSavesFirst } from "./saves-first.js"
import type { SyncConfig } from "../sync-config.js"
import type { SaveProgress } from "../../status/SaveProgress.js"
import { TransferView } from "../../status/transfer-view.js"

/** The leader over the services of this tab. */
export const layerLeader = (config: SyncConfig) => Layer.scoped(Leader, makeLeader(config))

const makeLeader = (config: SyncConfig) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    yield* emitExecutorEvents
    const reconciler = yield* makeReconciler(config.downloads)
    const { enqueueIfNeeded, reconcile } = reconciler
    const context = yield* Effect.context<LeaderServices>()
    const lostObjects = yield* makeLostObjects
    const snapshots = yield* makeSnapshots
    const handleCommand = yield* makeCommands({ ...lostObjects, enqueueIfNeeded, reconcile })
    const pending = yield* makePendingChanges

    return Leader.of({
      run: makeRun(config, { reconciler, lostObjects, snapshots, pending }).pipe(
        Effect.scoped,
        // A leader that could not recover unfinished saves, or has lost one of its loops, must not go on.
        Effect.zipRight(Effect.dieMessage("The leader ended")),
        Effect.provide(context),
      ),
      handleCommand,
      sendSnapshot: snapshots.sendSnapshot,
      enqueueIfNeeded,
      hasPendingChanges: () => pending.count() > 0 || records.isReading(),
    })
  })

type LeaderServices =
  | FileRecords
  | LocalFileStorage
  | RemoteStorage
  | Outbox
  | TabLocks
  | PresenceIndex
  | TabChannel
  | Observers
  | SyncExecutor
  | SpaceBudget
  | TransferView
  | SaveProgress
  | SyncBackend

interface LeaderParts {
  readonly reconciler: Effect.Effect.Success<ReturnType<typeof makeReconciler>>
  readonly lostObjects: Effect.Effect.Success<typeof makeLostObjects>
  readonly snapshots: Effect.Effect.Success<typeof makeSnapshots>
  readonly pending: Effect.Effect.Success<typeof makePendingChanges>
}

/** Starts every part in the order in which one needs another, then runs all loops until one of them fails. */
const makeRun = (config: SyncConfig, { reconciler, lostObjects, snapshots, pending }: LeaderParts) =>
  Effect.gen(function* () {
    const { enqueueIfNeeded, reconcile } = reconciler
    const executor = yield* SyncExecutor
    const channel = yield* TabChannel
    const observers = yield* Observers
    const view = yield* TransferView
    const records = yield* FileRecords
    const transfersChanged = yield* Queue.sliding<void>(1)
    const contentAdded = yield* Queue.sliding<void>(1)
    const handlers = yield* FiberSet.make<unknown, never>()
    const fork = yield* FiberSet.runtime(handlers)<never>()
    const cleanUp = yield* makeCleanUp(config)
    const closedTabs = yield* makeClosedTabs(config.storeId)
    const abandoned = yield* makeAbandonedUploads
    const onChanges = yield* makeFollowChanges({
      enqueueIfNeeded,
      onSuperseded: (contentHashes) => {
        for (const contentHash of contentHashes) fork(abandoned.giveUp(contentHash))
        return cleanUp.offer(contentHashes)
      },
    })

    yield* followExecutor({
      fork,
      enqueueIfNeeded,
      reportLost: lostObjects.report,
      onTransfersChanged: () => Queue.unsafeOffer(transfersChanged, undefined),
      onContentAdded: () => Queue.unsafeOffer(contentAdded, undefined),
    })
    const takeChanges = yield* pending.watch
    view.setLeader(true)
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        view.setLeader(false)
        observers.invalidateStatus()
      }),
    )
    yield* channel.post({ type: "leader", tabId: channel.tabId })
    observers.emit({ type: "leader" })
    // Pausing is a row of the device's table and not a command: every leader reads it, and no message can be missed.
    yield* records.watchPaused((paused) => fork(paused ? executor.pause : executor.resume))
    yield* records.isPaused() ? executor.pause : executor.resume
    yield* channel.listen((message) => {
      if (message.type === "hello") fork(closedTabs.recoverWhenTabCloses(message.tabId))
    })
    yield* closedTabs.recover
    yield* reconcile
    view.setRecovered()
    yield* executor.activate
    pending.handled()
    view.setFailed(false)
    observers.flush()
    // Not awaited: what a closed tab left can be recovered at any time.
    yield* closedTabs.recoverWhenOthersClose
    yield* cleanUp.forgetDeleted

    yield* Effect.all(
      [
        snapshots.sendChanges(transfersChanged),
        Effect.forever(takeChanges(onChanges)),
        cleanUp.run,
        enforceBudget(contentAdded),
        finishErasuresAsLeader(config),
        lostObjects.askNowAndThen,
        askPolicyOnNetworkChanges(config.downloads, reconcile),
        abandoned.giveUpLeft,
        putSavesFirst,
        // A defect while handling an event or a message.
        FiberSet.join(handlers),
      ],
      { concurrency: "unbounded", discard: true },
    )
  })
