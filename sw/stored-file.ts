import { rootFolderName } from "../src/utils/stored-path.js"

/** Handles kept per worker life; walking the path again would cost a request as much as the answer itself. */
const maxHandles = 256
const handles = new Map<string, FileSystemFileHandle>()
const shards = new Map<string, FileSystemDirectoryHandle>()

/**
 * The bytes on this device, or `undefined`. Being at this path means verified and whole.
 * The handle is kept, but never the `File`: asking for it again is what notices that the file was evicted.
 */
export const findStoredFile = async (storeFolder: string, contentHash: string): Promise<File | undefined> => {
  const key = `${storeFolder}/${contentHash}`
  const shardKey = key.slice(0, storeFolder.length + 3)
  try {
    const kept = handles.get(key)
    if (kept) return await kept.getFile()
    const shard = shards.get(shardKey)
    if (shard) return await keep(key, shard, contentHash)
  } catch {
    // The file or its folder is gone, perhaps created again: the path decides.
    handles.delete(key)
    shards.delete(shardKey)
  }
  try {
    const shard = await openFolder([storeFolder, contentHash.slice(0, 2)], false)
    shards.set(shardKey, shard)
    return await keep(key, shard, contentHash)
  } catch {
    return undefined
  }
}

/** A folder below `livestore-filesync-files`. */
export const openFolder = async (
  path: ReadonlyArray<string>,
  create: boolean,
): Promise<FileSystemDirectoryHandle> => {
  let folder = await navigator.storage.getDirectory()
  for (const name of [rootFolderName, ...path]) folder = await folder.getDirectoryHandle(name, { create })
  return folder
}

const keep = async (key: string, shard: FileSystemDirectoryHandle, contentHash: string): Promise<File> => {
  const handle = await shard.getFileHandle(contentHash)
  if (handles.size >= maxHandles) handles.clear()
  handles.set(key, handle)
  return handle.getFile()
}
