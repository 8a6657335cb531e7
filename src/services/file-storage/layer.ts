import { Clock, Context, Effect, Layer, Schedule } from "effect"
import { InvalidFileError, StorageError } from "../../errors/index.js"
import type { FileRecord, FileToSave } from "../../types/index.js"
import { makeStoredPath } from "../../utils/stored-path.js"
import { type FileChange, FileRecords } from "../file-records/FileRecords.js"
import { releaseContent, whenNothingIsSaved } from "../file-sync/collect-garbage.js"
import { FileSync } from "../file-sync/FileSync.js"
import { SpaceBudget } from "../file-sync/free-space.js"
import { LocalIndex } from "../file-sync/local-index.js"
import { Observers } from "../file-sync/observers.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { Outbox, type OutboxSave, toOutboxSave } from "../outbox/Outbox.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"
import { copyIn } from "./copy-in.js"
import { FileStorage } from "./FileStorage.js"
import { findLive } from "../file-records/find-live.js"
import { type DescribePicture, pictureFacts, withoutPictureFacts } from "./picture-facts.js"
import { type Preprocessors, preprocess } from "./preprocess.js"
import { mergeMetadata, normalizeMimeType, type ValidFile, validate } from "./validate.js"

/** Files copied into the store at once. Our choice: the I/O worker gains nothing beyond, and memory is two slices each. */
const concurrentWrites = 4

/** Where file ids come from: random, so that devices never agree on one by chance. */
export class FileIds extends Context.Reference<FileIds>()("filesync/FileIds", {
  defaultValue: () => ({ next: (): string => crypto.randomUUID() }),
}) {}

/**
 * From this size on the browser is asked for its estimate before a save. Our choice: asking takes longer than writing
 * a small file, and a disk that is full says so itself.
 */
const estimateFromBytes = 8 * 1024 * 1024

/** File storage over this device's bytes and the app's records. */
export const layerFileStorage = (options: {
  readonly preprocessors: Preprocessors
  readonly restorableMs: number
  readonly describePicture?: DescribePicture | undefined
}) =>
  Layer.scoped(
    FileStorage,
    Effect.gen(function* () {
      const records = yield* FileRecords
      const local = yield* LocalFileStorage
      const outbox = yield* Outbox
      const locks = yield* TabLocks
      const channel = yield* TabChannel
      const index = yield* LocalIndex
      const observers = yield* Observers
      const sync = yield* FileSync
      const space = yield* SpaceBudget
      const ids = yield* FileIds
      const context = yield* Effect.context<
        FileRecords | LocalFileStorage | Outbox | TabLocks | LocalIndex | TabChannel | Observers
      >()
      const scope = yield* Effect.scope
      const names = lockNames(records.storeId)
      const { storeId } = records

      const checkSpace = (files: ReadonlyArray<ValidFile>) =>
        Effect.gen(function* () {
          const neededBytes = files.reduce((sum, { file }) => sum + file.size, 0)
          if (neededBytes < estimateFromBytes) return
          const { usageBytes, quotaBytes } = yield* local.estimate
          // Estimates are coarse, so only what cannot possibly fit makes room before the disk itself says no.
          if (quotaBytes > 0 && usageBytes + neededBytes > quotaBytes)
            yield* space.free(usageBytes + neededBytes - quotaBytes)
        })

      /** Once: what the disk refuses after room was made is refused for good. Not inside the save, which holds the lock. */
      const withRoom = <A, E>(files: ReadonlyArray<ValidFile>, save: Effect.Effect<A, E | StorageError>) => {
        const neededBytes = files.reduce((sum, { file }) => sum + file.size, 0)
        const free = space.free(neededBytes).pipe(
          // The lock of the save that failed is let go a moment later.
          Effect.repeat({ until: (freed) => freed > 0, times: 3, schedule: Schedule.spaced("20 millis") }),
        )
        return Effect.catchIf(
          save,
          (error): error is StorageError => error instanceof StorageError && error.reason === "QuotaExceeded",
          (error) => Effect.flatMap(free, (freed) => (freed === 0 ? Effect.fail(error) : save)),
        )
      }

      /** Stores the bytes of one checked file and gives the record it will have. */
      const store = (
        valid: ValidFile,
        id: string,
        isNew: (contentHash: string) => void,
        onProgress?: (loaded: number, total: number) => void,
      ) =>
        Effect.gen(function* () {
          const made = yield* preprocess(options.preprocessors, valid.file, valid.name, valid.mimeType)
          const mimeType =
            made.file === valid.file || made.file.type === ""
              ? valid.mimeType
              : normalizeMimeType(made.file.type)
          const said = mergeMetadata(valid.metadata, made.metadata)
          const [{ contentHash, sizeBytes }, facts] = yield* Effect.all(
            [
              copyIn(local, made.file, isNew, onProgress),
              pictureFacts(options.describePicture, made.file, mimeType, said),
            ],
            { concurrency: 2 },
          )
          const now = new Date(yield* Clock.currentTimeMillis)
          const record: FileRecord = {
            id,
            name: valid.name,
            mimeType,
            sizeBytes,
            contentHash,
            path: makeStoredPath(storeId, contentHash),
            remoteKey: null,
            metadata: mergeMetadata(said, facts),
            createdAt: now,
            updatedAt: now,
            deletedAt: null,
          }
          return record
        })

      /** After a failure no other file is begun, but those under way end: only then is it known what they stored. */
      const storeEach = (
        files: ReadonlyArray<ValidFile>,
        isNew: (contentHash: string) => void,
        onProgress?: (loaded: number, total: number) => void,
      ) =>
        Effect.suspend(() => {
          let failure: StorageError | InvalidFileError | undefined
          const storeNext = (file: ValidFile) =>
            Effect.suspend(() =>
              failure === undefined ? store(file, ids.next(), isNew, onProgress) : Effect.fail(failure),
            ).pipe(
              Effect.tapError((error) => Effect.sync(() => (failure ??= error))),
              Effect.either,
            )
          return Effect.forEach(files, storeNext, { concurrency: concurrentWrites }).pipe(
            Effect.flatMap((results) => Effect.all(results)),
          )
        })

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

      // Bytes of a save that came to nothing go again, unless somebody else refers to them by now. At once as a rule;
      // while other saves hold the lock, in the background.
      const discard = (contentHashes: ReadonlyArray<string>): Effect.Effect<void> => {
        if (contentHashes.length === 0) return Effect.void
        const release = releaseContent(contentHashes, "unreferenced", options.restorableMs)
        const later = Effect.repeat(release, {
          until: (released) => released !== undefined,
          schedule: Schedule.spaced("1 second"),
        })
        return whenNothingIsSaved(release).pipe(
          Effect.flatMap((isDone) => (isDone ? Effect.void : Effect.forkIn(Effect.ignore(later), scope))),
          Effect.provide(context),
          Effect.ignore, // The failure that led here is the one to tell; a repair finds what stays.
        )
      }

      /**
       * Bytes, journal, commit, in that order; deleting bytes waits until the journal names them. From the journal on
       * nothing stops it: a save that was called off must not come back by itself.
       */
      const keep = <E, E2>(
        storeAll: (isNew: (contentHash: string) => void) => Effect.Effect<ReadonlyArray<FileRecord>, E>,
        toSave: (record: FileRecord) => OutboxSave,
        commit: (stored: ReadonlyArray<FileRecord>) => Effect.Effect<void, E2>,
      ) =>
        Effect.uninterruptibleMask((restore) => {
          const written: string[] = []
          const storing = restore(storeAll((contentHash) => void written.push(contentHash)))
          return locks.hold(names.saving, "shared").pipe(
            Effect.zipRight(storing),
            Effect.tap((stored) => outbox.append(stored.map(toSave))),
            Effect.scoped,
            Effect.tap((stored) => noteThenCommit(stored, commit(stored))),
            Effect.onError(() => discard(written)),
          )
        })

      // Noted before the commit, so that whoever decides what the record needs finds its bytes here.
      const noteThenCommit = <E>(saved: ReadonlyArray<FileRecord>, commit: Effect.Effect<void, E>) => {
        const contentHashes = saved.map(({ contentHash }) => contentHash)
        return Effect.sync(() => index.note(contentHashes, true)).pipe(
          Effect.zipRight(commit),
          Effect.tapError(() => Effect.ignore(outbox.settle(saved))), // The commit's failure is the one to tell.
          Effect.zipRight(outbox.committed(saved)),
          Effect.zipRight(index.setPresent(contentHashes)),
          Effect.zipRight(channel.post({ type: "present", contentHashes })),
        )
      }

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
            ...(options.describePicture === undefined || rest.metadata !== undefined
              ? {}
              : withoutPictureFacts(before.metadata)),
          })
          yield* checkSpace([valid])
          let appEvents: ReadonlyArray<unknown> = []
          const asItWillBe = (stored: FileRecord): FileRecord => ({
            ...stored,
            createdAt: before.createdAt,
            metadata: stored.metadata ?? before.metadata,
            remoteKey: stored.contentHash === before.contentHash ? before.remoteKey : null,
          })
          const save = keep(
            (isNew) =>
              store(valid, fileId, isNew, onProgress).pipe(
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
