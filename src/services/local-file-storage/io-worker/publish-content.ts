import { publish } from "./sequential-file.js"
import { findStored, removeEntry, type StoreFolder } from "./store-folder.js"

// The last publication of each content; two of one content run one after the other.
const publishing = new Map<string, Promise<boolean>>()

const publishAlone = async (
  store: StoreFolder,
  handle: FileSystemFileHandle,
  contentHash: string,
): Promise<boolean> => {
  if ((await findStored(store, contentHash)) === undefined) {
    try {
      await publish(handle, await store.shard(contentHash, { create: true }), contentHash)
      return true
    } catch (error) {
      // Another tab was first: the same content is there, which is all that matters.
      if ((await findStored(store, contentHash)) === undefined) throw error
    }
  }
  await removeEntry(store.unfinished, handle.name)
  return false
}

/**
 * Gives finished bytes their place under their hash, or drops them when the same content is there already; a published
 * file is never overwritten. Says whether these bytes were the first.
 */
export const publishContent = async (
  store: StoreFolder,
  handle: FileSystemFileHandle,
  contentHash: string,
): Promise<boolean> => {
  const before = publishing.get(contentHash) ?? Promise.resolve(false)
  const own = before.catch(() => false).then(() => publishAlone(store, handle, contentHash))
  publishing.set(contentHash, own)
  try {
    return await own
  } finally {
    if (publishing.get(contentHash) === own) publishing.delete(contentHash)
  }
}
