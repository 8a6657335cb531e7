import { rootFolderName, storeFolderName } from "../../src/utils/stored-path.js"

/** The folder of a store in the origin private file system, made when missing. */
export const openStoreFolder = async (storeId: string): Promise<FileSystemDirectoryHandle> => {
  const origin = await navigator.storage.getDirectory()
  const root = await origin.getDirectoryHandle(rootFolderName, { create: true })
  return root.getDirectoryHandle(storeFolderName(storeId), { create: true })
}

/** Removes everything a store has on this device; waits for workers that still hold a file open. */
export const removeStoreFolder = async (storeId: string): Promise<void> => {
  const origin = await navigator.storage.getDirectory()
  const root = await origin.getDirectoryHandle(rootFolderName, { create: true })
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      return await root.removeEntry(storeFolderName(storeId), { recursive: true })
    } catch (error) {
      const { name } = error as DOMException
      if (name === "NotFoundError") return
      if (name !== "NoModificationAllowedError" && name !== "InvalidModificationError") throw error
      // A terminated worker lets go of its files a moment later, and no event says when.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Names of the entries of a folder inside a store; none when the folder is missing. */
export const listFolder = async (storeId: string, folder: string): Promise<ReadonlyArray<string>> => {
  const store = await openStoreFolder(storeId)
  const handle = await store.getDirectoryHandle(folder, { create: true })
  const names: string[] = []
  for await (const name of handle.keys()) names.push(name)
  return names
}

/** Puts other bytes in the place of a stored content, as a failing disk would. */
export const corruptStored = async (storeId: string, contentHash: string, bytes: string): Promise<void> => {
  const store = await openStoreFolder(storeId)
  const shard = await store.getDirectoryHandle(contentHash.slice(0, 2))
  const writable = await (await shard.getFileHandle(contentHash)).createWritable()
  await writable.write(bytes)
  await writable.close()
}

/** Takes a stored content away behind the engine's back, as a browser that evicts would. */
export const dropStored = async (storeId: string, contentHash: string): Promise<void> => {
  const store = await openStoreFolder(storeId)
  await (await store.getDirectoryHandle(contentHash.slice(0, 2))).removeEntry(contentHash)
}
