import { Effect, Layer } from "effect"
import { InvalidFileError } from "../../errors/index.js"
import type { FileRecord, FileToSave } from "../../types/index.js"
import { type FileChange, FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { FileSync } from "../file-sync/FileSync.js"
import { Observers } from "../file-sync/observers.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { toOutboxSave } from "../outbox/Outbox.js"
import { FileStorage } from "./FileStorage.js"
import { makeKeepSaved } from "./keep-saved.js"
import { makeRoom } from "./make-room.js"
import { type DescribePicture, earlierAndFound, type PictureStored } from "./picture-facts.js"
import type { Preprocessors } from "./preprocess.js"
import { makeStoreBytes } from "./store-bytes.js"
import { validate } from "./validate.js"

/** File storage over this device's bytes and the app's records. */
export const layerFileStorage = (options: {
  readonly preprocessors: Preprocessors
  readonly restorableMs: number
  readonly describePicture?: DescribePicture | undefined
  readonly pictureStored?: PictureStored | undefined
}) =>
  Layer.scoped(
    FileStorage,
    Effect.gen(function* () {
      const records = yield* FileRecords
      const local = yield* LocalFileStorage
      const observers = yield* Observers
      const sync = yield* FileSync
      const { checkSpace, withRoom } = yield* makeRoom
      const { store, storeEach } = yield* makeStoreBytes(options)
      const keep = yield* makeKeepSaved(options.restorableMs)

      const check = (file: FileToSave) =>
        Effect.try({ try: () => validate(file), catch: (error) => error as InvalidFileError })

      const appEventsOf = <A>(commit: ((value: A) => ReadonlyArray<unknown>) | undefined, value: A) =>
        Effect.try({
          try: () => {
            const events = commit?.(value) ?? []
            if (!Array.isArray(events)) throw new TypeError("`commit` must give a list of events")
            return events
          },
          catch: (cause) => new InvalidFileError({ reason: "InvalidCommit", cause }),
        })

      const saveAll = (
        files: ReadonlyArray<FileToSave>,
        commit?: (saved: ReadonlyArray<FileRecord>) => ReadonlyArray<unknown>,
        onProgress?: (loaded: number, total: number) => void,
      ) =>
        Effect.gen(function* () {
          const valid = yield* Effect.forEach(files, check)
          if (valid.length === 0) return []
          yield* checkSpace(valid)
          let appEvents: ReadonlyArray<unknown> = []
          const save = keep(
            (isNew) =>
              storeEach(valid, isNew, onProgress).pipe(
                // Before the journal: what the app's own part cannot become must not come back after a kill.
                Effect.tap((stored) => Effect.map(appEventsOf(commit, stored), (made) => (appEvents = made))),
              ),
            (record) => toOutboxSave(record, null),
            (stored) => records.create(stored, appEvents),
          )
          const saved = yield* withRoom(valid, save)
          for (const { id, contentHash } of saved)
            observers.announce({ type: "saved", fileId: id, contentHash })
          return saved.map(({ id }) => id)
        })

      return FileStorage.of({
        saveFile: Effect.fn("FileStorage.saveFile")(function* (file, saveOptions = {}) {
          const { commit, onProgress, ...rest } = saveOptions
          const [id] = yield* saveAll(
            [{ file, ...rest }],
            commit === undefined ? undefined : ([record]) => (record === undefined ? [] : commit(record)),
            onProgress,
          )
          return id as string
        }),
        saveFiles: Effect.fn("FileStorage.saveFiles")((files, commit) => saveAll(files, commit)),
        updateFile: Effect.fn("FileStorage.updateFile")(function* (fileId, file, saveOptions = {}) {
          const before = yield* findLive(records, fileId)
          const { commit, onProgress, ...rest } = saveOptions
          const valid = yield* check({
            file,
            ...rest,
            name: rest.name ?? (file instanceof File ? file.name : before.name),
          })
          yield* checkSpace([valid])
          let appEvents: ReadonlyArray<unknown> = []
          const isJoined = options.describePicture !== undefined && rest.metadata === undefined
          const joined = (stored: FileRecord): FileRecord =>
            isJoined ? { ...stored, metadata: earlierAndFound(before.metadata, stored.metadata) } : stored
          const asItWillBe = (stored: FileRecord): FileRecord => ({
            ...stored,
            createdAt: before.createdAt,
            metadata: stored.metadata ?? before.metadata,
            remoteKey: stored.contentHash === before.contentHash ? before.remoteKey : null,
          })
          const save = keep(
            (isNew) =>
              store(valid, fileId, isNew, onProgress).pipe(
                Effect.map(joined),
                Effect.tap((stored) =>
                  Effect.map(appEventsOf(commit, asItWillBe(stored)), (made) => (appEvents = made)),
                ),
                Effect.map((stored) => [stored]),
              ),
            (record) => toOutboxSave(record, before.contentHash),
            (stored) => records.update(stored.map(toChange), appEvents),
          )
          const [updated] = yield* withRoom([valid], save)
          if (updated !== undefined)
            observers.announce({ type: "updated", fileId, contentHash: updated.contentHash })
        }),
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

const toChange = ({
  id,
  contentHash,
  mimeType,
  sizeBytes,
  path,
  name,
  metadata,
}: FileRecord): FileChange => ({
  id,
  content: { contentHash, mimeType, sizeBytes, path },
  name,
  metadata: metadata ?? undefined,
})
