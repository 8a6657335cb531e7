import { Effect } from "effect"
import type { FileRecord } from "../../../types/index.js"
import { PresenceIndex } from "../../cache/PresenceIndex.js"
import { hasFailed, isLostObject, isUploadFailure, noFailure } from "../../cache/stored-failure.js"
import { FileRecords, type RecordChange } from "../../file-records/FileRecords.js"
import { SyncExecutor } from "../../sync-executor/SyncExecutor.js"

/** What following changed records needs of the leader. */
export interface ChangeParts {
  readonly enqueueIfNeeded: (record: FileRecord) => Effect.Effect<void>
  /** No live record has these contents any more. */
  readonly onSuperseded: (contentHashes: ReadonlyArray<string>) => Effect.Effect<unknown>
}

/** Looks at changed records: what superseded content leaves behind, and what the present one needs. */
export const makeFollowChanges = ({ enqueueIfNeeded, onSuperseded }: ChangeParts) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const executor = yield* SyncExecutor
    const index = yield* PresenceIndex

    const leave = (superseded: Iterable<string>) =>
      Effect.gen(function* () {
        const left = [...new Set(superseded)].filter((hash) => records.withContent(hash).length === 0)
        if (left.length === 0) return
        yield* Effect.forEach(left, executor.forget, { discard: true })
        yield* onSuperseded(left)
      })

    const follow = (record: FileRecord) =>
      Effect.gen(function* () {
        const { id, contentHash, remoteKey } = record
        const flags = index.flags(id)
        // An upload's stored failure, or that a person cancelled it, is void once the content is uploaded: it must be sent
        // again if the remote loses it. A lost object is void once it has a key again.
        const hasStopped = hasFailed(flags, record)
        const mayBeVoid = hasStopped && remoteKey !== null
        const isDone = mayBeVoid && (isUploadFailure(flags) || index.isPresent(contentHash))
        const isBack = mayBeVoid && isLostObject(flags)
        if (isDone) yield* executor.forget(contentHash)
        // A device did not find it at the remote: there is nothing to download until a device that has the bytes
        // answers.
        const isNowhere = records.withContent(contentHash).every((owner) => owner.remoteKey === null)
        if (isNowhere && executor.get("download", contentHash) !== undefined)
          yield* executor.forget(contentHash)
        // A stored failure belongs to its content: new content clears it, and it does not return with the old content.
        if (!hasStopped || isDone || isBack) yield* index.setFlags(id, noFailure)
        yield* enqueueIfNeeded(record)
      })

    return (changes: ReadonlyArray<RecordChange>): Effect.Effect<void> =>
      Effect.zipRight(
        leave(changes.flatMap(({ superseded }) => superseded)),
        Effect.forEach(changes, ({ after }) => (after === undefined ? Effect.void : follow(after)), {
          discard: true,
        }),
      )
  })
