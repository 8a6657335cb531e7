import { Effect, Layer } from "effect"
import { UploadError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import type { FileRecords } from "../file-records/FileRecords.js"
import type { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { Outbox } from "../outbox/Outbox.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import type { ConcurrencyLimiter } from "../sync-executor/ConcurrencyLimiter.js"
import { TransferRunner } from "../sync-executor/SyncExecutor.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { downloadContent } from "./download-content.js"
import { SpaceBudget } from "../cache/SpaceBudget.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { makeSmallFiles } from "./small-files.js"
import { uploadContent } from "./upload-content.js"
import { UploadConfirmation } from "./upload-confirmation.js"

type Needs = FileRecords | LocalFileStorage | RemoteStorage | PresenceIndex | Outbox | ConcurrencyLimiter

/** Transfers bytes and commits the result. */
export const layerTransferRunner = (keyOf: (record: FileRecord) => string) =>
  Layer.scoped(
    TransferRunner,
    Effect.gen(function* () {
      const context = yield* Effect.context<Needs>()
      const remote = yield* RemoteStorage
      const confirmation = yield* UploadConfirmation
      const index = yield* PresenceIndex
      const channel = yield* TabChannel
      const space = yield* SpaceBudget
      const smallFiles = yield* makeSmallFiles(remote.batch)
      let uploading = 0

      const upload = (contentHash: string, onProgress: (loaded: number, total: number) => void) =>
        Effect.acquireUseRelease(
          Effect.sync(() => uploading++),
          () =>
            uploadContent(keyOf, smallFiles, contentHash, onProgress).pipe(
              Effect.flatMap((key) =>
                key === undefined
                  ? Effect.void
                  : confirmation
                      .confirm(contentHash, key, uploading === 1)
                      .pipe(Effect.mapError((cause) => new UploadError({ reason: "Unknown", key, cause }))),
              ),
            ),
          () => Effect.sync(() => uploading--),
        )

      const download = (contentHash: string, onProgress: (loaded: number, total: number) => void) =>
        downloadContent(smallFiles, contentHash, onProgress).pipe(
          // Only once: a write that fails after space was freed fails for good.
          Effect.catchIf(
            (error) => error.reason === "QuotaExceeded" && error._tag === "StorageError",
            (error) =>
              Effect.flatMap(space.free(0), (freed) =>
                freed === 0 ? Effect.fail(error) : downloadContent(smallFiles, contentHash, onProgress),
              ),
          ),
          Effect.flatMap((hasLocalCopy) =>
            hasLocalCopy
              ? Effect.zipRight(
                  index.setPresent([contentHash]),
                  channel.post({ type: "present", contentHashes: [contentHash] }),
                )
              : Effect.void,
          ),
        )

      return TransferRunner.of({
        run: (kind, contentHash, onProgress) =>
          kind === "upload"
            ? Effect.provide(upload(contentHash, onProgress), context)
            : Effect.provide(download(contentHash, onProgress), context),
        small: smallFiles,
        checkHealth: remote.checkHealth,
      })
    }),
  )
