/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { Clock, Effect, FiberSet, Layer, Schedule } from "effect"
import type { ConfigError } from "../../errors/index.js"
import { maxFilesPerEvent } from "../../schema/event-limits.js"
import { fileEvents } from "../../schema/file-events.js"
import { deviceDocument, type LocalFileEntry, localFileStateSet } from "../../schema/local-file-state.js"
import type { FileQuery } from "../../types/index.js"
import {
  hasLocalCopy,
  makePendingParts,
  readDeleted,
  readFlagged,
  readLocalAmong,
  readLocalCopies,
  readLocalEntries,
  readLostKeys,
} from "./all-rows.js"
import { localVersionsHeard, localVersionsPruned } from "../../schema/local-versions.js"
import { NextTask } from "./NextTask.js"
import { type AttachedStore, assertHasFileTables } from "./attached-store.js"
import type { QueryRows } from "./change-feed.js"
import { makeCommit, makeRecordsView } from "./commit-events.js"
import { FileRecords } from "./FileRecords.js"
import { followStore } from "./follow-store.js"
import { listSql } from "./list-sql.js"
import { preloadRecords } from "./preload-records.js"
import { type ErasedRow, type FileRow, toErasedContent, toRecord } from "./record-row.js"
import { makeStoreLog } from "./livestore-log.js"
import { standingOf, timeOfChange } from "./record-facts.js"
import { storeClosed } from "./StoreLog.js"
import {
  hasVersionUntil,
  isReferenced,
  isRestorable,
  readExpired,
  readSuperseded,
  readVersions,
} from "./version-queries.js"
import { toCreated, toUpdated, toUploaded } from "./to-events.js"

/** Entries one client-only event carries. A clean bulk action of 1,000 files costs a handful of events. */
const maxLocalEntriesPerEvent = 500

/**
 * How often LiveStore is asked whether it has stored everything, while it has not. It is polled, because subscribers of
 * LiveStore's sync status take each other's updates away (0.4.0): one may never get the last.
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
      const log = yield* makeStoreLog(store)
      const query: QueryRows = (sql, bindValues) => {
        try {
          return store.query({ query: sql, bindValues })
        } catch (cause) {
          throw log.progress() === undefined ? storeClosed(cause) : cause
        }
      }
      const { feed, isPaused, watch, watchPaused } = yield* followStore(store, query)
      const nextTask = yield* NextTask
      const fork = yield* FiberSet.makeRuntime<never>()
      const view = makeRecordsView(query)
      const { commit, commitFirst, commitLocal, commitWith, commitAgain, journalWith } = makeCommit(
        store,
        log,
        view,
        fork,
      )

      const setLocalEvents = (entries: ReadonlyArray<LocalFileEntry>) =>
        chunk(entries, maxLocalEntriesPerEvent).map((files) => localFileStateSet({ files }))

      return FileRecords.of({
        storeId,
        get: (fileId) => feed.index.get(fileId),
        isDeleted: (fileId) =>
          query<FileRow>("SELECT deletedAt FROM files WHERE id = $id", { id: fileId })[0]?.deletedAt != null,
        isErased: (fileId) =>
          query("SELECT 1 FROM files WHERE id = $id AND erasedAt IS NOT NULL", { id: fileId }).length > 0,
        find: (fileId) =>
          query<FileRow>("SELECT * FROM files WHERE id = $id AND erasedAt IS NULL", { id: fileId }).map(
            toRecord,
          )[0],
        listDeleted: (fileQuery, since) => {
          const { sql, bindValues } = listSql(fileQuery, since)
          return query<FileRow>(sql, bindValues).map(toRecord)
        },
        isReferenced: (contentHash, exceptId = "") => isReferenced(query, contentHash, exceptId),
        list: (fileQuery?: FileQuery) => {
          const { sql, bindValues } = listSql(fileQuery)
          return query<FileRow>(sql, bindValues).map(toRecord)
        },
        all: () => feed.index.all(),
        withContent: (contentHash) => feed.index.withContent(contentHash),
        withContents: (contentHashes) => feed.withContents(contentHashes),
        preload: preloadRecords(feed, nextTask),
        versions: (fileId) => readVersions(query, fileId),
        isRestorable: (contentHash, since) => isRestorable(query, contentHash, since),
        superseded: () => readSuperseded(query),
        expired: (since) => readExpired(query, since),
        noteHeard: (contentHashes, heardAt) =>
          commitLocal(() =>
            chunk(contentHashes, maxFilesPerEvent).map((hashes) =>
              localVersionsHeard({ contentHashes: hashes, heardAt: new Date(heardAt) }),
            ),
          ),
        pruneVersions: (until) =>
          commitLocal(() =>
            hasVersionUntil(query, until) ? [localVersionsPruned({ until: new Date(until) })] : [],
          ),
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
              () => [
                ...chunk(changes, maxFilesPerEvent).map((files) =>
                  fileEvents.updated({
                    files: files.map((change) =>
                      toUpdated(change, timeOfChange(now, view.positionOf(change.id))),
                    ),
                  }),
                ),
                ...chunk(changes.flatMap(toUploaded), maxFilesPerEvent).map((files) =>
                  fileEvents.uploaded({ files }),
                ),
              ],
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
            return commitFirst(() =>
              chunk(uploaded, maxFilesPerEvent).map((files) => fileEvents.uploaded({ files })),
            )
          }),
        markMissing: (contents) =>
          Effect.suspend(() => {
            const missing = contents.flatMap(({ contentHash, remoteKey }) =>
              feed.index
                .withContent(contentHash)
                .filter((record) => record.remoteKey === remoteKey)
                .map(({ id }) => ({ id, contentHash, remoteKey })),
            )
            return commit(() =>
              chunk(missing, maxFilesPerEvent).map((files) => fileEvents.missing({ files })),
            )
          }),
        lostKeys: (fileIds) => readLostKeys(query, fileIds),
        remove: (fileIds) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            commit(() =>
              chunk(fileIds, maxFilesPerEvent).map((ids) =>
                fileEvents.deleted({
                  files: ids.map((id) => ({ id, deletedAt: timeOfChange(now, view.positionOf(id)) })),
                }),
              ),
            ),
          ),
        restore: (fileIds) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            commit(() =>
              chunk(fileIds, maxFilesPerEvent).map((ids) =>
                fileEvents.restored({
                  files: ids.map((id) => ({ id, restoredAt: timeOfChange(now, view.positionOf(id)) })),
                }),
              ),
            ),
          ),
        erase: (fileIds) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            commit(() =>
              chunk(fileIds, maxFilesPerEvent).map((ids) =>
                fileEvents.erased({ files: ids.map((id) => ({ id, erasedAt: new Date(now) })) }),
              ),
            ),
          ),
        erasedContents: () => query<ErasedRow>("SELECT * FROM erasedContents", {}).map(toErasedContent),
        markContentErased: (contents) =>
          commit(() =>
            chunk(contents, maxFilesPerEvent).map((some) =>
              fileEvents.contentErased({
                contents: some.map(({ contentHash, erasedAt }) => ({ contentHash, erasedAt })),
              }),
            ),
          ),
        loadLocal: (fileIds) => readLocalEntries(query, fileIds),
        loadFlagged: () => readFlagged(query),
        pendingPart: makePendingParts(query),
        hasLocalCopy: (contentHash) => hasLocalCopy(query, contentHash),
        localAmong: (contentHashes) => readLocalAmong(query, contentHashes),
        loadLocalCopies: () => readLocalCopies(query),
        loadLocalOfDeleted: () => readDeleted(query, "JOIN"),
        setLocal: (entries) => commitLocal(() => setLocalEvents(entries)),
        isPaused,
        watchPaused,
        setPaused: (paused) => commitLocal(() => [deviceDocument.set({ paused })]),
        watch,
        isReading: () => feed.isBehind,
        acknowledged: Effect.suspend(() => {
          const progress = log.progress()
          // A store that was shut down acknowledges nothing any more.
          return progress === undefined ? Effect.never : Effect.succeed(progress.isSynced)
        }).pipe(
          Effect.repeat({ until: (isSynced) => isSynced, schedule: Schedule.spaced(acknowledgementPoll) }),
          Effect.asVoid,
        ),
        journalWith,
        commitAgain,
        standing: (fact, file) => standingOf(fact, file, view),
        log,
      })
    }),
  )
