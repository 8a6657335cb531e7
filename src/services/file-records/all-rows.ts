import type { LocalFileEntry } from "../../schema/local-file-state.js"
import type { QueryRows } from "./change-feed.js"
import type { RowPart } from "./FileRecords.js"
import type { FileRecord } from "../../types/index.js"
import { fileColumns, type FileRow, toRecord } from "./record-row.js"

/**
 * Whole tables cross from SQLite as one string: one crossing and one `JSON.parse` instead of one for every column of
 * every row. Reading 10,000 records took 190 ms row by row.
 */
const asOne = (columns: ReadonlyArray<string>, from: string): string =>
  `SELECT json_group_array(json_array(${columns.join(", ")})) AS everything FROM ${from}`

const toRows = <Row>(columns: ReadonlyArray<string>, everything: string | undefined): ReadonlyArray<Row> =>
  (JSON.parse(everything ?? "[]") as ReadonlyArray<ReadonlyArray<unknown>>).map((values) => {
    const row: Record<string, unknown> = {}
    for (const [at, column] of columns.entries()) row[column] = values[at]
    return row as Row
  })

const readAsOne = <Row>(
  query: QueryRows,
  columns: ReadonlyArray<string>,
  from: string,
  bindValues: Record<string, number | string> = {},
): ReadonlyArray<Row> =>
  toRows(columns, query<{ readonly everything: string }>(asOne(columns, from), bindValues)[0]?.everything)

/** Every live row of `files`, in no order. */
export const readLiveRows = (query: QueryRows): ReadonlyArray<FileRow> =>
  readAsOne(query, fileColumns, "files WHERE deletedAt IS NULL")

/** Live rows with any of these contents. */
export const readWithContents = (
  query: QueryRows,
  contentHashes: ReadonlyArray<string>,
): ReadonlyArray<FileRow> =>
  readAsOne(
    query,
    fileColumns,
    "files WHERE contentHash IN (SELECT value FROM json_each($hashes)) AND deletedAt IS NULL",
    { hashes: JSON.stringify(contentHashes) },
  )

/** SQL for the content hashes that a row's last update replaced, as a JSON array. */
const supersededSql =
  "(SELECT json_group_array(contentHash) FROM fileVersions WHERE fileId = files.id AND supersededAt >= files.updatedAt)"

/** The first rows above a revision, oldest change first, tombstones too. */
export const readRowsAbove = <Row extends FileRow & { readonly superseded: string }>(
  query: QueryRows,
  revision: number,
  limit: number,
): ReadonlyArray<Row> =>
  readAsOne<Row>(
    query,
    [...fileColumns, "superseded"],
    `(SELECT files.*, ${supersededSql} AS superseded FROM files WHERE revision > $revision ORDER BY revision LIMIT $limit)`,
    { revision, limit },
  )

/** Which of these rows are above a revision. */
export const readMovedAbove = (
  query: QueryRows,
  revision: number,
  fileIds: ReadonlyArray<string>,
): ReadonlySet<string> =>
  new Set(
    readAsOne<FileRow>(
      query,
      ["id"],
      "files WHERE id IN (SELECT value FROM json_each($ids)) AND revision > $revision",
      { ids: JSON.stringify(fileIds), revision },
    ).map(({ id }) => id),
  )

/** Keys at which some device did not find the content of these rows. */
export const readLostKeys = (query: QueryRows, fileIds: ReadonlyArray<string>): ReadonlyMap<string, string> =>
  new Map(
    fileIds.length === 0
      ? []
      : readAsOne<{ readonly id: string; readonly lostKey: string }>(
          query,
          ["id", "lostKey"],
          "files WHERE id IN (SELECT value FROM json_each($ids)) AND lostKey IS NOT NULL",
          { ids: JSON.stringify(fileIds) },
        ).map(({ id, lostKey }) => [id, lostKey]),
  )

/** One row, a tombstone too. */
export const readRow = (query: QueryRows, fileId: string): FileRow | undefined =>
  query<FileRow>("SELECT * FROM files WHERE id = $fileId", { fileId })[0]

/** Deleted records, with the content (empty = none) that this device's index still has; `JOIN` leaves out those it does not know. */
export const readDeleted = (
  query: QueryRows,
  join: "JOIN" | "LEFT JOIN",
): ReadonlyArray<Pick<LocalFileEntry, "fileId" | "localHash">> =>
  readAsOne(
    query,
    ["fileId", "localHash"],
    `(SELECT id AS fileId, ifnull(localHash, '') AS localHash FROM files ${join} localFileState ON fileId = id WHERE deletedAt IS NOT NULL)`,
  )

/**
 * What distinguishes two states of a row. Its time alone does not: a rebase may put another device's new name before our own
 * later update, whose time the row then has again.
 */
export const positionColumns = [
  "id",
  "revision",
  "contentHash",
  "remoteKey",
  "name",
  "mimeType",
  "metadata",
  "updatedAt",
  "deletedAt",
] as const

/** The {@link positionColumns} of a row. */
export type Position = Pick<FileRow, (typeof positionColumns)[number]>

/** The rows that changed last, newest first, tombstones too; default the newest of all. */
export const readLatest = (
  query: QueryRows,
  limit: number,
  upTo = Number.MAX_SAFE_INTEGER,
  from = 0,
): ReadonlyArray<Position> =>
  readAsOne(
    query,
    positionColumns,
    `(SELECT ${positionColumns.join(", ")} FROM files WHERE revision BETWEEN $from AND $upTo ORDER BY revision DESC LIMIT $limit)`,
    { from, upTo, limit },
  )

const localColumns = ["fileId", "localHash", "failedHash", "failedReason", "pinned", "evicted"] as const

const toLocalEntry = (row: LocalFileEntry): LocalFileEntry => ({
  ...row,
  // SQLite has no booleans.
  pinned: Boolean(row.pinned),
  evicted: Boolean(row.evicted),
})

/** Rows of this device's index. */
export const readLocalEntries = (
  query: QueryRows,
  fileIds: ReadonlyArray<string>,
): ReadonlyArray<LocalFileEntry> =>
  readAsOne<LocalFileEntry>(
    query,
    localColumns,
    "localFileState WHERE fileId IN (SELECT value FROM json_each($ids))",
    { ids: JSON.stringify(fileIds) },
  ).map(toLocalEntry)

/** Rows of this device's index that hold more than a presence: pins, evictions, failures. */
export const readFlagged = (query: QueryRows): ReadonlyArray<LocalFileEntry> =>
  readAsOne<LocalFileEntry>(
    query,
    localColumns,
    "localFileState WHERE pinned OR evicted OR failedHash <> ''",
  ).map(toLocalEntry)

/** Rows of `files` that one part of a long reading looks at: 20 ms on a slow machine when all of them are wanted. */
const rowsPerPart = 1_000

interface PartAnswer {
  readonly everything: string
  readonly last: string | null
  readonly looked: number
}

/** Reads one part: at most `size` rows, before those are left out that the condition does not want. */
const askPart = (
  query: QueryRows,
  condition: string,
  after: string,
  size: number,
): PartAnswer | undefined => {
  const part = "SELECT * FROM files WHERE id > $after ORDER BY id LIMIT $size"
  const from = `(${part}) LEFT JOIN localFileState ON fileId = id WHERE deletedAt IS NULL AND (${condition})`
  return query<PartAnswer>(
    `SELECT (${asOne(fileColumns, from)}) AS everything,
    (SELECT max(id) FROM (${part})) AS last, (SELECT count(*) FROM (${part})) AS looked`,
    { after, size },
  )[0]
}

const toPart = (answer: PartAnswer | undefined, size: number): RowPart<FileRow> => ({
  rows: toRows<FileRow>(fileColumns, answer?.everything),
  next: answer?.looked === size ? (answer.last ?? undefined) : undefined,
})

/** A part of the live rows. */
export const readLivePart = (query: QueryRows, after: string, size = rowsPerPart): RowPart<FileRow> =>
  toPart(askPart(query, "true", after, size), size)

/**
 * Parts of the live rows whose content is, by this device's index, not both here and at the remote; where there is no
 * remote, not here. When all of ten thousand files are both, all parts together take 20 ms.
 */
export const makePendingParts = (query: QueryRows, size = rowsPerPart) => {
  // A start asks several times; LiveStore gives the same answer again until a table has changed, and then forgets it.
  const parts = new WeakMap<PartAnswer, RowPart<FileRecord>>()
  return (hasRemote: boolean, after: string): RowPart<FileRecord> => {
    const condition = `localHash IS NOT contentHash${hasRemote ? " OR remoteKey IS NULL" : ""}`
    const answer = askPart(query, condition, after, size)
    const known = answer === undefined ? undefined : parts.get(answer)
    if (known !== undefined) return known
    const { rows, next } = toPart(answer, size)
    const part = { rows: rows.map(toRecord), next }
    if (answer !== undefined) parts.set(answer, part)
    return part
  }
}

/**
 * Whether this content is here by this device's index; found through the records that have it or had it, which are
 * indexed.
 */
export const hasLocalCopy = (query: QueryRows, contentHash: string): boolean =>
  query(
    `SELECT 1 FROM localFileState WHERE localHash = $contentHash AND fileId IN (
      SELECT id FROM files WHERE contentHash = $contentHash
      UNION ALL SELECT fileId FROM fileVersions WHERE contentHash = $contentHash
    ) LIMIT 1`,
    { contentHash },
  ).length > 0

/** Which of these contents are here by this device's index, found in the same way. */
export const readLocalAmong = (query: QueryRows, contentHashes: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(
    readAsOne<LocalFileEntry>(
      query,
      ["localHash"],
      `localFileState WHERE localHash IN (SELECT value FROM json_each($hashes)) AND fileId IN (
        SELECT id FROM files WHERE contentHash IN (SELECT value FROM json_each($hashes))
        UNION ALL SELECT fileId FROM fileVersions WHERE contentHash IN (SELECT value FROM json_each($hashes))
      )`,
      { hashes: JSON.stringify(contentHashes) },
    ).map(({ localHash }) => localHash),
  )

/** Every content that is here by this device's index. */
export const readLocalCopies = (query: QueryRows): ReadonlyArray<string> =>
  readAsOne<LocalFileEntry>(query, ["localHash"], "localFileState WHERE localHash <> ''").map(
    ({ localHash }) => localHash,
  )
