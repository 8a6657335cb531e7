import type { ReceiveAnswer } from "./protocol.js"
import { publishContent } from "./publish-content.js"
import { unfinishedName } from "../../../utils/stored-path.js"
import { readBlob } from "./read-blob.js"
import { openSequential, type SequentialFile } from "./sequential-file.js"
import { type RunningSha256, startSha256 } from "./sha256.js"
import { removeEntry, type StoreFolder } from "./store-folder.js"

/** Network pieces are joined to this size before they are hashed and written. Small writes cost per call. */
const joinBytes = 1024 * 1024

/** A download on its way to disk. */
export class Receiver {
  readonly contentHash: string
  receivedBytes: number
  readonly #store: StoreFolder
  readonly #handle: FileSystemFileHandle
  #file: SequentialFile
  #hasher: RunningSha256
  readonly #pieces = new Uint8Array(joinBytes)
  #piecesLength = 0

  private constructor(
    store: StoreFolder,
    contentHash: string,
    handle: FileSystemFileHandle,
    file: SequentialFile,
    hasher: RunningSha256,
    receivedBytes: number,
  ) {
    this.#store = store
    this.contentHash = contentHash
    this.#handle = handle
    this.#file = file
    this.#hasher = hasher
    this.receivedBytes = receivedBytes
  }

  /** Opens the unfinished bytes and hashes what is there, so that the download can go on behind them. */
  static async open(store: StoreFolder, contentHash: string): Promise<Receiver> {
    store.inUse.add(unfinishedName(contentHash))
    try {
      return await Receiver.#open(store, contentHash)
    } catch (error) {
      store.inUse.delete(unfinishedName(contentHash))
      throw error
    }
  }

  static async #open(store: StoreFolder, contentHash: string): Promise<Receiver> {
    const handle = await store.unfinished.getFileHandle(unfinishedName(contentHash), { create: true })
    const hasher = await startSha256()
    const present = await handle.getFile()
    for await (const bytes of readBlob(present)) hasher.update(bytes)
    const file = await openSequential(handle, { offset: present.size })
    return new Receiver(store, contentHash, handle, file, hasher, present.size)
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.receivedBytes += bytes.byteLength
    if (this.#piecesLength + bytes.byteLength > joinBytes) await this.#writeOut()
    if (bytes.byteLength >= joinBytes) {
      this.#hasher.update(bytes)
      await this.#file.write(bytes)
      return
    }
    this.#pieces.set(bytes, this.#piecesLength)
    this.#piecesLength += bytes.byteLength
  }

  async restart(): Promise<void> {
    await this.#file.close()
    this.#file = await openSequential(this.#handle)
    this.#hasher = await startSha256()
    this.#piecesLength = 0
    this.receivedBytes = 0
  }

  /** Verifies, then publishes; bytes that are not the expected ones are removed. */
  async publish(): Promise<ReceiveAnswer> {
    try {
      return await this.#publish()
    } finally {
      this.#store.inUse.delete(unfinishedName(this.contentHash))
    }
  }

  async #publish(): Promise<ReceiveAnswer> {
    await this.#closeFile()
    const sizeBytes = this.receivedBytes
    const actualHash = this.#hasher.digest()
    const name = unfinishedName(this.contentHash)
    if (actualHash !== this.contentHash) {
      await removeEntry(this.#store.unfinished, name)
      return { published: false, actualHash, sizeBytes }
    }
    await publishContent(this.#store, this.#handle, this.contentHash)
    return { published: true, sizeBytes }
  }

  /** Writes out what is pending and closes; the bytes stay for a resume. */
  async close(): Promise<void> {
    try {
      await this.#closeFile()
    } finally {
      this.#store.inUse.delete(unfinishedName(this.contentHash))
    }
  }

  async #closeFile(): Promise<void> {
    try {
      await this.#writeOut()
    } finally {
      await this.#file.close()
    }
  }

  async #writeOut(): Promise<void> {
    if (this.#piecesLength === 0) return
    const bytes = this.#pieces.subarray(0, this.#piecesLength)
    this.#hasher.update(bytes)
    await this.#file.write(bytes)
    this.#piecesLength = 0
  }
}
