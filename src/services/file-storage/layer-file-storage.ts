import { Effect, Layer } from "effect"
import { StorageError } from "../../errors/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { FileSync } from "../file-sync/FileSync.js"
import type { SyncConfig } from "../file-sync/sync-config.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { makeShowOwnChanges } from "../outbox/show-own-changes.js"
import { afterOwnChanges } from "./after-own-changes.js"
import { countSaves } from "./count-saves.js"
import { makeDelete } from "./delete.js"
import { makeEdit } from "./edit.js"
import { makeErase } from "./erase.js"
import { FileStorage } from "./FileStorage.js"
import { makeRestore } from "./restore.js"
import { makeShare } from "./share.js"
import { makeSave, type SaveConfig } from "./save.js"

/** Attempts to read what is freed, by the budget or in another tab, between being found here and being read. */
const maxAttempts = 3

/** Looks for the bytes again, and has them downloaded again, when they were freed meanwhile. */
const againIfFreed = <A, E, R>(read: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(read, {
    times: maxAttempts - 1,
    while: (error) => error instanceof StorageError && error.reason === "NotFound",
  })

/** File storage over this device's bytes and the app's records. */
export const layerFileStorage = (config: SaveConfig & Pick<SyncConfig, "keyOf" | "mayErase">) =>
  Layer.scoped(
    FileStorage,
    Effect.gen(function* () {
      const records = yield* FileRecords
      const local = yield* LocalFileStorage
      const sync = yield* FileSync
      const clock = yield* Effect.clock
      const { saveFile, saveFiles, updateFile } = yield* countSaves(yield* makeSave(config))
      const changes = {
        updateFile,
        ...(yield* makeEdit),
        ...(yield* makeDelete),
        ...(yield* makeRestore),
        ...(yield* makeErase(config)),
      }

      return FileStorage.of({
        saveFile,
        saveFiles,
        ...afterOwnChanges(yield* makeShowOwnChanges, changes),
        ...(yield* makeShare),
        // Read on access, which is not in an effect.
        listDeleted: (query) =>
          records.listDeleted(query, clock.unsafeCurrentTimeMillis() - config.restorableMs),
        readFile: Effect.fn("FileStorage.readFile")(function* (fileId) {
          const record = yield* sync.awaitLocal(fileId)
          const bytes = yield* local.readFile(record.contentHash)
          return new File([bytes], record.name, {
            type: record.mimeType,
            lastModified: (record.lastModified ?? record.createdAt).getTime(),
          })
        }, againIfFreed),
        getFileUrl: Effect.fn("FileStorage.getFileUrl")(function* (fileId) {
          const { contentHash, mimeType, name } = yield* sync.ensureLocal(fileId)
          return yield* local.getFileUrl(contentHash, { mimeType, name })
        }, againIfFreed),
        releaseFileUrl: local.releaseFileUrl,
      })
    }),
  )
