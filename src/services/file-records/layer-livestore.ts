import { queryDb, Schema } from "@livestore/livestore"
import { Clock, Effect, Layer, Schedule } from "effect"
import { ConfigError, type InvalidFileError } from "../../errors/index.js"
import { maxFilesPerEvent } from "../../schema/event-limits.js"
import { fileEvents } from "../../schema/file-events.js"
import { deviceDocument, type LocalFileEntry, localFileStateSet } from "../../schema/local-file-state.js"
import type { FileMetadata, FileQuery, FileRecord, FileVersion } from "../../types/index.js"
import { isHere, readDeleted, readHere, readLocalEntries, makeLocalInShort } from "./all-rows.js"
import { type AttachedStore, assertHasFileTables, assertValidEvents } from "./attached-store.js"
import { ChangeFeed, type QueryRows } from "./change-feed.js"
import { type FileChange, FileRecords, type RecordChange } from "./FileRecords.js"
import { listSql } from "./list-sql.js"
import { type FileRow, toRecord } from "./record-row.js"

/** Entries one client-only event carries. Our choice: a clean bulk action of 1,000 files costs a handful of events. */
const maxLocalEntriesPerEvent = 500

/**
 * How often LiveStore is asked whether it has stored everything, while it has not. Asked, because the subscribers of
 * its sync status take each other's updates away (0.4.0): one may never hear of the last.
 */
const acknowledgementPoll = "50 millis"

const chunk = <A>(items: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))

/**
 * File records in the app's own LiveStore store. `storeId` names locks and folders; default the store's own id.
 * Fails with `ConfigError` (`MissingSchema`).
 */
export const layerLiveStore = (
  store: AttachedStore,
  storeId: string = store.storeId,
): Layer.Layer<FileRecords, ConfigError> =>
  Layer.scoped(
    FileRecords,
    Effect.gen(function* () {
      yield* Effect.try({ try: () => assertHasFileTables(store), catch: (error) => error as ConfigError })
      const query: QueryRows = (sql, bindValues) => store.query({ query: sql, bindValues })
      const feed = new ChangeFeed(query)
      const listeners = new Set<(changes: ReadonlyArray<RecordChange>) => void>()

      const poll = (): void => {
        const changes = feed.poll()
        if (changes.length === 0) return
        for (const listener of listeners) listener(changes)
      }
      let isPaused = false
      const pauseListeners = new Set<(paused: boolean) => void>()
      const setPaused = (paused: boolean): void => {
        if (paused === isPaused) return
        isPaused = paused
        for (const listener of pauseListeners) listener(paused)
      }
      // LiveStore tells the present state at once, in the middle of subscribing; the feed has just read it.
      let isNew = true
      // It shuts the store down when a subscriber throws, so nothing may escape from here.
      const onChange = ([row]: Watched): void => {
        try {
          setPaused(saysPaused(row?.device ?? null))
          if (!isNew) poll()
        } catch (error) {
          Effect.runFork(Effect.logError("Reading changed file records failed", error))
        }
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => store.subscribe(watched, onChange)),
        (unsubscribe) => Effect.sync(unsubscribe),
      )
      isNew = false

      // Making an event checks its arguments and throws; committing a bad one would shut the store down.
      const make = (
        events: () => ReadonlyArray<unknown>,
      ): Effect.Effect<ReadonlyArray<unknown>, ConfigError> =>
        Effect.try({
          try: events,
          catch: (cause) =>
            new ConfigError({
              reason: "InvalidOption",
              detail: `a file record cannot be stored: ${String(cause)}`,
            }),
        })
      const commit = (events: () => ReadonlyArray<unknown>): Effect.Effect<void, ConfigError> =>
        Effect.flatMap(make(events), (made) =>
          Effect.try({
            try: () => {
              if (made.length > 0) store.commit(...made)
            },
            catch: (cause) =>
              new ConfigError({
                reason: "Disposed",
                detail: `the LiveStore store takes no more events: ${String(cause)}`,
              }),
          }),
        )
      const commitWith = (own: () => ReadonlyArray<unknown>, appEvents: ReadonlyArray<unknown>) =>
        Effect.try({
          try: () => assertValidEvents(store, appEvents),
          catch: (error) => error as InvalidFileError,
        }).pipe(Effect.zipRight(commit(() => [...own(), ...appEvents])))

      const setLocalEvents = (entries: ReadonlyArray<LocalFileEntry>) =>
        chunk(entries, maxLocalEntriesPerEvent).map((files) => localFileStateSet({ files }))

      return FileRecords.of({
        storeId,
        get: (fileId) => feed.index.get(fileId),
        isDeleted: (fileId) =>
          query<FileRow>("SELECT deletedAt FROM files WHERE id = $id", { id: fileId })[0]?.deletedAt != null,
        list: (fileQuery?: FileQuery) => {
          const { sql, bindValues } = listSql(fileQuery)
          return query<FileRow>(sql, bindValues).map(toRecord)
        },
        all: () => feed.index.all(),
        withContent: (contentHash) => feed.index.withContent(contentHash),
        versions: (fileId) =>
          query<VersionRow>("SELECT * FROM fileVersions WHERE fileId = $fileId ORDER BY supersededAt DESC", {
            fileId,
          }).map((row) => ({ ...row, supersededAt: new Date(row.supersededAt) })),
        isRestorable: (contentHash, since) =>
          query(
            "SELECT 1 FROM fileVersions WHERE contentHash = $contentHash AND supersededAt > $since LIMIT 1",
            {
              contentHash,
              since,
            },
          ).length > 0,
        expired: (since) =>
          query<{ readonly contentHash: string }>(
            "SELECT contentHash FROM fileVersions GROUP BY contentHash HAVING MAX(supersededAt) <= $since",
            { since },
          ).map(({ contentHash }) => contentHash),
        create: (records, appEvents) =>
          commitWith(
            () =>
              chunk(records, maxFilesPerEvent).map((files) =>
                fileEvents.created({ files: files.map(toCreated) }),
              ),
            appEvents,
          ),
        update: (changes, appEvents) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            commitWith(
              () =>
                chunk(changes, maxFilesPerEvent).map((files) =>
                  fileEvents.updated({ files: files.map((change) => toUpdated(change, new Date(now))) }),
                ),
              appEvents,
            ),
          ),
        markUploaded: (uploads) =>
          Effect.suspend(() => {
            const uploaded = uploads.flatMap(({ contentHash, remoteKey }) =>
              feed.index
                .withContent(contentHash)
                .filter((record) => record.remoteKey !== remoteKey)
                .map(({ id }) => ({ id, contentHash, remoteKey })),
            )
            return commit(() =>
              chunk(uploaded, maxFilesPerEvent).map((files) => fileEvents.uploaded({ files })),
            )
          }),
        remove: (fileIds) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            commit(() =>
              chunk(fileIds, maxFilesPerEvent).map((ids) =>
                fileEvents.deleted({ files: ids.map((id) => ({ id, deletedAt: new Date(now) })) }),
              ),
            ),
          ),
        loadLocal: (fileIds) => readLocalEntries(query, fileIds),
        loadLocalInShort: makeLocalInShort(query),
        isHere: (contentHash) => isHere(query, contentHash),
        loadHere: () => readHere(query),
        loadLocalOfDeleted: () => readDeleted(query, "JOIN"),
        setLocal: (entries) => commit(() => setLocalEvents(entries)),
        isPaused: () => isPaused,
        watchPaused: (listener) =>
          Effect.acquireRelease(
            Effect.sync(() => void pauseListeners.add(listener)),
            () => Effect.sync(() => void pauseListeners.delete(listener)),
          ),
        setPaused: (paused) => commit(() => [deviceDocument.set({ paused })]),
        watch: (listener) =>
          Effect.acquireRelease(
            Effect.sync(() => void listeners.add(listener)),
            () => Effect.sync(() => void listeners.delete(listener)),
          ),
        acknowledged: Effect.try(() => store.syncStatus().isSynced).pipe(
          Effect.orElse(() => Effect.never), // A store that was shut down acknowledges nothing any more.
          Effect.repeat({ until: (isSynced) => isSynced, schedule: Schedule.spaced(acknowledgementPoll) }),
          Effect.asVoid,
        ),
      })
    }),
  )

const Watched = Schema.Array(
  Schema.Struct({ revision: Schema.NullOr(Schema.Number), device: Schema.NullOr(Schema.String) }),
)
type Watched = typeof Watched.Type

/**
 * One live query for everything that is watched: that a file changed costs one index look-up, and of the device it reads
 * the one row. By hand, because asking LiveStore for a client document that is not there yet commits an event.
 */
const watched = queryDb({
  query:
    "SELECT (SELECT MAX(revision) FROM files) AS revision, (SELECT value FROM filesyncDevice WHERE id = 'device') AS device",
  schema: Watched,
})

const saysPaused = (device: string | null): boolean =>
  device !== null && (JSON.parse(device) as typeof deviceDocument.Value).paused === true

type VersionRow = Omit<FileVersion, "supersededAt"> & { readonly supersededAt: number }

const toCreated = (record: FileRecord) => ({
  id: record.id,
  name: record.name,
  mimeType: record.mimeType,
  sizeBytes: record.sizeBytes,
  contentHash: record.contentHash,
  path: record.path,
  ...(record.metadata === null ? {} : { metadata: toPlain(record.metadata) }),
  createdAt: record.createdAt,
})

const toUpdated = ({ id, content, name, metadata }: FileChange, updatedAt: Date) => ({
  id,
  ...content,
  ...(name === undefined ? {} : { name }),
  ...(metadata === undefined ? {} : { metadata: toPlain(metadata) }),
  updatedAt,
})

// As JSON has it, which is what other devices get: a date becomes text, a function nothing.
const toPlain = (metadata: FileMetadata): FileMetadata => JSON.parse(JSON.stringify(metadata))
