/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { Clock, Effect } from "effect"
import type { InvalidFileError } from "../../errors/index.js"
import type { FileRecord, FileToSave } from "../../types/index.js"
import { LastUsed } from "../cache/LastUsed.js"
import { contentOf } from "../file-records/content-of.js"
import { type FileChange, FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { appMetadataOf, mergeMetadata } from "../file-records/record-row.js"
import { Observers } from "../notifications/Observers.js"
import { toOutboxSave } from "../outbox/Outbox.js"
import type { FileStorage } from "./FileStorage.js"
import { nameForType } from "../../utils/file-types.js"
import { appEventsOf } from "./app-events.js"
import { makeSaveTransaction, type Stored } from "./save-transaction.js"
import { makeRoom } from "./make-room.js"
import type { DescribePicture, PictureStored } from "./picture-metadata.js"
import type { Preprocessors } from "./preprocess.js"
import { type Added, makeStoreBytes } from "./store-bytes.js"
import { validate, type ValidFile } from "./validate.js"

/** How files are saved. */
export interface SaveConfig {
  readonly preprocessors: Preprocessors
  readonly restorableMs: number
  readonly describePicture?: DescribePicture | undefined
  readonly pictureStored?: PictureStored | undefined
}

/** Saving over this device's bytes and the app's records. */
export const makeSave = (options: SaveConfig) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const observers = yield* Observers
    const lastUsed = yield* LastUsed
    const { checkSpace } = yield* makeRoom
    const { store, storeEach } = yield* makeStoreBytes(options)
    const keep = yield* makeSaveTransaction(options.restorableMs)

    const check = (file: FileToSave, isNameKept = false) =>
      Effect.try({ try: () => validate(file, isNameKept), catch: (error) => error as InvalidFileError })

    // Files added in the same millisecond by several calls keep their order as well.
    let last = { ms: 0, count: 0 }
    const addedAt = (ms: number, count: number) => {
      const first = ms === last.ms ? last.count : 0
      last = { ms, count: first + count }
      return (file: ValidFile, place: number): Added => ({
        createdAt: file.createdAt ?? new Date(ms),
        sequence: file.sequence ?? (file.createdAt === undefined ? first + place : place),
      })
    }

    const saveAll = (
      files: ReadonlyArray<FileToSave>,
      commit?: (saved: ReadonlyArray<FileRecord>) => ReadonlyArray<unknown>,
      onProgress?: (loaded: number, total: number) => void,
    ) =>
      Effect.gen(function* () {
        const valid = yield* Effect.forEach(files, (file) => check(file))
        if (valid.length === 0) return []
        yield* checkSpace(valid.reduce((sum, { file }) => sum + file.size, 0))
        const added = addedAt(yield* Clock.currentTimeMillis, valid.length)
        let appEvents: ReadonlyArray<unknown> = []
        const save = keep(
          (isNew) =>
            storeEach(valid, added, isNew, onProgress).pipe(
              // Before the journal: a save whose app events are invalid must not be finished by the next start.
              Effect.tap((stored) =>
                Effect.map(appEventsOf(commit, stored.map(toRecord)), (made) => (appEvents = made)),
              ),
            ),
          (record) => toOutboxSave(record, null),
          (stored) => records.create(stored, appEvents),
        )
        const saved = yield* save
        for (const { id, contentHash } of saved) {
          lastUsed.touch(contentHash)
          observers.emit({ type: "saved", fileId: id, contentHash })
        }
        return saved.map(({ id }) => id)
      })

    return {
      saveFile: Effect.fn("FileStorage.saveFile")(function* (file, saveOptions = {}) {
        const { commit, onProgress, ...rest } = saveOptions
        const [id] = yield* saveAll(
          [{ file, ...rest }],
          commit === undefined ? undefined : ([record]) => (record === undefined ? [] : commit(record)),
          onProgress,
        )
        return id as string
      }),
      saveFiles: Effect.fn("FileStorage.saveFiles")(
        (
          files: ReadonlyArray<FileToSave>,
          commit?: (saved: ReadonlyArray<FileRecord>) => ReadonlyArray<unknown>,
          onProgress?: (loaded: number, total: number) => void,
        ) => saveAll(files, commit, onProgress),
      ),
      updateFile: Effect.fn("FileStorage.updateFile")(function* (fileId, file, saveOptions = {}) {
        const before = yield* findLive(records, fileId)
        const { commit, onProgress, ...rest } = saveOptions
        // The record keeps its name, whatever the picked file is called.
        const valid = yield* check({ file, ...rest, name: rest.name ?? before.name }, rest.name === undefined)
        yield* checkSpace(valid.file.size)
        let appEvents: ReadonlyArray<unknown> = []
        const asItWillBe = (stored: FileRecord): FileRecord => ({
          ...stored,
          metadata: mergeMetadata(valid.metadata ?? appMetadataOf(before), stored.contentMetadata),
          remoteKey: stored.contentHash === before.contentHash ? before.remoteKey : null,
        })
        const save = keep(
          (isNew) =>
            store(valid, fileId, before, isNew, onProgress, before.mimeType).pipe(
              Effect.map((stored) =>
                rest.name === undefined ? { ...stored, record: renamedFor(stored.record) } : stored,
              ),
              Effect.tap(({ record }) =>
                Effect.map(appEventsOf(commit, asItWillBe(record)), (made) => (appEvents = made)),
              ),
              Effect.map((stored) => [stored]),
            ),
          (record) => toOutboxSave(record, before.contentHash),
          // It may have been deleted while its bytes came in.
          (stored) =>
            Effect.zipRight(findLive(records, fileId), records.update(stored.map(toChange), appEvents)),
        )
        const [updated] = yield* save
        if (updated === undefined) return
        lastUsed.touch(updated.contentHash)
        observers.emit({ type: "updated", fileId, contentHash: updated.contentHash })
      }),
    } satisfies Pick<FileStorage["Type"], "saveFile" | "saveFiles" | "updateFile">
  })

const toRecord = ({ record }: Stored): FileRecord => record

const toChange = (stored: FileRecord): FileChange => ({
  id: stored.id,
  content: contentOf(stored),
  name: stored.name,
  metadata: appMetadataOf(stored) ?? undefined,
})

/** The record with another ending of its name, where the kept one would contradict the type of the new content. */
const renamedFor = (stored: FileRecord): FileRecord => ({
  ...stored,
  name: nameForType(stored.name, stored.mimeType),
})
