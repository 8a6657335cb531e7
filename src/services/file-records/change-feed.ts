import type { FileRecord } from "../../types/index.js"
import type { RecordChange } from "./FileRecords.js"
import { type Position, readLatest, readLiveFacts, readLiveRows } from "./all-rows.js"
import { RecordIndex } from "./record-index.js"
import { type FileRow, toRecord } from "./record-row.js"

/** Runs one SQL query on the `files` table. */
export type QueryRows = <Row>(sql: string, bindValues: Record<string, number | string>) => ReadonlyArray<Row>

/** How many of the latest changes are compared after each change. Our choice: more than one event can hold. */
const comparedRows = 128

/**
 * Finds what changed in the `files` table at a cost that does not grow with it. Every change gives its row the next
 * revision, so what is new lies behind the last revision seen. LiveStore may also roll back and replay (a rebase);
 * then the latest rows seen are no longer in their places, and everything is read again.
 */
export class ChangeFeed {
  readonly index: RecordIndex
  readonly #query: QueryRows
  /** The latest rows seen, newest first. */
  #latest: ReadonlyArray<Position> = []

  constructor(query: QueryRows) {
    this.#query = query
    this.index = new RecordIndex({
      one: (fileId) =>
        query<FileRow>("SELECT * FROM files WHERE id = $fileId AND deletedAt IS NULL", { fileId }).map(
          toRecord,
        )[0],
      every: () => readLiveRows(query).map(toRecord),
    })
    this.index.begin(readLiveFacts(query))
    this.#noteLatest()
  }

  /** What changed since the last call. */
  poll(): ReadonlyArray<RecordChange> {
    const last = this.#latest[0]?.revision ?? 0
    const fresh = this.#query<FileRow>("SELECT * FROM files WHERE revision > $last ORDER BY revision DESC", {
      last,
    })
    if (!this.#isUndisturbed(last, fresh)) return this.#readAll()
    if (fresh.length === 0) return []
    const moved = new Set(fresh.map((row) => row.id))
    this.#latest = [...fresh.map(toPosition), ...this.#latest.filter((row) => !moved.has(row.id))].slice(
      0,
      comparedRows,
    )
    return this.#apply(fresh.toReversed().map(toRecord))
  }

  #isUndisturbed(last: number, fresh: ReadonlyArray<FileRow>): boolean {
    const moved = new Set(fresh.map((row) => row.id))
    const expected = this.#latest.filter((row) => !moved.has(row.id))
    const actual = readLatest(this.#query, { limit: expected.length, upTo: last })
    return actual.length === expected.length && actual.every((row, at) => isSamePosition(row, expected[at]))
  }

  #readAll(): ReadonlyArray<RecordChange> {
    const all = readLiveFacts(this.#query)
    this.#noteLatest()
    const ids = new Set(all.map(({ id }) => id))
    return [
      ...this.index.retain((id) => ids.has(id)),
      ...all.flatMap((facts) => this.index.applyFacts(facts) ?? []),
    ]
  }

  #noteLatest(): void {
    this.#latest = readLatest(this.#query, { limit: comparedRows })
  }

  #apply(records: ReadonlyArray<FileRecord>): ReadonlyArray<RecordChange> {
    return records.flatMap((record) => this.index.apply(record) ?? [])
  }
}

const toPosition = ({ id, revision, contentHash, remoteKey, updatedAt, deletedAt }: FileRow): Position => ({
  id,
  revision,
  contentHash,
  remoteKey,
  updatedAt,
  deletedAt,
})

const isSamePosition = (one: Position, other: Position | undefined): boolean =>
  other !== undefined &&
  one.id === other.id &&
  one.revision === other.revision &&
  one.contentHash === other.contentHash &&
  one.remoteKey === other.remoteKey &&
  one.updatedAt === other.updatedAt &&
  one.deletedAt === other.deletedAt
