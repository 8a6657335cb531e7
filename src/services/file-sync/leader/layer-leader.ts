import { Effect, FiberMap, FiberSet, Layer, Queue } from "effect"
import { FileRecords, type RecordChange } from "../../file-records/FileRecords.js"
import type { LocalFileStorage } from "../../local-file-storage/LocalFileStorage.js"
import { Outbox } from "../../outbox/Outbox.js"
import { SyncExecutor } from "../../sync-executor/SyncExecutor.js"
import { TabChannel } from "../../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../../tabs/TabLocks.js"
import { SpaceBudget } from "../../cache/SpaceBudget.js"
import { Leader } from "./Leader.js"
import { PresenceIndex } from "../../cache/PresenceIndex.js"
import { Observers } from "../../notifications/Observers.js"
import { makeReconciler } from "../reconcile.js"
import { recoverSaves } from "../recover-saves.js"
import { RemoteStorage } from "../../remote-file-storage/RemoteStorage.js"
import { makeCleanUp } from "./clean-up.js"
import { makeCommands } from "./commands.js"
import { finishErasuresAsLeader } from "./erasures.js"
import { makeLostObjects } from "./lost-objects.js"
import { makeFollowChanges } from "./follow-changes.js"
import { askPolicyOnNetworkChanges } from "./network-changes.js"
import { makeSnapshots } from "./snapshots.js"
import { emitExecutorEvents } from "./emit-executor-events.js"
import { failureFlags, noFailure, wasCancelled } from "../../cache/stored-failure.js"
import type { SyncConfig } from "../sync-config.js"
import { TransferView } from "../../status/transfer-view.js"
import { giveUpUpload } from "../../transfers/multipart-upload.js"

/** Time between a transfer's end and the check of the byte budget, so that many transfers share one check. */
const budgetDelay = "1 second"

/** The leader over the services of this tab. */
export const layerLeader = (config: SyncConfig) => Layer.scoped(Leader, makeLeader(config))

const makeLeader = (config: SyncConfig) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const executor = yield* SyncExecutor
    const channel = yield* TabChannel
    const index = yield* PresenceIndex
    const locks = yield* TabLocks
    const outbox = yield* Outbox
    const names = lockNames(config.storeId)
    const observers = yield* Observers
    const view = yield* TransferView
    const space = yield* SpaceBudget
    yield* emitExecutorEvents
    const { enqueueIfNeeded, reconcile } = yield* makeReconciler(config.downloads)
    const context = yield* Effect.context<
      | FileRecords
      | LocalFileStorage
      | RemoteStorage
      | Outbox
      | TabLocks
      | PresenceIndex
      | TabChannel
      | Observers
      | SyncExecutor
    >()

    const lost = yield* makeLostObjects
    const { multipart } = yield* RemoteStorage
    const { sendSnapshot, sendChanges } = yield* makeSnapshots
    const handleCommand = yield* makeCommands({ enqueueIfNeeded, reconcile, askAgain: lost.askAgain })

    const giveUp = (contentHash: string) =>
      multipart === undefined
        ? Effect.void
        : giveUpUpload(multipart, contentHash).pipe(
            Effect.provideService(Outbox, outbox),
            Effect.catchAll((error) => Effect.logDebug("An upload in parts could not be ended yet", error)),
          )
    // What was given up in an earlier session, which could not reach the remote any more, or was uploaded elsewhere.
    const giveUpLeft = Effect.flatMap(outbox.multipart, (uploads) =>
      Effect.forEach(
        [...uploads.keys()].filter((contentHash) =>
          records.withContent(contentHash).every(({ remoteKey }) => remoteKey !== null),
        ),
        giveUp,
        { discard: true },
      ),
    )

    // Record changes that are still to be planned: while there are any, having no transfers does not mean being idle.
    let pendingChanges = 0

    const run = Effect.gen(function* () {
      const cleanUp = yield* makeCleanUp(config)
      const transfersChanged = yield* Queue.sliding<void>(1)
      const grown = yield* Queue.sliding<void>(1)
      const tabs = yield* FiberMap.make<string>()
      const handlers = yield* FiberSet.make<unknown, never>()
      const fork = yield* FiberSet.runtime(handlers)<never>()
      const recovering = yield* Effect.makeSemaphore(1)

      const onChanges = yield* makeFollowChanges({
        enqueueIfNeeded,
        onSuperseded: (contentHashes) => {
          for (const contentHash of contentHashes) fork(giveUp(contentHash))
          return cleanUp.offer(contentHashes)
        },
      })

      yield* executor.listen((event) => {
        Queue.unsafeOffer(transfersChanged, undefined)
        if (event.type === "done") {
          Queue.unsafeOffer(grown, undefined)
          for (const record of records.withContent(event.transfer.contentHash)) {
            fork(index.setFlags(record.id, noFailure))
            // What the record needed may have changed meanwhile.
            fork(enqueueIfNeeded(record))
          }
        }
        if (event.type === "failed" && event.retryInMs === null && event.error.reason !== "Aborted") {
          for (const { id, contentHash } of records.withContent(event.transfer.contentHash)) {
            fork(index.setFlags(id, failureFlags(contentHash, event.error)))
          }
          if (event.transfer.kind === "download" && event.error.reason === "NotFound")
            fork(lost.report(event.transfer.contentHash))
        }
      })
      const changes = yield* Queue.unbounded<ReadonlyArray<RecordChange>>()
      yield* records.watch((changed) => {
        pendingChanges++
        Queue.unsafeOffer(changes, changed)
      })
      const changesHandled = Effect.sync(() => {
        if (--pendingChanges === 0) observers.invalidateStatus()
      })

      // One for everything that is there at the beginning.
      pendingChanges = 1
      view.setLeader(true)
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          pendingChanges = 0
          view.setLeader(false)
          observers.invalidateStatus()
        }),
      )
      yield* channel.post({ type: "leader", tabId: channel.tabId })
      observers.emit({ type: "leader" })
      // Pausing is a row of the device's table and not a command: every leader reads it, and no message can be missed.
      const followPause = (paused: boolean) => fork(paused ? executor.pause : executor.resume)
      yield* records.watchPaused(followPause)
      yield* records.isPaused() ? executor.pause : executor.resume

      const recover = recoverSaves.pipe(
        recovering.withPermits(1),
        Effect.tap((fileIds) => {
          if (fileIds.length > 0) observers.emit({ type: "recovered", fileIds })
        }),
      )
      // Waits until a tab has closed, which frees its lock however it closed, and recovers its unfinished saves.
      const recoverWhenTabCloses = (tabId: string) =>
        FiberMap.run(
          tabs,
          tabId,
          locks.hold(names.tab(tabId)).pipe(
            Effect.scoped,
            Effect.zipRight(recover),
            Effect.provide(context),
            Effect.catchAll((error) => Effect.logWarning("Finishing what a closed tab left failed", error)),
          ),
          { onlyIfMissing: true },
        )
      yield* channel.listen((message) => {
        if (message.type === "hello") fork(recoverWhenTabCloses(message.tabId))
      })
      // What stopped in an earlier session is tried once in this one, since what stood against it may be gone.
      // Bytes that are nowhere stay a failure: there is nothing to try.
      for (const { id, contentHash, remoteKey } of index.failed()) {
        const isPossible = remoteKey !== null || index.isPresent(contentHash)
        if (isPossible && !wasCancelled(index.flags(id))) yield* index.setFlags(id, noFailure)
      }
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          observers.onEvent(({ type }) => {
            if (type === "evicted" || type === "collected") fork(executor.spaceFreed)
          }),
        ),
        (unsubscribe) => Effect.sync(unsubscribe),
      )
      yield* recover
      yield* reconcile
      yield* executor.activate
      yield* changesHandled
      view.setFailed(false)
      observers.flush()
      // Not awaited: what a closed tab left can be recovered at any time.
      yield* Effect.forEach(yield* outbox.otherTabs, recoverWhenTabCloses, { discard: true })
      yield* cleanUp.forgetDeleted

      const follow = Queue.take(changes).pipe(
        Effect.flatMap((changed) => Effect.ensuring(onChanges(changed), changesHandled)),
        Effect.forever,
      )
      const keepBudget = space.enforce.pipe(
        Effect.catchAll((error) => Effect.logWarning("Keeping the byte budget failed", error)),
        Effect.zipRight(Queue.take(grown)),
        Effect.zipRight(Effect.sleep(budgetDelay)),
        Effect.forever,
      )
      yield* Effect.all(
        [
          sendChanges(transfersChanged),
          follow,
          cleanUp.run,
          keepBudget,
          finishErasuresAsLeader(config),
          lost.askNowAndThen,
          askPolicyOnNetworkChanges(config.downloads, reconcile),
          giveUpLeft,
          // A defect in what an event or a message set off.
          FiberSet.join(handlers),
        ],
        {
          concurrency: "unbounded",
          discard: true,
        },
      )
    }).pipe(
      Effect.scoped,
      // A leader that could not recover unfinished saves, or has lost one of its loops, must not go on.
      Effect.zipRight(Effect.dieMessage("The leader ended")),
      Effect.provide(context),
    )

    return Leader.of({
      run,
      handleCommand,
      sendSnapshot,
      enqueueIfNeeded,
      hasPendingChanges: () => pendingChanges > 0 || records.isReading(),
    })
  })
