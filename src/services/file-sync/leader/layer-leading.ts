import { Clock, Effect, FiberMap, FiberSet, Layer, Queue, Schedule } from "effect"
import { FileRecords, type RecordChange } from "../../file-records/FileRecords.js"
import { LocalFileStorage } from "../../local-file-storage/LocalFileStorage.js"
import { Outbox } from "../../outbox/Outbox.js"
import { SyncExecutor } from "../../sync-executor/SyncExecutor.js"
import { TabChannel } from "../../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../../tabs/TabLocks.js"
import { releaseContent } from "../../cache/collect-garbage.js"
import { SpaceBudget } from "../../cache/SpaceBudget.js"
import { Leading } from "./Leading.js"
import { LocalIndex } from "../../cache/local-index.js"
import { Observers } from "../../notifications/observers.js"
import { makeReconciler } from "../reconcile.js"
import { recoverSaves } from "../recover-saves.js"
import type { RemoteStorage } from "../../remote-file-storage/RemoteStorage.js"
import { makeCommands } from "./commands.js"
import { finishErasuresWhileLeading } from "./erasures.js"
import { makeLostObjects } from "./lost-objects.js"
import { makeOnChanges } from "./on-changes.js"
import { relayExecutor } from "./relay-executor.js"
import { failureFlags, noFailure, wasCancelled } from "../../cache/stored-failure.js"
import type { SyncConfig } from "../sync-config.js"
import { TransferView } from "../../status/transfer-view.js"

/** Time between a deletion and its clean-up, so that many share one pass. Our choice. */
const garbageDelay = "500 millis"

/** What cannot be cleaned up yet is tried again after this time. Our choice. */
const garbageRetryDelay = "2 seconds"

/** How often a tab that leads for long looks for versions whose time is over. Our choice: nobody waits for it. */
const expiryInterval = "6 hours"

/** Time between a transfer's end and the check of the byte budget, so that many share one. Our choice. */
const budgetDelay = "1 second"

/** How often other tabs are told at most. Our choice: smooth enough for a progress bar. */
const snapshotInterval = "200 millis"

/** Leading over the services of this tab. */
export const layerLeading = (config: SyncConfig) => Layer.scoped(Leading, makeLeading(config))

const makeLeading = (config: SyncConfig) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
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
    const obey = yield* makeCommands({ consider, reconcile, askAgain: lost.askAgain })

    // Changes that nobody has looked at yet: while there are any, having no transfers does not mean being idle.
    let unconsidered = 0

    const run = Effect.gen(function* () {
      const garbage = yield* Queue.unbounded<string>()
      const told = yield* Queue.sliding<void>(1)
      const grown = yield* Queue.sliding<void>(1)
      const tabs = yield* FiberMap.make<string>()
      const handlers = yield* FiberSet.make<unknown, never>()
      const fork = yield* FiberSet.runtime(handlers)<never>()
      const recovering = yield* Effect.makeSemaphore(1)

      const onChanges = yield* makeOnChanges({
        consider,
        onSuperseded: (contentHash) => Queue.offer(garbage, contentHash),
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
      // Rows of this device's index that no record owns any more: their clean-up was cut short.
      const restorableSince = (yield* Clock.currentTimeMillis) - config.restorableMs
      for (const { fileId, localHash } of records.loadLocalOfDeleted()) {
        // What can still be restored stays, and its row says where to find it when its time is over.
        if (localHash !== "" && records.isRestorable(localHash, restorableSince)) continue
        yield* index.forget(fileId)
        if (localHash !== "") yield* Queue.offer(garbage, localHash)
      }

      const tell = Queue.take(told).pipe(
        Effect.zipRight(Effect.suspend(() => channel.post({ type: "snapshot", snapshot: view.snapshot() }))),
        Effect.zipRight(Effect.sleep(snapshotInterval)),
        Effect.forever,
      )
      const follow = Queue.take(changes).pipe(
        Effect.flatMap((changed) => Effect.ensuring(onChanges(changed), considered)),
        Effect.forever,
      )
      const clean = Queue.take(garbage).pipe(
        Effect.tap(() => Effect.sleep(garbageDelay)),
        Effect.flatMap((first) =>
          Effect.gen(function* () {
            const hashes = [...new Set([first, ...(yield* Queue.takeAll(garbage))])]
            const released = yield* releaseContent(hashes, "unreferenced", config.restorableMs)
            const since = (yield* Clock.currentTimeMillis) - config.restorableMs
            // A journal still names them: their time comes.
            const left = hashes.filter(
              (contentHash) =>
                !released.includes(contentHash) &&
                records.withContent(contentHash).length === 0 &&
                !records.isRestorable(contentHash, since),
            )
            if (left.length === 0) return
            yield* Effect.sleep(garbageRetryDelay)
            yield* Queue.offerAll(garbage, left)
          }),
        ),
        // What could not be deleted now is found again by the next start or repair.
        Effect.catchAll((error) => Effect.logWarning("Cleaning up deleted files failed", error)),
        Effect.forever,
      )
      const expire = Effect.gen(function* () {
        const since = (yield* Clock.currentTimeMillis) - config.restorableMs
        const expired = records.expired(since).filter((hash) => records.withContent(hash).length === 0)
        const present = yield* local.filesExist(expired)
        yield* Queue.offerAll(
          garbage,
          expired.filter((_, at) => present[at]),
        )
      }).pipe(
        Effect.catchAll((error) => Effect.logWarning("Looking for expired versions failed", error)),
        Effect.repeat(Schedule.spaced(expiryInterval)),
      )
      const sweep = Effect.gen(function* () {
        const downloads: Array<string> = []
        for (const { contentHash, remoteKey } of index.unsettled())
          if (remoteKey !== null && !index.isPresent(contentHash)) downloads.push(contentHash)
        // A save in another tab may have made its file this moment; if one is under way, the next start sweeps.
        yield* locks.tryExclusive(
          names.copying,
          local
            .sweepUnfinished(downloads)
            .pipe(
              Effect.catchAll((error) => Effect.logWarning("Cleaning up unfinished files failed", error)),
            ),
        )
      }).pipe(Effect.zipRight(Effect.never))
      const keepBudget = space.enforce.pipe(
        Effect.catchAll((error) => Effect.logWarning("Keeping the byte budget failed", error)),
        Effect.zipRight(Queue.take(grown)),
        Effect.zipRight(Effect.sleep(budgetDelay)),
        Effect.forever,
      )
      yield* Effect.all(
        [
          tell,
          follow,
          clean,
          expire,
          sweep,
          keepBudget,
          finishErasuresWhileLeading(config),
          lost.askNowAndThen,
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

    return Leading.of({ run, obey, consider, isConsidering: () => unconsidered > 0 || records.isReading() })
  })
