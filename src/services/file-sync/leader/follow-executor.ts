import { Effect } from "effect"
import type { FileRecord } from "../../../types/index.js"
import { PresenceIndex } from "../../cache/PresenceIndex.js"
import { failureFlags, noFailure } from "../../cache/stored-failure.js"
import { FileRecords } from "../../file-records/FileRecords.js"
import { Observers } from "../../notifications/Observers.js"
import { SyncExecutor } from "../../sync-executor/SyncExecutor.js"

/** Callbacks for the executor's events. */
export interface ExecutorReactions {
  readonly fork: (effect: Effect.Effect<unknown>) => unknown
  readonly enqueueIfNeeded: (record: FileRecord) => Effect.Effect<void>
  /** A download found no object under its key. */
  readonly reportLost: (contentHash: string) => Effect.Effect<void>
  readonly onTransfersChanged: () => void
  readonly onContentAdded: () => void
}

/** Keeps the index in step with ended transfers, and held downloads with freed space, until the scope closes. */
export const followExecutor = (reactions: ExecutorReactions) =>
  Effect.gen(function* () {
    const { fork, enqueueIfNeeded, reportLost } = reactions
    const executor = yield* SyncExecutor
    const records = yield* FileRecords
    const index = yield* PresenceIndex
    const observers = yield* Observers

    yield* executor.listen((event) => {
      reactions.onTransfersChanged()
      if (event.type === "done") {
        reactions.onContentAdded()
        for (const record of records.withContent(event.transfer.contentHash)) {
          fork(index.setFlags(record.id, noFailure))
          // What the record needed may have changed meanwhile.
          fork(enqueueIfNeeded(record))
        }
      }
      if (event.type === "failed" && event.retryInMs === null && event.error.reason !== "Aborted") {
        for (const { id, contentHash } of records.withContent(event.transfer.contentHash))
          fork(index.setFlags(id, failureFlags(contentHash, event.error)))
        if (event.transfer.kind === "download" && event.error.reason === "NotFound")
          fork(reportLost(event.transfer.contentHash))
      }
    })
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        observers.onEvent(({ type }) => {
          if (type === "evicted" || type === "collected") fork(executor.spaceFreed)
        }),
      ),
      (unsubscribe) => Effect.sync(unsubscribe),
    )
  })
