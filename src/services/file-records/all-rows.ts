import type { LocalFileEntry } from "../../schema/local-file-state.js"
import type { QueryRows } from "./change-feed.js"
import type { RecordFacts } from "./FileRecords.js"
import type { FileRow } from "./record-row.js"

/**
 * Whole tables cross from SQLite as one string: one crossing and one `JSON.parse` instead of one for every column of
 * every row. Reading 10,000 records took 190 ms row by row.
 */
const readAsOne = (
  query: QueryRows,
  columns: ReadonlyArray<string>,
  from: string,
  bindValues: Record<string, number | string> = {},
): ReadonlyArray<Array<unknown>> => {
  const sql = `SELECT json_group_array(json_array(${columns.join(", ")})) AS everything FROM ${from}`
  const [row] = query<{ readonly everything: string }>(sql, bindValues)
  return row === undefined ? [] : (JSON.parse(row.everything) as ReadonlyArray<Array<unknown>>)
}

const fileColumns = [
  "id",
  "name",
  "mimeType",
  "sizeBytes",
  "contentHash",
  "path",
  "remoteKey",
  "metadata",
  "createdAt",
  "updatedAt",
  "deletedAt",
  "revision",
] as const satisfies ReadonlyArray<keyof FileRow>

/** Every live row of `files`, in no order. */
export const readLiveRows = (query: QueryRows): ReadonlyArray<FileRow> =>
  readAsOne(query, fileColumns, "files WHERE deletedAt IS NULL").map(
    ([
      id,
      name,
      mimeType,
      sizeBytes,
      contentHash,
      path,
      remoteKey,
      metadata,
      createdAt,
      updatedAt,
      deletedAt,
      revision,
    ]) =>
      ({
        id,
        name,
        mimeType,
        sizeBytes,
        contentHash,
        path,
        remoteKey,
        metadata,
        createdAt,
        updatedAt,
        deletedAt,
        revision,
      }) as FileRow,
  )

/** What decides about each of them: a quarter of the time that whole rows take. */
export const readLiveFacts = (query: QueryRows): ReadonlyArray<RecordFacts> =>
  readAsOne(query, ["id", "contentHash", "remoteKey", "updatedAt"], "files WHERE deletedAt IS NULL").map(
    ([id, contentHash, remoteKey, updatedAtMs]) =>
      ({ id, contentHash, remoteKey, updatedAtMs }) as RecordFacts,
  )

const positionColumns = ["id", "revision", "contentHash", "remoteKey", "updatedAt", "deletedAt"] as const

/** What tells two states of a row apart; a new name or new metadata comes with a new time. */
export type Position = Pick<FileRow, (typeof positionColumns)[number]>

/** The rows that changed last, newest first, tombstones too; default the newest of all. */
export const readLatest = (
  query: QueryRows,
  { limit, upTo = Number.MAX_SAFE_INTEGER }: { readonly limit: number; readonly upTo?: number },
): ReadonlyArray<Position> =>
  readAsOne(
    query,
    positionColumns,
    `(SELECT ${positionColumns.join(", ")} FROM files WHERE revision <= $upTo ORDER BY revision DESC LIMIT $limit)`,
    { upTo, limit },
  ).map(
    ([id, revision, contentHash, remoteKey, updatedAt, deletedAt]) =>
      ({ id, revision, contentHash, remoteKey, updatedAt, deletedAt }) as Position,
  )

const localColumns = ["fileId", "localHash", "failedHash", "failedReason", "pinned", "evicted"] as const

const toLocalEntry = ([
  fileId,
  localHash,
  failedHash,
  failedReason,
  pinned,
  evicted,
]: ReadonlyArray<unknown>) =>
  ({
    fileId,
    localHash,
    failedHash,
    failedReason,
    pinned: pinned === 1,
    evicted: evicted === 1,
  }) as LocalFileEntry

/** Rows of this device's index; `which` is SQL. */
const readLocal = (query: QueryRows, which: string, bindValues?: Record<string, string>) =>
  readAsOne(query, localColumns, `localFileState ${which}`, bindValues).map(toLocalEntry)

/** Rows of this device's index: all, or of these files. */
export const readLocalEntries = (
  query: QueryRows,
  fileIds?: ReadonlyArray<string>,
): ReadonlyArray<LocalFileEntry> =>
  fileIds === undefined
    ? readLocal(query, "")
    : readLocal(query, "WHERE fileId IN (SELECT value FROM json_each($ids))", {
        ids: JSON.stringify(fileIds),
      })

/** Its rows of deleted records. */
export const readLocalOfDeleted = (query: QueryRows): ReadonlyArray<LocalFileEntry> =>
  readLocal(query, "WHERE fileId IN (SELECT id FROM files WHERE deletedAt IS NOT NULL)")

/** Every content this device has, by its index, and its rows that say more than that: in one look at the table. */
export const readLocalInShort = (
  query: QueryRows,
): { readonly present: ReadonlyArray<string>; readonly flagged: ReadonlyArray<LocalFileEntry> } => {
  const [row] = query<{ readonly present: string | null; readonly flagged: string }>(
    `SELECT group_concat(localHash, char(10)) FILTER (WHERE localHash <> '') AS present,
      json_group_array(json_array(${localColumns.join(", ")})) FILTER (WHERE pinned OR evicted OR failedHash <> '') AS flagged
      FROM localFileState`,
    {},
  )
  return {
    present: row?.present?.split("\n") ?? [],
    flagged: row === undefined ? [] : (JSON.parse(row.flagged) as Array<Array<unknown>>).map(toLocalEntry),
  }
}
