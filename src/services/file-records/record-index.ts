import type { FileRecord } from "../../types/index.js"
import type { RecordChange, RecordFacts } from "./FileRecords.js"

/** Where records are that are not in memory yet. */
export interface RecordSource {
  readonly one: (fileId: string) => FileRecord | undefined
  readonly every: () => Iterable<FileRecord>
}

/**
 * Records looked up one by one before the rest is read at once. Our choice: a look-up takes 0.1 ms, ten thousand rows
 * at once 100 ms.
 */
const maxSingleLookUps = 100

/**
 * Live records by id and by content; a look-up costs the same for ten records and for ten thousand. What decides about
 * each is in memory from the start, the rest of a record from when somebody asks for it.
 */
export class RecordIndex {
  readonly #facts = new Map<string, RecordFacts>()
  readonly #records = new Map<string, FileRecord>()
  // Most contents have one record: a set for each of ten thousand would be most of what a start costs.
  readonly #idsByContent = new Map<string, string | Set<string>>()
  readonly #source: RecordSource | undefined
  #lookUps = 0

  constructor(source?: RecordSource) {
    this.#source = source
  }

  get(fileId: string): FileRecord | undefined {
    const known = this.#records.get(fileId)
    if (known !== undefined) return known
    const facts = this.#facts.get(fileId)
    if (facts === undefined) return undefined
    if (++this.#lookUps > maxSingleLookUps) this.#readEvery()
    return this.#records.get(fileId) ?? this.#keep(this.#source?.one(fileId))
  }

  all(): Iterable<FileRecord> {
    if (this.#records.size < this.#facts.size) this.#readEvery()
    return this.#records.values()
  }

  facts(): Iterable<RecordFacts> {
    return this.#facts.values()
  }

  withContent(contentHash: string): ReadonlyArray<FileRecord> {
    const ids = this.#idsByContent.get(contentHash)
    if (ids === undefined) return []
    return (typeof ids === "string" ? [ids] : [...ids]).flatMap((id) => {
      const record = this.get(id)
      return record?.contentHash === contentHash ? [record] : []
    })
  }

  /** Takes a record as it is now (a tombstone removes it) and says what that changed, if anything. */
  apply(record: FileRecord): RecordChange | undefined {
    const before = this.#facts.get(record.id)
    const after = record.deletedAt === null ? record : undefined
    if (before === undefined && after === undefined) return undefined
    if (before !== undefined && after !== undefined && this.#isSame(before, after)) return undefined
    if (before !== undefined) this.#forget(before)
    if (after !== undefined) {
      this.#learn(toFacts(after))
      this.#records.set(after.id, after)
    }
    return { fileId: record.id, before, after }
  }

  /** Takes what is now known of a live record and says what that changed, if anything. */
  applyFacts(facts: RecordFacts): RecordChange | undefined {
    const before = this.#facts.get(facts.id)
    if (before !== undefined && isSameFacts(before, facts)) return undefined
    if (before !== undefined) this.#forget(before)
    this.#learn(facts)
    return { fileId: facts.id, before, after: this.get(facts.id) }
  }

  /** The same at the start, when nobody wants to know what it changed. */
  begin(all: Iterable<RecordFacts>): void {
    for (const facts of all) this.#learn(facts)
  }

  /** Removes records that are no longer there at all, which only a rollback can bring about. */
  retain(isThere: (fileId: string) => boolean): ReadonlyArray<RecordChange> {
    const gone = [...this.#facts.values()].filter(({ id }) => !isThere(id))
    for (const facts of gone) this.#forget(facts)
    return gone.map((facts) => ({ fileId: facts.id, before: facts, after: undefined }))
  }

  #readEvery(): void {
    this.#lookUps = 0
    for (const record of this.#source?.every() ?? []) if (!this.#records.has(record.id)) this.#keep(record)
  }

  /** A record that has moved on since the last change was told stays out: the next change must find the difference. */
  #keep(record: FileRecord | undefined): FileRecord | undefined {
    const facts = record === undefined ? undefined : this.#facts.get(record.id)
    if (record !== undefined && facts !== undefined && isSameFacts(facts, toFacts(record)))
      this.#records.set(record.id, record)
    return record
  }

  #isSame(before: RecordFacts, record: FileRecord): boolean {
    if (!isSameFacts(before, toFacts(record))) return false
    const known = this.#records.get(record.id)
    return (
      known === undefined ||
      (known.name === record.name &&
        known.mimeType === record.mimeType &&
        JSON.stringify(known.metadata) === JSON.stringify(record.metadata))
    )
  }

  #learn(facts: RecordFacts): void {
    const { id, contentHash } = facts
    this.#facts.set(id, facts)
    const ids = this.#idsByContent.get(contentHash)
    if (ids === undefined || ids === id) this.#idsByContent.set(contentHash, id)
    else if (typeof ids === "string") this.#idsByContent.set(contentHash, new Set([ids, id]))
    else ids.add(id)
  }

  #forget({ id, contentHash }: RecordFacts): void {
    this.#facts.delete(id)
    this.#records.delete(id)
    const ids = this.#idsByContent.get(contentHash)
    if (ids === id) this.#idsByContent.delete(contentHash)
    else if (ids instanceof Set) {
      ids.delete(id)
      if (ids.size === 0) this.#idsByContent.delete(contentHash)
    }
  }
}

const toFacts = ({ id, contentHash, remoteKey, updatedAt }: FileRecord): RecordFacts => ({
  id,
  contentHash,
  remoteKey,
  updatedAtMs: updatedAt.getTime(),
})

// A new name or new metadata comes with a new time.
const isSameFacts = (one: RecordFacts, other: RecordFacts): boolean =>
  one.contentHash === other.contentHash &&
  one.remoteKey === other.remoteKey &&
  one.updatedAtMs === other.updatedAtMs
