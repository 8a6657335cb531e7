import type { LocalFileEntry } from "../../schema/local-file-state.js"
import type { QueryRows } from "./change-feed.js"
import type { FileRow } from "./record-row.js"

/**
 * Whole tables cross from SQLite as one string: one crossing and one `JSON.parse` instead of one for every column of
 * every row. Reading 10,000 records took 190 ms row by row.
 */
const readAsOne = (
  query: QueryRows,
  columns: ReadonlyArray<string>,
  from: string,
): ReadonlyArray<Array<unknown>> => {
  const sql = `SELECT json_group_array(json_array(${columns.join(", ")})) AS everything FROM ${from}`
  const [row] = query<{ readonly everything: string }>(sql, {})
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

const localColumns = ["fileId", "localHash", "failedHash", "failedReason", "pinned", "evicted"] as const

/** Every row of this device's index. */
export const readLocalEntries = (query: QueryRows): ReadonlyArray<LocalFileEntry> =>
  readAsOne(query, localColumns, "localFileState").map(
    ([fileId, localHash, failedHash, failedReason, pinned, evicted]) =>
      ({
        fileId,
        localHash,
        failedHash,
        failedReason,
        pinned: pinned === 1,
        evicted: evicted === 1,
      }) as LocalFileEntry,
  )
