import { Effect, Layer } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { FileSync } from "../file-sync/FileSync.js"
import { Observers } from "../notifications/observers.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { FileStorage } from "./FileStorage.js"
import { makeSave, type SaveConfig } from "./save.js"

/** File storage over this device's bytes and the app's records. */
export const layerFileStorage = (config: SaveConfig) =>
  Layer.scoped(
    FileStorage,
    Effect.gen(function* () {
      const records = yield* FileRecords
      const local = yield* LocalFileStorage
      const observers = yield* Observers
      const sync = yield* FileSync
      const save = yield* makeSave(config)

      return FileStorage.of({
        ...save,
        deleteFile: Effect.fn("FileStorage.deleteFile")(function* (fileId) {
          if (records.isDeleted(fileId)) return
          yield* findLive(records, fileId)
          yield* records.remove([fileId])
          observers.announce({ type: "deleted", fileId })
        }),
        readFile: Effect.fn("FileStorage.readFile")(function* (fileId) {
          const record = yield* sync.awaitLocal(fileId)
          const bytes = yield* local.readFile(record.contentHash)
          return new File([bytes], record.name, {
            type: record.mimeType,
            lastModified: record.updatedAt.getTime(),
          })
        }),
        getFileUrl: Effect.fn("FileStorage.getFileUrl")(function* (fileId) {
          const { contentHash, mimeType, name } = yield* sync.ensureLocal(fileId)
          return yield* local.getFileUrl(contentHash, { mimeType, name })
        }),
        releaseFileUrl: local.releaseFileUrl,
      })
    }),
  )
