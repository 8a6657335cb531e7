import type {
  EditFileOptions,
  FileRecord,
  FileState,
  FileVersion,
  SaveFileOptions,
} from "../../src/client/global-client.js"
import { nothingKnown } from "./at-rest.js"
import { DeletedFiles } from "./deleted-files.js"
import { failure } from "./faults.js"
import { madeRecord } from "./made-record.js"

/** Records, bytes, versions and states of an engine in memory. Emits no events: the engine does that. */
export class InMemoryFiles {
  readonly records = new Map<string, FileRecord>()
  readonly bytes = new Map<string, Blob>()
  readonly deleted = new DeletedFiles()
  readonly #states = new Map<string, FileState>()
  readonly #versions = new Map<string, ReadonlyArray<FileVersion & { readonly bytes: Blob }>>()
  #next = 0

  /** Throws `NotFound` for an unknown file. */
  record(fileId: string): FileRecord {
    const record = this.records.get(fileId)
    if (record === undefined) throw failure("NotFound")
    return record
  }

  state(fileId: string): FileState {
    return this.#states.get(fileId) ?? nothingKnown
  }

  setState(fileId: string, state: Partial<FileState>): void {
    this.#states.set(fileId, { ...this.state(fileId), ...state })
  }

  versions(fileId: string): ReadonlyArray<FileVersion & { readonly bytes: Blob }> {
    return this.#versions.get(fileId) ?? []
  }

  /** A file that is saved on this device and waits for its upload. */
  save(file: Blob, options: SaveFileOptions): FileRecord {
    const id = `file-${this.#next + 1}`
    const record = madeRecord({
      id,
      name: options.name ?? (file instanceof File ? file.name : "untitled"),
      mimeType: options.mimeType ?? file.type,
      sizeBytes: file.size,
      contentHash: this.#hash(),
      metadata: options.metadata ?? null,
      lastModified: file instanceof File ? new Date(file.lastModified) : null,
      createdAt: options.createdAt ?? new Date(),
      sequence: options.sequence ?? this.#next,
    })
    this.records.set(id, record)
    this.bytes.set(id, file)
    this.#states.set(id, { ...nothingKnown, transfer: "queued-upload", bytesTotal: file.size, local: true })
    return record
  }

  /** A record of another device; with bytes, they are on this device as well. */
  arrive(record: Partial<FileRecord> & { readonly id: string }, bytes: Blob | undefined): void {
    const { id } = record
    const contentHash = this.#hash()
    const full = madeRecord({
      name: `${id}.png`,
      mimeType: bytes?.type || "image/png",
      sizeBytes: bytes?.size ?? 0,
      contentHash,
      remoteKey: contentHash,
      createdAt: new Date(1_700_000_000_000 + this.#next * 1000),
      ...record,
    })
    this.records.set(id, full)
    this.#states.set(id, { ...nothingKnown, local: bytes !== undefined, remote: full.remoteKey !== null })
    if (bytes !== undefined) this.bytes.set(id, bytes)
  }

  /** New content; what was there before is a version. */
  replace(fileId: string, file: Blob): void {
    const record = this.record(fileId)
    const { contentHash, mimeType, sizeBytes, remoteKey, contentMetadata, lastModified, takenAt } = record
    const about = { contentMetadata, lastModified, takenAt, supersededAt: new Date() }
    const replaced = { fileId, contentHash, mimeType, sizeBytes, remoteKey, ...about }
    const bytes = this.bytes.get(fileId) ?? new Blob()
    this.#versions.set(fileId, [{ ...replaced, bytes }, ...this.versions(fileId)])
    this.bytes.set(fileId, file)
    this.records.set(fileId, {
      ...record,
      contentHash: this.#hash(),
      sizeBytes: file.size,
      updatedAt: new Date(),
    })
  }

  edit(fileId: string, changes: EditFileOptions): FileRecord {
    const record = this.record(fileId)
    const { name = record.name, mimeType = record.mimeType, metadata = record.metadata } = changes
    const edited = { ...record, name, mimeType, metadata, updatedAt: new Date() }
    this.records.set(fileId, edited)
    return edited
  }

  /** Whether there was such a file. */
  delete(fileId: string): boolean {
    const record = this.records.get(fileId)
    if (record === undefined) return false
    this.deleted.set(fileId, {
      record,
      bytes: this.bytes.get(fileId),
      state: this.#states.get(fileId),
    })
    for (const kept of [this.records, this.bytes, this.#states]) kept.delete(fileId)
    return true
  }

  /** Takes a deletion back. */
  restore(fileId: string): void {
    const deleted = this.deleted.get(fileId)
    if (deleted === undefined) throw failure("NotFound")
    this.deleted.delete(fileId)
    this.records.set(fileId, deleted.record)
    if (deleted.bytes !== undefined) this.bytes.set(fileId, deleted.bytes)
    if (deleted.state !== undefined) this.#states.set(fileId, deleted.state)
  }

  #hash(): string {
    return (++this.#next).toString(16).padStart(64, "0")
  }
}
