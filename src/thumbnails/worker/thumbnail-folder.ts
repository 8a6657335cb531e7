import { rootFolderName, thumbnailFolderName } from "../../utils/stored-path.js"
import { firstPx } from "./longer-side.js"
import type { Thumbnail } from "./protocol.js"

/** A first thumbnail that was made for a dense screen is used on another screen too. */
const largestFirstPx = firstPx(Number.POSITIVE_INFINITY)

/** Most bytes of thumbnails kept for a store. Several thousand of a gallery's. */
const defaultMaxBytes = 128 * 1024 * 1024

/** The folder is trimmed to this part of the limit, so that the next thumbnail does not exceed it again. */
const trimTo = 0.8

/** How often the last use is written to disk: once a day is precise enough for eviction. */
const noteUseAfterMs = 24 * 60 * 60 * 1000

/** How long after the first new thumbnail the folder is looked through: scrolling comes first. */
const trimDelayMs = 5_000

/** The file name of a thumbnail: `<content hash>/<longer side>-<width>x<height of the picture>.<type>`. */
const nameOf = (longSidePx: number, { bytes, width, height }: Thumbnail): string =>
  `${longSidePx}-${width}x${height}.${bytes.type.replace("image/", "")}`

const namePattern = /^(\d+)-(\d+)x(\d+)\.(\w+)$/

interface Kept {
  readonly folder: FileSystemDirectoryHandle
  readonly name: string
  readonly sizeBytes: number
  readonly usedAtMs: number
}

/**
 * Thumbnails on disk, beside the contents they were made of and never among them: whatever is here can be made again.
 * Deleting a content deletes its folder here.
 */
export class ThumbnailFolder {
  readonly #store: FileSystemDirectoryHandle
  readonly #thumbnails: FileSystemDirectoryHandle
  readonly #maxBytes: number
  #keptSinceTrim = Number.POSITIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined

  private constructor(
    store: FileSystemDirectoryHandle,
    thumbnails: FileSystemDirectoryHandle,
    maxBytes: number,
  ) {
    this.#store = store
    this.#thumbnails = thumbnails
    this.#maxBytes = maxBytes
  }

  /** Opens, and where missing makes, a store's folder. Fails where there is no file storage. */
  static async open(storeFolder: string, maxBytes = defaultMaxBytes): Promise<ThumbnailFolder> {
    const create = { create: true }
    const origin = await navigator.storage.getDirectory()
    const root = await origin.getDirectoryHandle(rootFolderName, create)
    const store = await root.getDirectoryHandle(storeFolder, create)
    const thumbnails = await store.getDirectoryHandle(thumbnailFolderName, create)
    return new ThumbnailFolder(store, thumbnails, maxBytes)
  }

  /** The smallest kept thumbnail that is large enough, and not twice as large unless it was the first. */
  async find(contentHash: string, longSidePx: number): Promise<Thumbnail | undefined> {
    try {
      const folder = await this.#thumbnails.getDirectoryHandle(contentHash)
      const found = await smallestIn(folder, longSidePx)
      if (found === undefined) return undefined
      const { width, height, type, name } = found
      const file = await found.handle.getFile()
      // An empty file was left by a kill.
      if (file.size === 0) return undefined
      // A clock that was ahead may have dated it in the future.
      if (Math.abs(Date.now() - file.lastModified) < noteUseAfterMs)
        return { bytes: file.slice(0, file.size, type), width, height }
      // Read into memory, because a file that is written again cannot be read through the old `File` object.
      const bytes = new Blob([await file.arrayBuffer()], { type })
      await write(folder, name, bytes).catch(ignore)
      return { bytes, width, height }
    } catch {
      return undefined
    }
  }

  /** Keeps a thumbnail, some time soon. What does not fit on the disk is not kept. */
  async keep(contentHash: string, longSidePx: number, thumbnail: Thumbnail): Promise<void> {
    try {
      const folder = await this.#thumbnails.getDirectoryHandle(contentHash, { create: true })
      await write(folder, nameOf(longSidePx, thumbnail), thumbnail.bytes)
      this.#keptSinceTrim += thumbnail.bytes.size
      if (this.#keptSinceTrim > this.#maxBytes / 8)
        this.#timer ??= setTimeout(() => void this.trim(), trimDelayMs)
    } catch {
      // It can be made again.
    }
  }

  /** Removes what belongs to no content here, and what was not looked at for longest until the rest fits. */
  async trim(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#keptSinceTrim = 0
    try {
      await navigator.locks.request(
        `livestore-filesync-thumbnails:${this.#store.name}`,
        { ifAvailable: true },
        (lock) => (lock === null ? undefined : this.#trimAlone()),
      )
    } catch {
      // The next one tries again.
    }
  }

  async #trimAlone(): Promise<void> {
    const all: Kept[] = []
    const orphans: string[] = []
    for await (const [contentHash, folder] of this.#thumbnails.entries()) {
      if (folder.kind !== "directory") continue
      if (await this.#hasContent(contentHash))
        all.push(...(await keptIn(folder as FileSystemDirectoryHandle)))
      else orphans.push(contentHash)
    }
    for (const contentHash of orphans) await this.#thumbnails.removeEntry(contentHash, { recursive: true })
    let bytes = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    if (bytes <= this.#maxBytes) return
    for (const { folder, name, sizeBytes } of all.toSorted((one, other) => one.usedAtMs - other.usedAtMs)) {
      if (bytes <= this.#maxBytes * trimTo) return
      await folder.removeEntry(name).catch(ignore) // Another tab was first.
      bytes -= sizeBytes
    }
  }

  async #hasContent(contentHash: string): Promise<boolean> {
    try {
      const shard = await this.#store.getDirectoryHandle(contentHash.slice(0, 2))
      await shard.getFileHandle(contentHash)
      return true
    } catch {
      return false
    }
  }
}

const ignore = (): void => undefined

const write = async (folder: FileSystemDirectoryHandle, name: string, bytes: Blob): Promise<void> => {
  const handle = await folder.getFileHandle(name, { create: true })
  // Replaces the file when it is closed: no reader sees half a thumbnail.
  const writable = await handle.createWritable()
  await writable.write(bytes)
  await writable.close()
}

const smallestIn = async (folder: FileSystemDirectoryHandle, longSidePx: number) => {
  let best
  for await (const [name, handle] of folder.entries()) {
    const [, px, width, height, type] = namePattern.exec(name) ?? []
    const here = Number(px ?? 0)
    if (
      handle.kind !== "file" ||
      here < longSidePx ||
      here > Math.max(longSidePx * 2, largestFirstPx) ||
      (best?.px ?? here) < here
    )
      continue
    best = {
      ...{ px: here, width: Number(width), height: Number(height) },
      ...{ type: `image/${type}`, name, handle: handle as FileSystemFileHandle },
    }
  }
  return best
}

const keptIn = async (folder: FileSystemDirectoryHandle): Promise<ReadonlyArray<Kept>> => {
  const kept: Kept[] = []
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind !== "file") continue
    const { size, lastModified } = await (handle as FileSystemFileHandle).getFile()
    kept.push({ folder, name, sizeBytes: size, usedAtMs: lastModified })
  }
  return kept
}
