import type { RecordChange } from "./FileRecords.js"
import { type Position, positionColumns, readDeleted, readLatest, readLiveRows } from "./all-rows.js"
import { RecordIndex, type SourceRecord } from "./record-index.js"
import { type FileRow, toRecord } from "./record-row.js"

/** Runs one SQL query on the `files` table. */
export type QueryRows = <Row>(sql: string, bindValues: Record<string, number | string>) => ReadonlyArray<Row>

/** How many of the latest changes are compared after each change. Our choice: more than one event can hold. */
const comparedRows = 128

/** A changed row, and the contents that lost to its present one when it was last updated: a list as JSON. */
type FreshRow = FileRow & { readonly superseded: string }

const supersededSql =
  "SELECT json_group_array(contentHash) FROM fileVersions WHERE fileId = files.id AND supersededAt >= files.updatedAt"

const freshSql = `SELECT files.*, (${supersededSql}) AS superseded FROM files WHERE revision > $last ORDER BY revision DESC`

/**
 * Finds what changed in the `files` table at a cost that does not grow with it. Every change gives its row the next
 * revision, so what is new lies behind the last revision seen. LiveStore may also roll back and replay (a rebase);
 * then the latest rows seen are no longer in their places, and everything is read again.
 */
export class ChangeFeed {
  readonly index: RecordIndex
  readonly #query: QueryRows
  /** The latest rows seen, newest first. */
  #latest: ReadonlyArray<Position>
  /** The index had everything when the last change was told. */
  #wasWhole = false

  constructor(query: QueryRows) {
    this.#query = query
    this.#latest = readLatest(query, comparedRows)
    this.index = new RecordIndex({
      having: (column, value) =>
        query<FileRow>(`SELECT * FROM files WHERE ${column} = $value AND deletedAt IS NULL`, { value }).map(
          this.#toSource,
        ),
      every: () => readLiveRows(query).map(this.#toSource),
    })
  }

  /** What changed since the last call. */
  poll(): ReadonlyArray<RecordChange> {
    const changes = this.#find()
    this.#wasWhole = this.index.isWhole
    return changes
  }

  #find(): ReadonlyArray<RecordChange> {
    const last = this.#last()
    const fresh = this.#query<FreshRow>(freshSql, { last })
    if (!this.#isUndisturbed(last, fresh)) return this.#readAll()
    if (fresh.length === 0) return []
    const moved = new Set(fresh.map((row) => row.id))
    this.#latest = [...fresh, ...this.#latest.filter((row) => !moved.has(row.id))].slice(0, comparedRows)
    return fresh
      .toReversed()
      .flatMap((row) => this.index.apply(toRecord(row), JSON.parse(row.superseded) as Array<string>) ?? [])
  }

  readonly #last = (): number => this.#latest[0]?.revision ?? 0

  readonly #toSource = (row: FileRow): SourceRecord => ({
    record: toRecord(row),
    isTold: row.revision <= this.#last(),
  })

  #isUndisturbed(last: number, fresh: ReadonlyArray<FileRow>): boolean {
    const moved = new Set(fresh.map((row) => row.id))
    const expected = this.#latest.filter((row) => !moved.has(row.id))
    const actual = readLatest(this.#query, expected.length, last)
    return actual.length === expected.length && actual.every((row, at) => isSamePosition(row, expected[at]))
  }

  /** Of what was never in memory nobody knows how it was: all of it is told, deletions too. */
  #readAll(): ReadonlyArray<RecordChange> {
    const changes = this.index.replace(readLiveRows(this.#query).map(toRecord), this.#wasWhole)
    this.#latest = readLatest(this.#query, comparedRows)
    if (this.#wasWhole) return changes
    return [
      ...changes,
      ...readDeleted(this.#query, "LEFT JOIN").map(({ fileId, localHash }) => ({
        fileId,
        after: undefined,
        superseded: localHash ? [localHash] : [],
      })),
    ]
  }
}

const isSamePosition = (one: Position, other: Position | undefined): boolean =>
  other !== undefined && positionColumns.every((column) => one[column] === other[column])
