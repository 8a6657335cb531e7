/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { Clock, Effect, Layer } from "effect"
import type { FileQuery, FileRecord } from "../../types/index.js"
import { type FactJournal, FileRecords, type RecordChange } from "./FileRecords.js"
import { compareRecords } from "../../utils/compare-records.js"
import { matchesTypes, typePatterns } from "../../utils/type-patterns.js"
import { filesOf, type RecordFact, type RecordPosition, standingOf, timeOfChange } from "./record-facts.js"
import { RecordIndex } from "./record-index.js"
import { fromLogged, toLogged, viewOf } from "./record-log-events.js"
import type { FileFact, RecordLog } from "./record-log.js"
import { noStoreLog } from "./StoreLog.js"

/** File records over a plain log of facts: for tests and simulations, with the meaning of the LiveStore events. */
export const layerRecordLog = (log: RecordLog, storeId: string) =>
  Layer.scoped(
    FileRecords,
    Effect.gen(function* () {
      const index = new RecordIndex()
      const listeners = new Set<(changes: ReadonlyArray<RecordChange>) => void>()
      const refresh = (): ReadonlyArray<RecordChange> =>
        index.replace([...log.tables().rows.values()].filter(({ deletedAt }) => deletedAt === null))
      refresh()
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          log.subscribe(() => {
            const changes = refresh()
            if (changes.length > 0) for (const listener of listeners) listener(changes)
          }),
        ),
        (unsubscribe) => Effect.sync(unsubscribe),
      )
      const view = viewOf(log.tables)
      let journal: FactJournal | undefined
      const toRecordFact = (fact: FileFact): RecordFact => {
        const logged = toLogged(fact)
        const before: Record<string, RecordPosition> = {}
        for (const { id } of filesOf(logged)) {
          const position = view.positionOf(id)
          if (position !== undefined) before[id] = position
        }
        return { ...logged, before, position: null }
      }
      const commit = (facts: ReadonlyArray<FileFact>) =>
        Effect.gen(function* () {
          if (facts.length === 0) return
          const made = facts.map(toRecordFact)
          // As over LiveStore: no caller waits for an upload's event.
          const isFirst = facts.every(({ type }) => type === "uploaded")
          if (isFirst) log.commit(facts)
          if (journal !== undefined) yield* journal.keep(made)
          if (!isFirst) log.commit(facts)
        }).pipe(Effect.uninterruptible)

      const timeFor = (id: string, now: number): Date => timeOfChange(now, view.positionOf(id))
      const heard = new Map<string, number>()
      const lostHere = (contentHash: string, lostAt: Date): number =>
        Math.max(lostAt.getTime(), heard.get(contentHash) ?? 0)
      const deletedSince = (since: number): ReadonlyArray<FileRecord> => {
        const { rows, erased } = log.tables()
        return [...rows.values()].filter(
          ({ id, contentHash, deletedAt }) =>
            deletedAt !== null && lostHere(contentHash, deletedAt) > since && !erased.has(id),
        )
      }

      return FileRecords.of({
        storeId,
        get: (fileId) => index.get(fileId),
        isDeleted: (fileId) => log.tables().rows.get(fileId)?.deletedAt != null,
        isErased: (fileId) => log.tables().erased.has(fileId),
        find: (fileId) => (log.tables().erased.has(fileId) ? undefined : log.tables().rows.get(fileId)),
        listDeleted: (query, since) => {
          const byDeletion = (one: FileRecord, other: FileRecord) =>
            (other.deletedAt?.getTime() ?? 0) - (one.deletedAt?.getTime() ?? 0)
          return query?.order === undefined
            ? list(deletedSince(since), query, byDeletion)
            : list(deletedSince(since), query)
        },
        isReferenced: (contentHash, exceptId) =>
          index.withContent(contentHash).some(({ id }) => id !== exceptId) ||
          [...log.tables().versions.values()].some(
            (version) =>
              version.contentHash === contentHash &&
              version.fileId !== exceptId &&
              index.get(version.fileId) !== undefined,
          ),
        list: (query) => list([...index.all()], query),
        all: () => index.all(),
        withContent: (contentHash) => index.withContent(contentHash),
        withContents: (contentHashes) =>
          contentHashes.flatMap((contentHash) => index.withContent(contentHash)),
        preload: Effect.void,
        versions: (fileId) =>
          [...log.tables().versions.values()]
            .filter((version) => version.fileId === fileId)
            .map((version) => ({
              ...version,
              supersededAt: new Date(lostHere(version.contentHash, version.supersededAt)),
            }))
            .toSorted((one, other) => other.supersededAt.getTime() - one.supersededAt.getTime()),
        isRestorable: (contentHash, since) =>
          [...log.tables().versions.values()].some(
            (version) =>
              version.contentHash === contentHash && lostHere(contentHash, version.supersededAt) > since,
          ) || deletedSince(since).some((record) => record.contentHash === contentHash),
        superseded: () => [
          ...[...log.tables().versions.values()].map((version) => ({
            ...version,
            supersededAt: version.supersededAt.getTime(),
          })),
          ...[...log.tables().rows.values()].flatMap((row) =>
            row.deletedAt === null ? [] : { ...row, supersededAt: row.deletedAt.getTime() },
          ),
        ],
        expired: (since) => {
          const { rows, versions } = log.tables()
          const lost = [
            ...[...versions.values()].map(
              ({ contentHash, supersededAt }) => [contentHash, supersededAt] as const,
            ),
            ...[...rows.values()].flatMap(({ id, contentHash, deletedAt }) =>
              deletedAt !== null && log.local.has(id) ? [[contentHash, deletedAt] as const] : [],
            ),
          ]
          const latest = new Map<string, number>()
          for (const [contentHash, lostAt] of lost)
            latest.set(contentHash, Math.max(lostHere(contentHash, lostAt), latest.get(contentHash) ?? 0))
          return [...latest].flatMap(([contentHash, lostAt]) =>
            lostAt <= since ? [{ contentHash, lostAt }] : [],
          )
        },
        noteHeard: (contentHashes, heardAt) =>
          Effect.sync(() => {
            for (const contentHash of contentHashes)
              if (!heard.has(contentHash)) heard.set(contentHash, heardAt)
          }),
        pruneVersions: (until) =>
          Effect.sync(() => {
            const { versions } = log.tables()
            for (const [key, { contentHash, supersededAt }] of versions)
              if (lostHere(contentHash, supersededAt) <= until) versions.delete(key)
          }),
        create: (records) => commit(records.map((record) => ({ type: "created", record }))),
        update: (changes) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            commit(
              changes.flatMap(
                ({ id, content, remoteKey, mimeType, name, metadata }): ReadonlyArray<FileFact> => [
                  {
                    type: "updated",
                    id,
                    content,
                    mimeType,
                    name,
                    metadata,
                    updatedAt: timeFor(id, now),
                  },
                  ...(content === undefined || remoteKey === undefined
                    ? []
                    : [{ type: "uploaded" as const, id, contentHash: content.contentHash, remoteKey }]),
                ],
              ),
            ),
          ),
        markUploaded: (uploads) =>
          Effect.suspend(() =>
            commit(
              uploads.flatMap(({ contentHash, remoteKey }) =>
                index
                  .withContent(contentHash)
                  .filter((record) => record.remoteKey !== remoteKey)
                  .map(({ id }): FileFact => ({ type: "uploaded", id, contentHash, remoteKey })),
              ),
            ),
          ),
        markMissing: (contents) =>
          Effect.suspend(() =>
            commit(
              contents.flatMap(({ contentHash, remoteKey }) =>
                index
                  .withContent(contentHash)
                  .filter((record) => record.remoteKey === remoteKey)
                  .map(({ id }): FileFact => ({ type: "missing", id, contentHash, remoteKey })),
              ),
            ),
          ),
        lostKeys: (fileIds) => {
          const { lostKeys } = log.tables()
          return new Map(fileIds.flatMap((id) => (lostKeys.has(id) ? [[id, lostKeys.get(id) ?? ""]] : [])))
        },
        remove: (fileIds) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            commit(fileIds.map((id) => ({ type: "deleted", id, deletedAt: timeFor(id, now) }))),
          ),
        restore: (fileIds) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            commit(fileIds.map((id) => ({ type: "restored", id, restoredAt: timeFor(id, now) }))),
          ),
        erase: (fileIds) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            commit(fileIds.map((id) => ({ type: "erased", id, erasedAt: new Date(now) }))),
          ),
        erasedContents: () => [...log.tables().erasedContents.values()],
        markContentErased: (contents) =>
          commit(
            contents.map(({ contentHash, erasedAt }) => ({ type: "contentErased", contentHash, erasedAt })),
          ),
        loadLocal: (fileIds) => fileIds.flatMap((fileId) => log.local.get(fileId) ?? []),
        loadFlagged: () =>
          [...log.local.values()].filter(
            ({ pinned, evicted, failedHash }) => pinned || evicted || failedHash !== "",
          ),
        pendingPart: (hasRemote) => ({
          rows: [...index.all()].filter(
            ({ id, contentHash, remoteKey }) =>
              log.local.get(id)?.localHash !== contentHash || (hasRemote && remoteKey === null),
          ),
          next: undefined,
        }),
        hasLocalCopy: (contentHash) =>
          [...log.local.values()].some(({ localHash }) => localHash === contentHash),
        localAmong: (asked) =>
          new Set(
            [...log.local.values()].flatMap(({ localHash: hash }) => (asked.includes(hash) ? hash : [])),
          ),
        loadLocalCopies: () => [...log.local.values()].flatMap(({ localHash }) => localHash || []),
        loadLocalOfDeleted: () =>
          [...log.local.values()].filter(({ fileId }) => log.tables().rows.get(fileId)?.deletedAt != null),
        setLocal: (entries) =>
          Effect.sync(() => {
            for (const entry of entries) {
              const isEmpty =
                entry.localHash === "" && entry.failedHash === "" && !entry.pinned && !entry.evicted
              if (isEmpty) log.local.delete(entry.fileId)
              else log.local.set(entry.fileId, entry)
            }
          }),
        isPaused: () => log.device.paused,
        watchPaused: (listener) =>
          Effect.acquireRelease(
            Effect.sync(() => log.device.watch(listener)),
            (unwatch) => Effect.sync(unwatch),
          ),
        setPaused: (paused) => Effect.sync(() => log.device.set(paused)),
        watch: (listener) =>
          Effect.acquireRelease(
            Effect.sync(() => void listeners.add(listener)),
            () => Effect.sync(() => void listeners.delete(listener)),
          ),
        isReading: () => false,
        journalWith: (given) =>
          Effect.acquireRelease(
            Effect.sync(() => {
              journal = given
            }),
            () =>
              Effect.sync(() => {
                journal = undefined
              }),
          ),
        commitAgain: (events) => commit(events.flatMap(fromLogged)),
        standing: (fact, file) => standingOf(fact, file, view),
        log: noStoreLog,
        acknowledged: Effect.async<void>((resume) => {
          const stop = log.acknowledged(() => resume(Effect.void))
          return Effect.sync(stop)
        }),
      })
    }),
  )

const list = (
  records: ReadonlyArray<FileRecord>,
  query: FileQuery = {},
  compare: (one: FileRecord, other: FileRecord) => number = compareRecords(query.order),
): ReadonlyArray<FileRecord> => {
  const types = typePatterns(query.type)
  const sorted = records.filter(({ mimeType }) => matchesTypes(mimeType, types)).toSorted(compare)
  const start = query.offset ?? 0
  return sorted.slice(start, query.limit === undefined ? undefined : start + query.limit)
}
