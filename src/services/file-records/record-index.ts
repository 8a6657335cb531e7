import type { FileRecord } from "../../types/index.js"
import type { RecordChange } from "./FileRecords.js"

/** Live records in memory, by id and by content; a look-up costs the same for ten records and for ten thousand. */
export class RecordIndex {
  readonly #byId = new Map<string, FileRecord>()
  readonly #idsByContent = new Map<string, Set<string>>()

  get(fileId: string): FileRecord | undefined {
    return this.#byId.get(fileId)
  }

  all(): Iterable<FileRecord> {
    return this.#byId.values()
  }

  withContent(contentHash: string): ReadonlyArray<FileRecord> {
    const ids = this.#idsByContent.get(contentHash)
    return ids === undefined ? [] : [...ids].flatMap((id) => this.#byId.get(id) ?? [])
  }

  /** Takes a record as it is now (a tombstone removes it) and says what that changed, if anything. */
  apply(record: FileRecord): RecordChange | undefined {
    const before = this.#byId.get(record.id)
    const after = record.deletedAt === null ? record : undefined
    if (before === undefined && after === undefined) return undefined
    if (before !== undefined && after !== undefined && isSame(before, after)) return undefined
    if (before !== undefined) this.#forget(before)
    if (after !== undefined) this.#learn(after)
    return { fileId: record.id, before, after }
  }

  /** Removes records that are no longer there at all, which only a rollback can bring about. */
  retain(isThere: (fileId: string) => boolean): ReadonlyArray<RecordChange> {
    const gone = [...this.#byId.values()].filter((record) => !isThere(record.id))
    for (const record of gone) this.#forget(record)
    return gone.map((record) => ({ fileId: record.id, before: record, after: undefined }))
  }

  #learn(record: FileRecord): void {
    this.#byId.set(record.id, record)
    const ids = this.#idsByContent.get(record.contentHash)
    if (ids === undefined) this.#idsByContent.set(record.contentHash, new Set([record.id]))
    else ids.add(record.id)
  }

  #forget(record: FileRecord): void {
    this.#byId.delete(record.id)
    const ids = this.#idsByContent.get(record.contentHash)
    ids?.delete(record.id)
    if (ids?.size === 0) this.#idsByContent.delete(record.contentHash)
  }
}

const isSame = (one: FileRecord, other: FileRecord): boolean =>
  one.contentHash === other.contentHash &&
  one.remoteKey === other.remoteKey &&
  one.name === other.name &&
  one.mimeType === other.mimeType &&
  one.updatedAt.getTime() === other.updatedAt.getTime() &&
  JSON.stringify(one.metadata) === JSON.stringify(other.metadata)
