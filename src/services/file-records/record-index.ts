import type { FileRecord } from "../../types/index.js"
import type { RecordChange } from "./FileRecords.js"

/** Live records that are not in memory, as their table has them now. */
export interface RecordSource {
  readonly having: (column: "id" | "contentHash", value: string) => ReadonlyArray<SourceRecord>
  readonly every: () => Iterable<SourceRecord>
}

/** A record of a table; `isReported` is `false` while its last change is still to be applied. */
export interface SourceRecord {
  readonly record: FileRecord
  readonly isReported: boolean
}

/**
 * Look-ups in the table before the whole of it is read at once. One takes 0.1 ms, ten thousand rows 100 ms.
 */
const maxLookUps = 100

/**
 * Live records by id and by content. It begins empty, whatever the table has, and looks up what is asked for; when much
 * is, it reads everything and follows it from then on. Without a source it has everything from the start.
 *
 * While it is suspended, changes of the table are not all applied yet: then it looks everything up, and keeps what it
 * had only to say what has changed.
 */
export class RecordIndex {
  readonly #records = new Map<string, FileRecord>()
  /** Ids read after their last change, which is still reported when it is applied. */
  readonly #unreported = new Set<string>()
  /** Read since the last report. */
  readonly #recent = new Set<string>()
  /** Applied in the present report, and so right also while suspended. */
  readonly #applied = new Set<string>()
  /** Only of a whole index. */
  readonly #idsByContent = new Map<string, Array<string>>()
  readonly #source: RecordSource | undefined
  #isWhole: boolean
  #isSuspended = false
  #lookUps = 0

  constructor(source?: RecordSource) {
    this.#source = source
    this.#isWhole = source === undefined
  }

  get(fileId: string): FileRecord | undefined {
    if (this.#isSuspended && !this.#applied.has(fileId)) return this.#read("id", fileId)[0]?.record
    const known = this.#records.get(fileId)
    if (known !== undefined || !this.#mayLookUp()) return known ?? this.#records.get(fileId)
    return this.#lookUp("id", fileId)[0]
  }

  all(): Iterable<FileRecord> {
    if (this.#isSuspended) return Array.from(this.#source?.every() ?? [], ({ record }) => record)
    this.#readEvery()
    return this.#records.values()
  }

  withContent(contentHash: string): ReadonlyArray<FileRecord> {
    if (this.#isSuspended) return this.#read("contentHash", contentHash).map(({ record }) => record)
    if (this.#mayLookUp()) return this.#lookUp("contentHash", contentHash)
    return (this.#idsByContent.get(contentHash) ?? []).flatMap((id) => this.#records.get(id) ?? [])
  }

  /** What is in memory, right or not. */
  known(): Iterable<FileRecord> {
    return this.#records.values()
  }

  /**
   * Takes a record as it is now (a tombstone removes it) and returns what that changed, as far as that is known: for a
   * record that was never looked up, every new state is a change. `superseded`: contents that the table says it had.
   */
  apply(record: FileRecord, superseded: ReadonlyArray<string> = []): RecordChange | undefined {
    const before = this.#records.get(record.id)
    const after = record.deletedAt === null ? record : undefined
    const isReported = !this.#unreported.delete(record.id)
    this.#recent.delete(record.id)
    this.#applied.add(record.id)
    if (isReported && before !== undefined && after !== undefined && isSame(before, after)) return undefined
    if (before !== undefined) this.#forget(before)
    if (after !== undefined) this.#learn(after)
    const had = new Set(superseded)
    if (before !== undefined) had.add(before.contentHash)
    if (after === undefined) had.add(record.contentHash)
    else had.delete(after.contentHash)
    return { fileId: record.id, after, superseded: [...had] }
  }

  /** A record is in the table no more. */
  drop(fileId: string, contentHash: string): RecordChange {
    const before = this.#records.get(fileId)
    if (before !== undefined) this.#forget(before)
    this.#unreported.delete(fileId)
    return {
      fileId,
      after: undefined,
      superseded: [...new Set([contentHash, before?.contentHash ?? contentHash])],
    }
  }

  /** Replaces all records, and gives the differences. */
  replace(live: ReadonlyArray<FileRecord>): ReadonlyArray<RecordChange> {
    this.beginReport()
    const ids = new Set(live.map(({ id }) => id))
    const gone = [...this.#records.values()].filter(({ id }) => !ids.has(id))
    return [
      ...gone.map(({ id, contentHash }) => this.drop(id, contentHash)),
      ...live.flatMap((record) => this.apply(record) ?? []),
    ]
  }

  /**
   * Takes a part of all live records; after the last one nothing is looked up any more. Gives `false`, and takes nothing, while it is
   * suspended.
   */
  takePart(part: ReadonlyArray<SourceRecord>, isLast: boolean): boolean {
    if (this.#isSuspended) return false
    for (const found of part) if (!this.#records.has(found.record.id)) this.#keep(found)
    if (isLast) this.#becomeWhole()
    return true
  }

  get isWhole(): boolean {
    return this.#isWhole
  }

  get isSuspended(): boolean {
    return this.#isSuspended
  }

  /** Changes come that are applied one by one. */
  beginReport(): void {
    this.#applied.clear()
  }

  /** What was read since the last report may be newer than what was reported: its next state counts as a change. */
  doubtRecent(): void {
    for (const fileId of this.#recent) this.#unreported.add(fileId)
    this.#recent.clear()
  }

  /** There are changes that were not applied yet. */
  suspend(): void {
    this.#isSuspended = true
  }

  /** Everything was applied; `isEverything`: every live record was. */
  resume(isEverything: boolean): void {
    this.#isSuspended = false
    this.#recent.clear()
    if (isEverything) this.#becomeWhole()
  }

  /** Whether something that is not in memory is to be looked up; reads everything when that was often enough. */
  #mayLookUp(): boolean {
    if (!this.#isWhole && ++this.#lookUps > maxLookUps) this.#readEvery()
    return !this.#isWhole
  }

  #read(column: "id" | "contentHash", value: string): ReadonlyArray<SourceRecord> {
    return this.#source?.having(column, value) ?? []
  }

  #lookUp(column: "id" | "contentHash", value: string): ReadonlyArray<FileRecord> {
    return this.#read(column, value).map((found) => this.#keep(found))
  }

  #readEvery(): void {
    if (this.#isWhole) return
    for (const found of this.#source?.every() ?? [])
      if (!this.#records.has(found.record.id)) this.#keep(found)
    this.#becomeWhole()
  }

  #becomeWhole(): void {
    if (this.#isWhole) return
    this.#isWhole = true
    for (const record of this.#records.values()) this.#noteContent(record)
  }

  #keep({ record, isReported }: SourceRecord): FileRecord {
    // Reported already, and so it stays: what is read now may be newer.
    const known = this.#records.get(record.id)
    if (known !== undefined && isReported && isSame(known, record)) return known
    this.#records.set(record.id, record)
    this.#recent.add(record.id)
    if (!isReported) this.#unreported.add(record.id)
    return record
  }

  #learn(record: FileRecord): void {
    this.#records.set(record.id, record)
    if (this.#isWhole) this.#noteContent(record)
  }

  #noteContent({ id, contentHash }: FileRecord): void {
    const ids = this.#idsByContent.get(contentHash)
    if (ids === undefined) this.#idsByContent.set(contentHash, [id])
    else ids.push(id)
  }

  #forget({ id, contentHash }: FileRecord): void {
    this.#records.delete(id)
    const others = this.#idsByContent.get(contentHash)?.filter((other) => other !== id) ?? []
    if (others.length > 0) this.#idsByContent.set(contentHash, others)
    else this.#idsByContent.delete(contentHash)
  }
}

const isSame = (one: FileRecord, other: FileRecord): boolean => JSON.stringify(one) === JSON.stringify(other)
