import type {
  EditFileOptions,
  EngineFacts,
  ErasedFile,
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
} from "../../src/client/global-client.js"
import { atRest, nothingFound } from "./at-rest.js"
import { type Faults, failure } from "./faults.js"
import { InMemoryFiles } from "./in-memory-files.js"
import { Listeners } from "./listeners.js"
import { queryRecords } from "./query-records.js"

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
  readonly #files = new InMemoryFiles()
  readonly #listeners = new Listeners()
  #status = atRest
  #broken = false

  start = async () => {}
  stop = async () => {}
  dispose = async () => {}

  async saveFile(file: Blob, options: SaveFileOptions = {}): Promise<string> {
    this.calls.push("saveFile")
    const id = await this.#take(file, options)
    this.#listeners.tellOf(id)
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
    const records = ids.map((id) => this.#files.record(id))
    this.committed.push(...(options.commit?.(records) ?? []))
    for (const id of ids) this.#listeners.tellOf(id)
    return ids
  }

  async updateFile(fileId: string, file: Blob): Promise<void> {
    this.#files.replace(fileId, file)
    this.#listeners.tellOf(fileId)
  }

  listVersions(fileId: string): ReadonlyArray<FileVersion> {
    return this.#files.versions(fileId)
  }

  async restoreVersion(fileId: string, contentHash: string): Promise<void> {
    const version = this.#files.versions(fileId).find((one) => one.contentHash === contentHash)
    if (version === undefined) throw failure("NotFound")
    await this.updateFile(fileId, version.bytes)
  }

  async editFile(fileId: string, changes: EditFileOptions): Promise<void> {
    this.calls.push(`editFile ${fileId}`)
    const edited = this.#files.edit(fileId, changes)
    this.committed.push(...(changes.commit?.(edited) ?? []))
    this.#listeners.tellOf(fileId)
  }

  async deleteFile(fileId: string): Promise<void> {
    this.calls.push(`deleteFile ${fileId}`)
    this.#delete([fileId])
  }

  async deleteFiles(fileIds: Iterable<string>): Promise<void> {
    const ids = [...fileIds]
    this.calls.push(`deleteFiles ${ids.join(" ")}`)
    this.#delete(ids)
  }

  listDeleted(query: FileQuery = {}): ReadonlyArray<FileRecord> {
    return this.#files.deleted.list(query)
  }

  async restoreFile(fileId: string): Promise<void> {
    this.calls.push(`restoreFile ${fileId}`)
    await this.faults.restore?.(fileId)
    this.#files.restore(fileId)
    this.#listeners.tellOf(fileId)
  }

  getShareUrl = async (fileId: string) => `https://files.example/shared/${fileId}`

  async eraseFile(fileId: string): Promise<ErasedFile> {
    this.calls.push(`eraseFile ${fileId}`)
    this.#delete([fileId])
    this.#files.deleted.delete(fileId)
    return { remote: "erased" }
  }

  #delete(fileIds: ReadonlyArray<string>): void {
    for (const fileId of fileIds) if (this.#files.delete(fileId)) this.#listeners.tellOf(fileId)
  }

  async readFile(fileId: string): Promise<File> {
    const { name, mimeType } = this.#files.record(fileId)
    const bytes = this.#files.bytes.get(fileId)
    if (bytes === undefined) throw failure("NotFound")
    return new File([bytes], name, { type: mimeType })
  }

  async getFileUrl(fileId: string, options: { readonly signal?: AbortSignal } = {}): Promise<string> {
    this.calls.push(`getFileUrl ${fileId}`)
    await this.faults.url?.(fileId)
    options.signal?.throwIfAborted()
    const bytes = this.#files.bytes.get(fileId)
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
    const bytes = this.#files.bytes.get(fileId)
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
    return this.#files.records.get(fileId)
  }

  listFiles(query: FileQuery = {}): ReadonlyArray<FileRecord> {
    this.#answer()
    return queryRecords(this.#files.records.values(), query)
  }

  getFileState(fileId: string): FileState {
    this.#answer()
    return this.#files.state(fileId)
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
      records: [...this.#files.records.values()],
      transfers: [],
      pinned: [],
      evicted: [],
      cache: { usedBytes: 0, maxBytes: null },
      ...this.facts,
    }
  }

  /** How many listeners have not ended. */
  get subscriptions(): number {
    return this.#listeners.count
  }

  subscribe = (listener: () => void): Unsubscribe => this.#listeners.add(listener)
  subscribeFile = (fileId: string, listener: () => void): Unsubscribe =>
    this.#listeners.addForFile(fileId, listener)
  onEvent = (listener: (event: FileSyncEvent) => void): Unsubscribe => this.#listeners.addForEvents(listener)
  onProgress =
    (_listener: (progress: TransferProgress) => void): Unsubscribe =>
    () => {}

  pause = async () => this.#called("pause", () => this.setStatus({ paused: true, state: "paused" }))
  resume = async () => this.#called("resume", () => this.setStatus({ paused: false, state: "idle" }))
  retry = async (fileId?: string) => this.#called(fileId === undefined ? "retry" : `retry ${fileId}`)
  cancel = async (fileId: string) => this.#called(`cancel ${fileId}`)
  prioritize = async (fileId: string) => this.#called(`prioritize ${fileId}`)
  pin = async () => {}
  unpin = async () => {}
  evict = async (fileId: string) => this.#called(`evict ${fileId}`)
  awaitIdle = async () => {}
  verify = async (): Promise<VerifyReport> => nothingFound
  repair = (_report?: VerifyReport) => this.verify()

  // What follows is for tests: the other devices, the network and the passing of time.

  /** A record arrives from another device; with bytes, they are on this device as well. */
  arrive(record: Partial<FileRecord> & { readonly id: string }, bytes?: Blob): void {
    this.#files.arrive(record, bytes)
    this.#listeners.tellOf(record.id)
  }

  /** The bytes of a known record arrive on this device. */
  download(fileId: string, bytes: Blob): void {
    this.#files.bytes.set(fileId, bytes)
    this.setFileState(fileId, { transfer: "done", progress: 1, local: true, remote: true })
  }

  setFileState(fileId: string, state: Partial<FileState>): void {
    this.#files.setState(fileId, state)
    this.#listeners.tellOf(fileId)
  }

  setStatus(status: Partial<SyncStatus>): void {
    this.#status = { ...this.#status, ...status }
    this.#listeners.notify()
  }

  /** The engine says that it did something. */
  announce(event: FileSyncEvent): void {
    this.#listeners.announce(event)
  }

  /** From now on every question throws, as a disposed engine's would. */
  breakDown(): void {
    this.#broken = true
    this.#listeners.tellEverybody()
  }

  #called(call: string, then?: () => void): void {
    this.calls.push(call)
    then?.()
  }

  #answer(): void {
    if (this.#broken) throw failure("Disposed")
  }

  async #take(file: Blob, options: SaveFileOptions, commitAlone = true): Promise<string> {
    if (commitAlone) await this.faults.save?.(file)
    options.signal?.throwIfAborted()
    options.onProgress?.(file.size, file.size)
    const record = this.#files.save(file, options)
    if (commitAlone) this.committed.push(...(options.commit?.(record) ?? []))
    return record.id
  }
}
