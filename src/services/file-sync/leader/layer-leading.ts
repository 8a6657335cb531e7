import { Effect, FiberMap, FiberSet, Layer, Queue } from "effect"
import { FileRecords, type RecordChange } from "../../file-records/FileRecords.js"
import type { LocalFileStorage } from "../../local-file-storage/LocalFileStorage.js"
import { Outbox } from "../../outbox/Outbox.js"
import { SyncExecutor } from "../../sync-executor/SyncExecutor.js"
import { TabChannel } from "../../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../../tabs/TabLocks.js"
import { SpaceBudget } from "../../cache/SpaceBudget.js"
import { Leading } from "./Leading.js"
import { LocalIndex } from "../../cache/local-index.js"
import { Observers } from "../../notifications/observers.js"
import { makeReconciler } from "../reconcile.js"
import { recoverSaves } from "../recover-saves.js"
import { RemoteStorage } from "../../remote-file-storage/RemoteStorage.js"
import { makeCleanUp } from "./clean-up.js"
import { makeCommands } from "./commands.js"
import { finishErasuresWhileLeading } from "./erasures.js"
import { makeLostObjects } from "./lost-objects.js"
import { makeOnChanges } from "./on-changes.js"
import { askPolicyOnNetworkChanges } from "./network-changes.js"
import { makeTellTabs } from "./tell-tabs.js"
import { relayExecutor } from "./relay-executor.js"
import { failureFlags, noFailure, wasCancelled } from "../../cache/stored-failure.js"
import type { SyncConfig } from "../sync-config.js"
import { TransferView } from "../../status/transfer-view.js"
import { giveUpUpload } from "../../transfers/upload-parts.js"

/** Time between a transfer's end and the check of the byte budget, so that many share one. Our choice. */
const budgetDelay = "1 second"

/** Leading over the services of this tab. */
export const layerLeading = (config: SyncConfig) => Layer.scoped(Leading, makeLeading(config))

const makeLeading = (config: SyncConfig) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const executor = yield* SyncExecutor
    const channel = yield* TabChannel
    const index = yield* LocalIndex
    const locks = yield* TabLocks
    const outbox = yield* Outbox
    const names = lockNames(config.storeId)
    const observers = yield* Observers
    const view = yield* TransferView
    const space = yield* SpaceBudget
    yield* relayExecutor
    const { consider, reconcile } = yield* makeReconciler(config.downloads)
    const context = yield* Effect.context<
      | FileRecords
      | LocalFileStorage
      | RemoteStorage
      | Outbox
      | TabLocks
      | LocalIndex
      | TabChannel
      | Observers
      | SyncExecutor
    >()

    const lost = yield* makeLostObjects
    const { multipart } = yield* RemoteStorage
    const { inform, tell } = yield* makeTellTabs
    const obey = yield* makeCommands({ consider, reconcile, askAgain: lost.askAgain })

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

    // Changes that nobody has looked at yet: while there are any, having no transfers does not mean being idle.
    let unconsidered = 0

    const run = Effect.gen(function* () {
      const cleanUp = yield* makeCleanUp(config)
      const told = yield* Queue.sliding<void>(1)
      const grown = yield* Queue.sliding<void>(1)
      const tabs = yield* FiberMap.make<string>()
      const handlers = yield* FiberSet.make<unknown, never>()
      const fork = yield* FiberSet.runtime(handlers)<never>()
      const recovering = yield* Effect.makeSemaphore(1)

      const onChanges = yield* makeOnChanges({
        consider,
        onSuperseded: (contentHashes) => {
          for (const contentHash of contentHashes) fork(giveUp(contentHash))
          return cleanUp.offer(contentHashes)
        },
      })

      yield* executor.listen((event) => {
        Queue.unsafeOffer(told, undefined)
        if (event.type === "done") {
          Queue.unsafeOffer(grown, undefined)
          for (const record of records.withContent(event.transfer.contentHash)) {
            fork(index.setFlags(record.id, noFailure))
            // What the record needed may have changed meanwhile.
            fork(consider(record))
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
        unconsidered++
        Queue.unsafeOffer(changes, changed)
      })
      const considered = Effect.sync(() => {
        if (--unconsidered === 0) observers.touchStatus()
      })

      // One for everything that is there at the beginning.
      unconsidered = 1
      view.setLeader(true)
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          unconsidered = 0
          view.setLeader(false)
          observers.touchStatus()
        }),
      )
      yield* channel.post({ type: "leader", tabId: channel.tabId })
      observers.announce({ type: "leader" })
      // A fact of the device, not a command: whoever leads finds it, and no message can be missed.
      const followPause = (paused: boolean) => fork(paused ? executor.pause : executor.resume)
      yield* records.watchPaused(followPause)
      yield* records.isPaused() ? executor.pause : executor.resume

      const recover = recoverSaves.pipe(
        recovering.withPermits(1),
        Effect.tap((fileIds) => {
          if (fileIds.length > 0) observers.announce({ type: "recovered", fileIds })
        }),
      )
      // Waits for a tab's end, which its lock tells however it came, and finishes what it left.
      const outlive = (tabId: string) =>
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
        if (message.type === "hello") fork(outlive(message.tabId))
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
      yield* considered
      view.setFailed(false)
      observers.flush()
      // Nobody waits for it: what is left by a tab that ends is found at any time after that.
      yield* Effect.forEach(yield* outbox.otherTabs, outlive, { discard: true })
      yield* cleanUp.forgetDeleted

      const follow = Queue.take(changes).pipe(
        Effect.flatMap((changed) => Effect.ensuring(onChanges(changed), considered)),
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
          tell(told),
          follow,
          cleanUp.run,
          keepBudget,
          finishErasuresWhileLeading(config),
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
      // Leading without having finished what was left is no option, and neither is leading with half of the loops.
      Effect.zipRight(Effect.dieMessage("Leading ended")),
      Effect.provide(context),
    )

    return Leading.of({
      run,
      obey,
      inform,
      consider,
      isConsidering: () => unconsidered > 0 || records.isReading(),
    })
  })
