import { Effect } from "effect"
import type { StorageError } from "../../../errors/index.js"
import type { FileRecord } from "../../../types/index.js"
import { PresenceIndex } from "../../cache/PresenceIndex.js"
import { noFailure, wasCancelled } from "../../cache/stored-failure.js"
import { FileRecords } from "../../file-records/FileRecords.js"
import { SyncExecutor } from "../../sync-executor/SyncExecutor.js"
import type { Priority } from "../../sync-executor/transfer-table.js"
import type { TabCommand } from "../../tabs/TabChannel.js"

/** What commands act on. */
export interface CommandParts {
  readonly enqueueIfNeeded: (record: FileRecord, priority?: Priority) => Effect.Effect<void>
  readonly reconcile: Effect.Effect<void, StorageError>
  /** Asks the remote for those of the records whose bytes no device is known to have. */
  readonly askAgain: (asked: ReadonlyArray<FileRecord>) => Effect.Effect<void>
  /** The same for every record. */
  readonly askForAll: Effect.Effect<void>
}

/** Runs the commands that tabs send to the leader. */
export const makeCommands = ({ enqueueIfNeeded, reconcile, askAgain, askForAll }: CommandParts) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const executor = yield* SyncExecutor
    const index = yield* PresenceIndex

    // An upload of content with a remote key asks the remote first, and sends only what it has lost.
    const verifyRemote = (asked: Iterable<FileRecord>): Effect.Effect<void> =>
      Effect.forEach(
        [...asked].filter(({ remoteKey, contentHash }) => remoteKey !== null && index.isPresent(contentHash)),
        ({ contentHash, sizeBytes }) => executor.enqueueUpload(contentHash, sizeBytes),
        { discard: true },
      )

    const download = (contentHash: string) =>
      Effect.gen(function* () {
        for (const record of records.withContent(contentHash)) {
          // Asked for by name: neither the policy nor an earlier failure or eviction stands against it.
          yield* index.setFlags(record.id, { evicted: false, ...noFailure })
          if (index.isPresent(contentHash) || record.remoteKey === null) continue
          yield* executor.enqueueDownload(contentHash, record.sizeBytes, "requested")
        }
        const failed = executor.get("download", contentHash)?.phase === "failed"
        yield* failed ? executor.retry(contentHash) : executor.prioritize(contentHash)
      })

    const retry = (contentHash: string | null) =>
      Effect.gen(function* () {
        const asked = contentHash === null ? index.failed() : records.withContent(contentHash)
        for (const record of asked) {
          const flags = index.flags(record.id)
          if (flags.failedHash === "" || (contentHash === null && wasCancelled(flags))) continue
          yield* index.setFlags(record.id, noFailure)
          yield* enqueueIfNeeded(record, "requested")
        }
        yield* executor.retry(contentHash)
        // Only for a single file: the caller that retries a file which is on this device may know that the remote has
        // lost it.
        if (contentHash !== null) yield* verifyRemote(asked)
        yield* askAgain(asked)
      })

    return (command: TabCommand): Effect.Effect<void> => {
      switch (command.type) {
        case "want":
          return download(command.contentHash)
        case "reconcile":
          return Effect.zipRight(reconcile, verifyRemote(records.all())).pipe(
            Effect.zipRight(askForAll),
            Effect.catchAll((error) => Effect.logWarning("Checking every file failed", error)),
          )
        case "prioritize":
          return executor.prioritize(command.contentHash)
        case "cancel":
          return executor.cancel(command.contentHash)
        case "retry":
          return retry(command.contentHash)
      }
    }
  })
