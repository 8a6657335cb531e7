import { rootFolderName, thumbnailFolderName } from "../../../utils/stored-path.js"

const unfinishedFolderName = "tmp"
const outboxFolderName = "outbox"
const create = { create: true }

/** The folders of one store in OPFS, opened once. */
export interface StoreFolder {
  readonly unfinished: FileSystemDirectoryHandle
  readonly outbox: FileSystemDirectoryHandle
  /** Names of unfinished bytes this worker is writing; a sweep leaves them alone. */
  readonly inUse: Set<string>
  /** Folder of the content with this hash. Fails with `NotFoundError` when absent and `create` is false. */
  shard(contentHash: string, options: { readonly create: boolean }): Promise<FileSystemDirectoryHandle>
  /** Every shard folder there is. */
  shards(): AsyncIterable<FileSystemDirectoryHandle>
  /** `undefined` when none was ever made. */
  thumbnails(): Promise<FileSystemDirectoryHandle | undefined>
  /** Removes the thumbnails of this content. */
  removeThumbnails(contentHash: string): Promise<void>
}

/** Opens, and where missing makes, the folders of a store. `folder` is an escaped store id. */
export const openStoreFolder = async (folder: string): Promise<StoreFolder> => {
  const origin = await navigator.storage.getDirectory()
  const root = await origin.getDirectoryHandle(rootFolderName, create)
  const store = await root.getDirectoryHandle(folder, create)
  const [unfinished, outbox] = await Promise.all([
    store.getDirectoryHandle(unfinishedFolderName, create),
    store.getDirectoryHandle(outboxFolderName, create),
  ])
  const opened = new Map<string, Promise<FileSystemDirectoryHandle>>()
  const shard: StoreFolder["shard"] = (contentHash, options) => {
    const name = contentHash.slice(0, 2)
    const known = opened.get(name)
    if (known !== undefined) return known
    const opening = store.getDirectoryHandle(name, options)
    opened.set(name, opening)
    opening.catch(() => opened.delete(name))
    return opening
  }
  const thumbnails = (): Promise<FileSystemDirectoryHandle | undefined> =>
    store.getDirectoryHandle(thumbnailFolderName).catch(() => undefined)
  return {
    unfinished,
    outbox,
    inUse: new Set(),
    shard,
    async *shards() {
      for await (const [name, handle] of store.entries()) {
        if (/^[0-9a-f]{2}$/.test(name) && handle.kind === "directory")
          yield handle as FileSystemDirectoryHandle
      }
    },
    thumbnails,
    async removeThumbnails(contentHash) {
      const made = await thumbnails()
      // What is being written this moment goes with the next look through that folder.
      await made?.removeEntry(contentHash, { recursive: true }).catch(() => undefined)
    },
  }
}

/** The stored file of a content hash, or `undefined`. */
export const findStored = async (
  store: StoreFolder,
  contentHash: string,
): Promise<FileSystemFileHandle | undefined> => {
  try {
    const shard = await store.shard(contentHash, { create: false })
    return await shard.getFileHandle(contentHash)
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") return undefined
    throw error
  }
}

/** Removes an entry; one that is not there is fine. */
export const removeEntry = async (folder: FileSystemDirectoryHandle, name: string): Promise<void> => {
  try {
    await folder.removeEntry(name)
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error
  }
}

/**
 * Sizes of all files of a folder and those below it. A file that is being written or removed meanwhile may count in
 * part or not at all.
 */
export const bytesIn = async (folder: FileSystemDirectoryHandle): Promise<number> => {
  let bytes = 0
  for await (const handle of folder.values()) {
    if (handle.kind === "directory")
      bytes += await bytesIn(handle as FileSystemDirectoryHandle).catch(() => 0)
    else {
      const file = await (handle as FileSystemFileHandle).getFile().catch(() => undefined)
      bytes += file?.size ?? 0
    }
  }
  return bytes
}
