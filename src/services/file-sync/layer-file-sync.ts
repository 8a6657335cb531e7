/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { Deferred, Effect, Exit, FiberSet, Layer, Queue } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { Outbox } from "../outbox/Outbox.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { SyncExecutor } from "../sync-executor/SyncExecutor.js"
import { cancelled } from "../sync-executor/to-error-info.js"
import { TabChannel, type TabCommand } from "../tabs/TabChannel.js"
import type { FileRecord } from "../../types/index.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"
import { LastUsed } from "../cache/LastUsed.js"
import { makeEnsureLocal } from "./ensure-local.js"
import { FileSync } from "./FileSync.js"
import { makeFollowLeader } from "./follow-leader.js"
import { toFileState } from "../status/file-state.js"
import { isSaveComplete } from "./is-save-complete.js"
import { Leader } from "./leader/Leader.js"
import { makeElection } from "./leader/election.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { makeNextAction } from "./next-action.js"
import { Observers } from "../notifications/Observers.js"
import { failureFlags, hasFailed, noFailure, storedFailure, wasCancelled } from "../cache/stored-failure.js"
import type { SyncConfig } from "./sync-config.js"
import { StatusView } from "../status/sync-status.js"
import { TransferView } from "../status/transfer-view.js"
import { UploadConfirmation } from "../transfers/upload-confirmation.js"
import { Maintenance } from "./Maintenance.js"

/** The sync of one store in this tab. */
export const layerFileSync = (config: SyncConfig) =>
  Layer.scoped(
    FileSync,
    Effect.gen(function* () {
      const records = yield* FileRecords
      const remote = yield* RemoteStorage
      const outbox = yield* Outbox
      const channel = yield* TabChannel
      const locks = yield* TabLocks
      const index = yield* PresenceIndex
      const observers = yield* Observers
      const view = yield* TransferView
      const status = yield* StatusView
      const executor = yield* SyncExecutor
      const lastUsed = yield* LastUsed
      const maintenance = yield* Maintenance
      const confirmation = yield* UploadConfirmation
      const names = lockNames(config.storeId)
      const clock = yield* Effect.clock
      const hello = { type: "hello", tabId: channel.tabId } as const
      const leader = yield* Leader
      const nextAction = yield* makeNextAction(config.downloads)
      const election = yield* makeElection(config)
      const touchContent = (contentHashes: ReadonlyArray<string>): void =>
        observers.invalidate(records.withContents(contentHashes).map(({ id }) => id))
      const ask = (command: TabCommand): Effect.Effect<void> =>
        view.isLeader() ? leader.handleCommand(command) : channel.post({ type: "command", command })
      const { find, ensureLocal, awaitLocal, ensureContent } = yield* makeEnsureLocal(ask)

      // Journal entries go when what they protect is safe: acknowledged by LiveStore and uploaded, or superseded.
      const mayBeSettled = yield* Queue.sliding<void>(1)
      yield* Queue.take(mayBeSettled).pipe(
        Effect.zipRight(records.acknowledged),
        Effect.zipRight(outbox.open),
        Effect.flatMap((open) => outbox.settle(open.filter((save) => isSaveComplete(records, outbox, save)))),
        Effect.catchAll((error) =>
          Effect.logWarning("Removing finished entries from the outbox failed", error),
        ),
        Effect.forever,
        Effect.forkScoped,
      )
      yield* records.watch((changes) => {
        observers.invalidate(changes.map(({ fileId }) => fileId))
        Queue.unsafeOffer(mayBeSettled, undefined)
      })

      const fork = yield* FiberSet.makeRuntime<never>()
      const followLeader = yield* makeFollowLeader
      yield* channel.listen((message) => {
        if (message.type === "transfers") {
          followLeader(message.news)
        } else if (message.type === "present" || message.type === "absent") {
          index.setPresenceInMemory(message.contentHashes, message.type === "present")
          touchContent(message.contentHashes)
          const arrived = records.withContents(message.contentHashes)
          if (view.isLeader() && message.type === "absent") fork(executor.spaceFreed)
          if (view.isLeader() && message.type === "present") {
            fork(Effect.forEach(arrived, (record) => leader.enqueueIfNeeded(record), { discard: true }))
          }
        } else if (message.type === "leader") {
          observers.emit({ type: "follower" })
          fork(channel.post(hello))
        } else if (message.type === "flags") {
          index.applyRemoteFlags(message.fileId, message.flags)
          observers.invalidate([message.fileId])
        } else if (message.type === "command" && view.isLeader()) fork(leader.handleCommand(message.command))
        else if (message.type === "hello" && view.isLeader()) fork(leader.sendSnapshot(message.tabId))
        else if (message.type === "claim") fork(election.answerClaim(message.tabId))
        else if (message.type === "progress") observers.progress(message.progress)
      })

      // Shows that this tab is alive, so that no other tab takes its journal for an abandoned one.
      yield* Effect.forkScoped(
        Effect.scoped(Effect.zipRight(locks.hold(names.tab(channel.tabId)), Effect.never)),
      )
      yield* Effect.forkScoped(status.refreshSpace)

      const onFile = (fileId: string, use: (contentHash: string) => Effect.Effect<void>) =>
        Effect.suspend(() => {
          const record = records.get(fileId)
          return record === undefined ? Effect.void : use(record.contentHash)
        })
      // Before it comes as well: the budget may be enforced between its arrival and the end of the wait for it.
      const whileUsed = <E>(fileId: string, content: Effect.Effect<FileRecord, E>) => {
        const touch = (contentHash: string) => Effect.sync(() => lastUsed.touch(contentHash))
        return Effect.zipRight(
          onFile(fileId, touch),
          Effect.tap(content, (record) => touch(record.contentHash)),
        )
      }
      const setPinned = (fileId: string, pinned: boolean) =>
        Effect.gen(function* () {
          const record = yield* find(fileId)
          yield* index.setFlags(fileId, pinned ? { pinned, evicted: false } : { pinned })
          if (pinned && !index.isPresent(record.contentHash))
            yield* ask({ type: "want", contentHash: record.contentHash })
          yield* index.flush
          observers.invalidate([fileId])
        })

      // The leader retries what had failed; without a leader only the stored failure is cleared.
      const retry = (contentHash: string | null, asked: Iterable<FileRecord>) =>
        Effect.zipRight(
          ask({ type: "retry", contentHash }),
          Effect.forEach([...asked], ({ id }) => index.setFlags(id, noFailure), { discard: true }),
        )
      const needsTransfer = (record: FileRecord): boolean =>
        ["Upload", "Download"].includes(nextAction(record))

      const isIdle = (): boolean => {
        // Nothing is transferred for a store that was shut down.
        if (records.log.progress() === undefined) return true
        if (view.isLeader() && leader.hasPendingChanges()) return false
        // Right after the start there is no snapshot yet; the leader sends one, or this tab becomes the leader.
        if (view.isTakingPart() && !view.hasSnapshot()) return false
        return status.countMoving() + status.countWaiting() === 0
      }

      return FileSync.of({
        start: Effect.suspend(() => {
          return Effect.tap(election.start, () => Effect.sync(() => fork(election.claim)))
        }),
        stop: election.stop,
        claim: election.claim,
        pause: records.setPaused(true),
        resume: records.setPaused(false),
        retry: (fileId) =>
          fileId === undefined
            ? retry(
                null,
                index.failed().filter(({ id }) => !wasCancelled(index.flags(id))),
              )
            : onFile(fileId, (contentHash) => retry(contentHash, records.withContent(contentHash))),
        cancel: (fileId) =>
          onFile(fileId, (contentHash) => {
            const owners = records.withContent(contentHash)
            const isMoving = view.get("upload", contentHash) ?? view.get("download", contentHash)
            const isDue = owners.some((record) => needsTransfer(record))
            if (isMoving === undefined && !isDue) return Effect.void
            // Stored on this device before the command is sent, because there may be no leader yet to handle it. Not
            // for a file that is on this device and at the remote: it has no transfer to stop, and must be sent again
            // if the remote loses it.
            return Effect.forEach(
              owners.filter(({ remoteKey }) => remoteKey === null || !index.isPresent(contentHash)),
              ({ id }) => index.setFlags(id, failureFlags(contentHash, cancelled)),
              {
                discard: true,
              },
            ).pipe(
              Effect.zipRight(ask({ type: "cancel", contentHash })),
              Effect.zipRight(Effect.ignore(index.flush)), // The index is only a hint; the store may be gone.
              Effect.zipRight(Effect.sync(() => observers.invalidate(owners.map(({ id }) => id)))),
            )
          }),
        prioritize: (fileId) =>
          onFile(fileId, (contentHash) =>
            Effect.zipRight(
              index.isPresent(contentHash)
                ? records.withContent(contentHash).some((record) => hasFailed(index.flags(record.id), record))
                  ? retry(contentHash, records.withContent(contentHash))
                  : Effect.void
                : ask({ type: "want", contentHash }),
              ask({ type: "prioritize", contentHash }),
            ),
          ),
        pin: (fileId) => setPinned(fileId, true),
        unpin: (fileId) => setPinned(fileId, false),
        evict: (fileId) => Effect.zipRight(maintenance.evict(fileId), status.refreshSpace),
        awaitIdle: Effect.gen(function* () {
          const idle = yield* Deferred.make<void>()
          const check = () => {
            if (isIdle()) Deferred.unsafeDone(idle, Exit.void)
          }
          yield* Effect.acquireRelease(
            Effect.sync(() => observers.subscribe(check)),
            (unsubscribe) => Effect.sync(unsubscribe),
          )
          check()
          yield* Deferred.await(idle)
        }).pipe(Effect.scoped),
        ensureLocal: (fileId) => whileUsed(fileId, ensureLocal(fileId)),
        awaitLocal: (fileId) => whileUsed(fileId, awaitLocal(fileId)),
        ensureContent,
        versions: (fileId) => {
          const since = clock.unsafeCurrentTimeMillis() - config.restorableMs
          return records.versions(fileId).filter(({ supersededAt }) => supersededAt.getTime() > since)
        },
        fileState: (fileId) => {
          const record = records.get(fileId)
          const contentHash = record?.contentHash ?? ""
          const flags = index.flags(fileId)
          return toFileState({
            record,
            isPresent: index.isPresent(contentHash),
            isConfirming: confirmation.isConfirming(contentHash),
            hasRemote: remote.enabled,
            upload: view.get("upload", contentHash),
            download: view.get("download", contentHash),
            storedFailure: record !== undefined && hasFailed(flags, record) ? storedFailure(flags) : null,
          })
        },
        status: status.now,
        verify: maintenance.verify,
        repair: (report) => Effect.tap(maintenance.repair(report), () => ask({ type: "reconcile" })),
      })
    }),
  )
