import { Effect, Layer } from "effect"
import { StorageError } from "../../errors/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { restoreVersion } from "../file-storage/restore-version.js"
import type { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { Outbox } from "../outbox/Outbox.js"
import type { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { SyncExecutor } from "../sync-executor/SyncExecutor.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import type { TabLocks } from "../tabs/TabLocks.js"
import { makeAwaitContent, makeAwaitUploadElsewhere } from "./await-content.js"
import { releaseContent } from "../cache/release-content.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import type { Observers } from "../notifications/Observers.js"
import { Maintenance } from "./Maintenance.js"
import { stillWrong, verifyStorage } from "../cache/verify-storage.js"

/** Maintenance over this device's bytes and the app's records. */
export const layerMaintenance = (config: { readonly restorableMs: number }) =>
  Layer.effect(
    Maintenance,
    Effect.gen(function* () {
      const records = yield* FileRecords
      const index = yield* PresenceIndex
      const executor = yield* SyncExecutor
      const context = yield* Effect.context<
        | FileRecords
        | LocalFileStorage
        | Outbox
        | TabLocks
        | PresenceIndex
        | TabChannel
        | Observers
        | RemoteStorage
      >()

      return Maintenance.of({
        awaitContent: yield* makeAwaitContent,
        awaitUploadElsewhere: yield* makeAwaitUploadElsewhere,
        evict: (fileId) =>
          Effect.gen(function* () {
            const record = yield* findLive(records, fileId)
            const owners = records.withContent(record.contentHash)
            const refuse = (reason: "NotUploaded" | "Pinned") =>
              Effect.fail(new StorageError({ reason, operation: "evict the file", subject: fileId }))
            if (owners.some(({ remoteKey }) => remoteKey === null)) return yield* refuse("NotUploaded")
            if (owners.some(({ id }) => index.flags(id).pinned)) return yield* refuse("Pinned")
            const setEvicted = (evicted: boolean) =>
              Effect.forEach(owners, ({ id }) => index.setFlags(id, { evicted }), { discard: true })
            // Before the bytes are deleted, so that no download brings them back meanwhile.
            yield* setEvicted(true)
            yield* executor.forget(record.contentHash)
            const released = yield* Effect.provide(
              releaseContent([record.contentHash], "evicted", config.restorableMs),
              context,
            ).pipe(Effect.tapError(() => setEvicted(false)))
            if (released.length === 0) {
              yield* setEvicted(false)
              // A journal entry still needs the bytes, or something changed meanwhile.
              return yield* refuse(owners.some(({ id }) => index.flags(id).pinned) ? "Pinned" : "NotUploaded")
            }
            yield* index.flush
          }),
        verify: Effect.provide(verifyStorage(config.restorableMs), context),
        repair: (given) =>
          Effect.gen(function* () {
            const report = given ?? (yield* verifyStorage(config.restorableMs))
            // A report may be out of date, so its entries are checked again.
            const found = given === undefined ? report : yield* stillWrong(given)
            const corrupt = found.corrupt.flatMap((id) => records.get(id)?.contentHash ?? [])
            for (const [contentHashes, reason] of [
              [corrupt, "corrupt"],
              [found.orphaned, "unreferenced"],
            ] as const)
              yield* releaseContent(contentHashes, reason, config.restorableMs)
            return report
          }).pipe(Effect.provide(context)),
        restoreVersion: (fileId, contentHash) => Effect.provide(restoreVersion(fileId, contentHash), context),
      })
    }),
  )
