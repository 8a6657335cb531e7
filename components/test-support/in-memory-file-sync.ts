import type {
  EngineFacts,
  FileQuery,
  FileRecord,
  FileState,
  FileSyncClient,
  FileVersion,
  FileSyncEvent,
  FileToSave,
  PictureThumbnail,
  SaveFileOptions,
  SyncStatus,
  ThumbnailOptions,
  TransferProgress,
  Unsubscribe,
  VerifyReport,
} from "../../src/filesync.js"
import { atRest, nothingKnown } from "./at-rest.js"

/** How a test plans what the next operations do. */
export interface Faults {
  /** Asked before each saved file; what it throws or rejects with fails that save. */
  save?: (file: Blob) => void | Promise<void>
  /** Asked before each URL is given. */
  url?: (fileId: string) => void | Promise<void>
  /** Makes smaller copies; without it there are none. */
  thumbnail?: (fileId: string, longSidePx: number) => Promise<Blob | undefined>
}

let engines = 0

/**
 * A complete engine without a network: records, bytes and states in memory, URLs and subscriptions counted.
 * Transfers move only when a test says so, so that every moment can be looked at.
 */
export class InMemoryFileSync implements FileSyncClient {
  readonly storeId = `memory-${++engines}`
  readonly faults: Faults = {}
  readonly urls = new Map<string, string>()
  readonly calls: Array<string> = []
  committed: Array<unknown> = []
  subscriptions = 0
  readonly #records = new Map<string, FileRecord>()
  readonly #bytes = new Map<string, Blob>()
  readonly #versions = new Map<string, ReadonlyArray<FileVersion & { readonly bytes: Blob }>>()
  readonly #states = new Map<string, FileState>()
  readonly #listeners = new Set<() => void>()
  readonly #fileListeners = new Map<string, Set<() => void>>()
  readonly #eventListeners = new Set<(event: FileSyncEvent) => void>()
  #status = atRest
  #next = 0
  #broken = false

  start = async () => {}
  stop = async () => {}
  dispose = async () => {}

  async saveFile(file: Blob, options: SaveFileOptions = {}): Promise<string> {
    this.calls.push("saveFile")
    const id = await this.#take(file, options)
    this.#emit(id)
    return id
  }

  async saveFiles(
    files: Iterable<Blob | FileToSave>,
    options: {
      readonly signal?: AbortSignal
      readonly commit?: (records: ReadonlyArray<FileRecord>) => ReadonlyArray<unknown>
    } = {},
  ): Promise<ReadonlyArray<string>> {
    this.calls.push("saveFiles")
    const members = [...files].map((member) => (member instanceof Blob ? { file: member } : member))
    // All or nothing, as one commit is: look for faults first.
    for (const { file } of members) await this.faults.save?.(file)
    const ids: Array<string> = []
    for (const { file, ...rest } of members) ids.push(await this.#take(file, rest, false))
    const records = ids.flatMap((id) => this.#records.get(id) ?? [])
    this.committed.push(...(options.commit?.(records) ?? []))
    for (const id of ids) this.#emit(id)
    return ids
  }

  async updateFile(fileId: string, file: Blob): Promise<void> {
    const record = this.#records.get(fileId)
    if (record === undefined) throw failure("NotFound")
    const { contentHash, mimeType, sizeBytes, remoteKey } = record
    const replaced = { fileId, contentHash, mimeType, sizeBytes, remoteKey, supersededAt: new Date() }
    const bytes = this.#bytes.get(fileId) ?? new Blob()
    this.#versions.set(fileId, [{ ...replaced, bytes }, ...(this.#versions.get(fileId) ?? [])])
    this.#bytes.set(fileId, file)
    this.#records.set(fileId, {
      ...record,
      contentHash: this.#hash(),
      sizeBytes: file.size,
      updatedAt: new Date(),
    })
    this.#emit(fileId)
  }

  listVersions(fileId: string): ReadonlyArray<FileVersion> {
    return this.#versions.get(fileId) ?? []
  }

  async restoreVersion(fileId: string, contentHash: string): Promise<void> {
    const version = this.#versions.get(fileId)?.find((one) => one.contentHash === contentHash)
    if (version === undefined) throw failure("NotFound")
    await this.updateFile(fileId, version.bytes)
  }

  async deleteFile(fileId: string): Promise<void> {
    this.calls.push(`deleteFile ${fileId}`)
    this.#records.delete(fileId)
    this.#bytes.delete(fileId)
    this.#states.delete(fileId)
    this.#emit(fileId)
  }

  async readFile(fileId: string): Promise<File> {
    const [bytes, record] = [this.#bytes.get(fileId), this.#records.get(fileId)]
    if (bytes === undefined || record === undefined) throw failure("NotFound")
    return new File([bytes], record.name, { type: record.mimeType })
  }

  async getFileUrl(fileId: string, options: { readonly signal?: AbortSignal } = {}): Promise<string> {
    this.calls.push(`getFileUrl ${fileId}`)
    await this.faults.url?.(fileId)
    options.signal?.throwIfAborted()
    const bytes = this.#bytes.get(fileId)
    if (bytes === undefined) throw failure("Offline")
    const url = URL.createObjectURL(bytes)
    this.urls.set(url, fileId)
    return url
  }

  async getThumbnail(
    fileId: string,
    { longSidePx, signal }: ThumbnailOptions,
  ): Promise<PictureThumbnail | undefined> {
    const made = await this.faults.thumbnail?.(fileId, longSidePx)
    const bytes = this.#bytes.get(fileId)
    if (made === undefined || bytes === undefined || signal?.aborted === true) return undefined
    this.calls.push(`getThumbnail ${fileId} ${longSidePx}`)
    const { width, height } = await createImageBitmap(bytes)
    const url = URL.createObjectURL(made)
    this.urls.set(url, fileId)
    return { url, width, height }
  }

  releaseFileUrl(url: string): void {
    if (this.urls.delete(url)) URL.revokeObjectURL(url)
  }

  getFile(fileId: string): FileRecord | undefined {
    this.#answer()
    return this.#records.get(fileId)
  }

  listFiles(query: FileQuery = {}): ReadonlyArray<FileRecord> {
    this.#answer()
    const { type, order = "newest", offset = 0, limit = Number.POSITIVE_INFINITY } = query
    const matches = [...this.#records.values()].filter(
      ({ mimeType }) =>
        type === undefined || mimeType === type || mimeType.startsWith(type.replace(/\*$/, "")),
    )
    const time = (record: FileRecord) => record.createdAt.getTime()
    matches.sort((a, b) =>
      order === "name"
        ? a.name.localeCompare(b.name)
        : order === "oldest"
          ? time(a) - time(b)
          : time(b) - time(a),
    )
    return matches.slice(offset, offset + limit)
  }

  getFileState(fileId: string): FileState {
    this.#answer()
    return this.#states.get(fileId) ?? nothingKnown
  }

  getStatus(): SyncStatus {
    this.#answer()
    return this.#status
  }

  /** What a test says the engine knows besides the records. */
  facts: Partial<EngineFacts> = {}

  inspect(): EngineFacts {
    this.#answer()
    return {
      records: [...this.#records.values()],
      transfers: [],
      pinned: [],
      evicted: [],
      cache: { usedBytes: 0, maxBytes: null },
      ...this.facts,
    }
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#subscribeTo(this.#listeners, listener)
  }

  subscribeFile(fileId: string, listener: () => void): Unsubscribe {
    const listeners = this.#fileListeners.get(fileId) ?? new Set()
    this.#fileListeners.set(fileId, listeners)
    return this.#subscribeTo(listeners, listener)
  }

  onProgress =
    (_listener: (progress: TransferProgress) => void): Unsubscribe =>
    () => {}

  onEvent(listener: (event: FileSyncEvent) => void): Unsubscribe {
    this.#eventListeners.add(listener)
    this.subscriptions++
    return () => {
      if (this.#eventListeners.delete(listener)) this.subscriptions--
    }
  }

  pause = async () => this.#called("pause", () => this.setStatus({ paused: true, state: "paused" }))
  resume = async () => this.#called("resume", () => this.setStatus({ paused: false, state: "idle" }))
  retry = async (fileId?: string) => this.#called(fileId === undefined ? "retry" : `retry ${fileId}`)
  cancel = async (fileId: string) => this.#called(`cancel ${fileId}`)
  prioritize = async (fileId: string) => this.#called(`prioritize ${fileId}`)
  pin = async () => {}
  unpin = async () => {}
  evict = async (fileId: string) => this.#called(`evict ${fileId}`)
  awaitIdle = async () => {}
  verify = async (): Promise<VerifyReport> => ({
    checked: 0,
    missing: [],
    extra: [],
    corrupt: [],
    notUploaded: [],
    orphaned: [],
  })
  repair = (_report?: VerifyReport) => this.verify()

  // What follows is for tests: the other devices, the network and the passing of time.

  /** A record arrives from another device; with bytes, they are on this device as well. */
  arrive(record: Partial<FileRecord> & { readonly id: string }, bytes?: Blob): void {
    const { id } = record
    const contentHash = this.#hash()
    const full: FileRecord = {
      name: `${id}.png`,
      mimeType: bytes?.type || "image/png",
      sizeBytes: bytes?.size ?? 0,
      contentHash,
      path: contentHash,
      remoteKey: contentHash,
      metadata: null,
      createdAt: new Date(1_700_000_000_000 + this.#next * 1000),
      updatedAt: new Date(),
      deletedAt: null,
      ...record,
    }
    this.#records.set(id, full)
    this.#states.set(id, { ...nothingKnown, local: bytes !== undefined, remote: full.remoteKey !== null })
    if (bytes !== undefined) this.#bytes.set(id, bytes)
    this.#emit(id)
  }

  /** The bytes of a known record arrive on this device. */
  download(fileId: string, bytes: Blob): void {
    this.#bytes.set(fileId, bytes)
    this.setFileState(fileId, { transfer: "done", progress: 1, local: true, remote: true })
  }

  setFileState(fileId: string, state: Partial<FileState>): void {
    this.#states.set(fileId, { ...(this.#states.get(fileId) ?? nothingKnown), ...state })
    this.#emit(fileId)
  }

  setStatus(status: Partial<SyncStatus>): void {
    this.#status = { ...this.#status, ...status }
    for (const listener of [...this.#listeners]) listener()
  }

  /** The engine says that it did something. */
  announce(event: FileSyncEvent): void {
    for (const listener of this.#eventListeners) listener(event)
  }

  /** From now on every question throws, as a disposed engine's would. */
  breakDown(): void {
    this.#broken = true
    for (const listener of [...this.#listeners]) listener()
    for (const listeners of this.#fileListeners.values()) for (const listener of [...listeners]) listener()
  }

  #called(call: string, then?: () => void): void {
    this.calls.push(call)
    then?.()
  }

  #answer(): void {
    if (this.#broken) throw failure("Disposed")
  }

  #hash(): string {
    return (++this.#next).toString(16).padStart(64, "0")
  }

  async #take(file: Blob, options: SaveFileOptions, commitAlone = true): Promise<string> {
    if (commitAlone) await this.faults.save?.(file)
    options.signal?.throwIfAborted()
    options.onProgress?.(file.size, file.size)
    const id = `file-${this.#next + 1}`
    const name = options.name ?? (file instanceof File ? file.name : "untitled")
    this.#bytes.set(id, file)
    const contentHash = this.#hash()
    const record: FileRecord = {
      id,
      name,
      mimeType: options.mimeType ?? file.type,
      sizeBytes: file.size,
      contentHash,
      path: contentHash,
      remoteKey: null,
      metadata: options.metadata ?? null,
      createdAt: new Date(),
      updatedAt: new Date(),
      deletedAt: null,
    }
    this.#records.set(id, record)
    this.#states.set(id, { ...nothingKnown, transfer: "queued-upload", bytesTotal: file.size, local: true })
    if (commitAlone) this.committed.push(...(options.commit?.(record) ?? []))
    return id
  }

  #subscribeTo(listeners: Set<() => void>, listener: () => void): Unsubscribe {
    const mine = () => listener()
    listeners.add(mine)
    this.subscriptions++
    return () => {
      if (listeners.delete(mine)) this.subscriptions--
    }
  }

  #emit(fileId: string): void {
    for (const listener of [...(this.#fileListeners.get(fileId) ?? [])]) listener()
    for (const listener of [...this.#listeners]) listener()
  }
}

/** An error like the engine's: a reason that elements turn into a sentence. */
export const failure = (reason: string): Error => Object.assign(new Error(reason), { reason })
