import type { FileRecord } from "../../types/index.js"
import type { RecordChange } from "./FileRecords.js"

/** Live records that are not in memory, as their table has them now. */
export interface RecordSource {
  readonly having: (column: "id" | "contentHash", value: string) => ReadonlyArray<SourceRecord>
  readonly every: () => Iterable<SourceRecord>
}

/** A record of a table; `isTold` is `false` while its last change is still to be applied. */
export interface SourceRecord {
  readonly record: FileRecord
  readonly isTold: boolean
}

/**
 * Look-ups in the table before the whole of it is read at once. Our choice: one takes 0.1 ms, ten thousand rows 100 ms.
 */
const maxLookUps = 100

/**
 * Live records by id and by content. It begins empty, whatever the table has, and looks up what is asked for; when much
 * is, it reads everything and follows it from then on. Without a source it has everything from the start.
 */
export class RecordIndex {
  readonly #records = new Map<string, FileRecord>()
  /** Read after their last change, which is told all the same when it is applied. */
  readonly #untold = new Set<string>()
  /** Only of a whole index. */
  readonly #idsByContent = new Map<string, Array<string>>()
  readonly #source: RecordSource | undefined
  #isWhole: boolean
  #lookUps = 0

  constructor(source?: RecordSource) {
    this.#source = source
    this.#isWhole = source === undefined
  }

  get(fileId: string): FileRecord | undefined {
    const known = this.#records.get(fileId)
    if (known !== undefined || !this.#mayLookUp()) return known ?? this.#records.get(fileId)
    return this.#lookUp("id", fileId)[0]
  }

  all(): Iterable<FileRecord> {
    this.#readEvery()
    return this.#records.values()
  }

  withContent(contentHash: string): ReadonlyArray<FileRecord> {
    if (this.#mayLookUp()) return this.#lookUp("contentHash", contentHash)
    return (this.#idsByContent.get(contentHash) ?? []).flatMap((id) => this.#records.get(id) ?? [])
  }

  /**
   * Takes a record as it is now (a tombstone removes it) and says what that changed, as far as it can be told: of a
   * record that was never asked for, every new state is a change. `superseded`: contents that the table says it had.
   */
  apply(record: FileRecord, superseded: ReadonlyArray<string> = []): RecordChange | undefined {
    const before = this.#records.get(record.id)
    const after = record.deletedAt === null ? record : undefined
    const isTold = !this.#untold.delete(record.id)
    if (isTold && before !== undefined && after !== undefined && isSame(before, after)) return undefined
    if (before !== undefined) this.#forget(before)
    if (after !== undefined) this.#learn(after)
    const had = new Set(superseded)
    if (before !== undefined) had.add(before.contentHash)
    if (after === undefined) had.add(record.contentHash)
    else had.delete(after.contentHash)
    return { fileId: record.id, after, superseded: [...had] }
  }

  /**
   * Takes everything there is, when nobody knows what has changed, and says what that changed; all that is there, unless
   * the index `wasWhole` when the last change was told: what was read since may be newer than what was told.
   */
  replace(live: ReadonlyArray<FileRecord>, wasWhole: boolean): ReadonlyArray<RecordChange> {
    if (!wasWhole) {
      this.#records.clear()
      this.#idsByContent.clear()
    }
    const ids = new Set(live.map(({ id }) => id))
    const gone = [...this.#records.values()].filter(({ id }) => !ids.has(id))
    for (const record of gone) this.#forget(record)
    const changes = live.flatMap((record) => this.apply(record) ?? [])
    this.#becomeWhole()
    return [
      ...gone.map(({ id, contentHash }) => ({ fileId: id, after: undefined, superseded: [contentHash] })),
      ...changes,
    ]
  }

  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Whether something that is not in memory is to be looked up; reads everything when that was often enough. */
  #mayLookUp(): boolean {
    if (!this.#isWhole && ++this.#lookUps > maxLookUps) this.#readEvery()
    return !this.#isWhole
  }

  #lookUp(column: "id" | "contentHash", value: string): ReadonlyArray<FileRecord> {
    return this.#source?.having(column, value).map((found) => this.#keep(found)) ?? []
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

  #keep({ record, isTold }: SourceRecord): FileRecord {
    this.#records.set(record.id, record)
    if (!isTold) this.#untold.add(record.id)
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
