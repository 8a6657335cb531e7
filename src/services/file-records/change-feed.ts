import type { FileRecord } from "../../types/index.js"
import type { RecordChange } from "./FileRecords.js"
import {
  type Position,
  readLatest,
  readLivePart,
  readLiveRows,
  readMovedAbove,
  readRow,
  readRowsAbove,
  readWithContents,
} from "./all-rows.js"
import { commonRows, isSamePosition, isSameState } from "./common-positions.js"
import { RecordIndex, type SourceRecord } from "./record-index.js"
import { type FileRow, toRecord } from "./record-row.js"

/** Runs one SQL query on the `files` table. */
export type QueryRows = <Row>(sql: string, bindValues: Record<string, number | string>) => ReadonlyArray<Row>

/** How much a feed remembers and reads, in rows. */
export interface FeedLimits {
  /** How many of the latest rows are remembered at the start: more than two events can move. */
  readonly rememberedAtStart: number
  /** Rows that are remembered at most. A rebase of more pending facts reads the whole table, part by part. */
  readonly maxRemembered: number
  /** How many of the remembered rows are compared after each change. */
  readonly compared: number
  /** Fewer unmoved rows than this prove nothing, unless there are no others. */
  readonly minProof: number
  /** Rows that one `poll` reports at most: 10 to 20 ms on a slow machine; an ordinary bulk action changes fewer. */
  readonly maxPerPoll: number
}

const defaultLimits: FeedLimits = {
  rememberedAtStart: 256,
  maxRemembered: 2_000,
  compared: 128,
  minProof: 16,
  maxPerPoll: 500,
}

/** Contents that are looked up one by one rather than by a statement of their own. */
const fewContents = 10

/** A changed row, with the content hashes that its last update replaced, as a JSON array. */
type FreshRow = FileRow & { readonly superseded: string }

/** A row as it was last reported, as far as it is remembered. */
type Reported = Position | Pick<Position, "contentHash">

/**
 * Finds what changed in the `files` table at a cost that does not grow with it. Every change gives its row the next
 * revision, so what is new lies above the last revision seen. LiveStore may also roll back and replay (a rebase): then
 * rows that were seen are no longer in their places. The remembered places say up to which revision nothing has moved,
 * and everything above it is read again; where they do not reach, the whole table is.
 *
 * One call reads a bounded number of rows. While rows are left (`isBehind`), the index looks everything up in the table.
 */
export class ChangeFeed {
  readonly index: RecordIndex
  readonly #query: QueryRows
  readonly #limits: FeedLimits
  /** The latest rows that were reported, newest first. */
  #seen: ReadonlyArray<Position>
  /** `#seen` holds every row up to `#last`. */
  #hasSeenAll: boolean
  /** Everything up to this revision was reported. */
  #last: number
  /** All rows have been read since the feed was last up to date. */
  #isFromStart = false
  /** Rows as they were last reported above the place where reading began again, until they are met there. */
  readonly #unconfirmed = new Map<string, Reported>()

  constructor(query: QueryRows, limits: FeedLimits = defaultLimits) {
    this.#query = query
    this.#limits = limits
    this.#seen = readLatest(query, limits.rememberedAtStart)
    this.#hasSeenAll = this.#seen.length < limits.rememberedAtStart
    this.#last = this.#seen[0]?.revision ?? 0
    this.index = new RecordIndex({
      having: (column, value) =>
        query<FileRow>(`SELECT * FROM files WHERE ${column} = $value AND deletedAt IS NULL`, { value }).map(
          this.#toSource,
        ),
      every: () => readLiveRows(query).map(this.#toSource),
    })
  }

  /** There is more to report than the last call did: call `poll` again. */
  get isBehind(): boolean {
    return this.index.isSuspended
  }

  /** What changed since the last call, or as much of it as one call may read. */
  poll(): ReadonlyArray<RecordChange> {
    this.index.beginReport()
    const readAbove = () => readRowsAbove<FreshRow>(this.#query, this.#last, this.#limits.maxPerPoll)
    let fresh = readAbove()
    const moved = this.#movedAbove(fresh)
    const kept = this.#seen.filter(({ id }) => !moved.has(id))
    if (this.#isUndisturbed(kept)) this.#remember(fresh, kept)
    else {
      this.#goBack(kept)
      // Enough rows for one call.
      if (this.#unconfirmed.size > this.#limits.maxPerPoll) {
        this.index.suspend()
        return []
      }
      fresh = readAbove()
      this.#remember(fresh, this.#seen)
    }
    const changes = fresh.flatMap((row) => this.#report(row))
    if (fresh.length === this.#limits.maxPerPoll) {
      this.index.suspend()
      return changes
    }
    const gone = this.#reportUnconfirmed()
    this.index.resume(this.#isFromStart)
    this.#isFromStart = false
    return [...changes, ...gone]
  }

  /**
   * Reads the part of all live records that begins after this id into the index; gives where the next one begins, the same
   * `after` when it has to be tried again, and `undefined` when all are read.
   */
  readPart(after: string): string | undefined {
    if (this.index.isWhole) return undefined
    const { rows, next } = readLivePart(this.#query, after)
    return this.index.takePart(rows.map(this.#toSource), next === undefined) ? next : after
  }

  /** Live records with any of these contents, as the table has them now. */
  withContents(contentHashes: ReadonlyArray<string>): ReadonlyArray<FileRecord> {
    const isInMemory = this.index.isWhole && !this.index.isSuspended
    if (isInMemory || contentHashes.length < fewContents)
      return contentHashes.flatMap((contentHash) => this.index.withContent(contentHash))
    return readWithContents(this.#query, contentHashes).map(toRecord)
  }

  readonly #toSource = (row: FileRow): SourceRecord => ({
    record: toRecord(row),
    isReported: row.revision <= this.#last,
  })

  /** Which of the seen rows are above `#last` now: they changed as any row does. */
  #movedAbove(fresh: ReadonlyArray<FileRow>): ReadonlySet<string> {
    if (fresh.length < this.#limits.maxPerPoll) return new Set(fresh.map(({ id }) => id))
    return readMovedAbove(
      this.#query,
      this.#last,
      this.#seen.map(({ id }) => id),
    )
  }

  /** Whether the rows that did not move are the topmost ones up to `#last`, as they were. */
  #isUndisturbed(kept: ReadonlyArray<Position>): boolean {
    const expected = kept.slice(0, this.#limits.compared)
    const isAll = this.#hasSeenAll && expected.length === kept.length
    if (!isAll && expected.length < this.#limits.minProof) return false
    // One more than all: there must be none.
    const actual = readLatest(this.#query, expected.length + (isAll ? 1 : 0), this.#last)
    return actual.length === expected.length && actual.every((row, at) => isSamePosition(row, expected[at]))
  }

  #remember(fresh: ReadonlyArray<FileRow>, kept: ReadonlyArray<Position>): void {
    this.#last = fresh.at(-1)?.revision ?? this.#last
    if (fresh.length === 0 && kept === this.#seen) return
    const seen = [...fresh.toReversed(), ...kept]
    this.#hasSeenAll &&= seen.length <= this.#limits.maxRemembered
    this.#seen = seen.slice(0, this.#limits.maxRemembered)
  }

  /** Begins again above the last place up to which nothing has moved. */
  #goBack(kept: ReadonlyArray<Position>): void {
    const floor = this.#hasSeenAll ? 0 : (this.#seen.at(-1)?.revision ?? 0)
    const actual = readLatest(this.#query, this.#limits.maxRemembered + 1, this.#last, floor)
    const common = commonRows(kept.toReversed(), actual.toReversed())
    const isProof = this.#hasSeenAll || common.length >= this.#limits.minProof
    const stays = new Set(isProof ? common.map(({ id }) => id) : [])
    if (!isProof)
      for (const { id, contentHash } of this.index.known()) this.#unconfirmed.set(id, { contentHash })
    for (const row of this.#seen) if (!stays.has(row.id)) this.#unconfirmed.set(row.id, row)
    this.#seen = isProof ? common.toReversed() : []
    this.#last = this.#seen[0]?.revision ?? 0
    this.#hasSeenAll ||= !isProof
    this.#isFromStart ||= !isProof
    // What was looked up since the last report may be newer than it.
    this.index.doubtRecent()
  }

  #report(row: FreshRow): ReadonlyArray<RecordChange> {
    const reported = this.#unconfirmed.get(row.id)
    this.#unconfirmed.delete(row.id)
    const change = this.index.apply(toRecord(row), JSON.parse(row.superseded) as Array<string>)
    // For a record that is not in memory, only its position can show that nothing but the revision has changed.
    const isSame = reported !== undefined && "revision" in reported && isSameState(row, reported)
    return change === undefined || isSame ? [] : [change]
  }

  /** Rows that were seen and are in no new place: rolled back for good, or back in the place they had before. */
  #reportUnconfirmed(): ReadonlyArray<RecordChange> {
    if (this.#unconfirmed.size === 0) return []
    const changes = [...this.#unconfirmed].flatMap(([fileId, { contentHash }]) => {
      const row = readRow(this.#query, fileId)
      return row === undefined
        ? [this.index.drop(fileId, contentHash)]
        : (this.index.apply(toRecord(row)) ?? [])
    })
    this.#unconfirmed.clear()
    return changes
  }
}
