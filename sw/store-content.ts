import { findStore } from "./store-registry.js"
import { findStoredFile, openFolder } from "./stored-file.js"

/** A file that can be published in one step, which TypeScript does not know. */
export type MovableHandle = FileSystemFileHandle & {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>
}

/**
 * Puts verified bytes at their place, whole or not at all; `true` when they are there.
 * A browser without `createWritable` or `move` keeps nothing here: the page's engine will.
 */
export const storeContent = async (
  storeFolder: string,
  contentHash: string,
  bytes: Blob,
): Promise<boolean> => {
  let discard: (() => Promise<void>) | undefined
  try {
    if (await findStoredFile(storeFolder, contentHash)) return true
    if (!(await findStore(storeFolder))) return false
    const unfinished = await openFolder([storeFolder, "tmp"], true)
    const name = `sw-${Math.random()}`
    const handle = (await unfinished.getFileHandle(name, { create: true })) as MovableHandle
    discard = () => unfinished.removeEntry(name)
    const writable = await handle.createWritable()
    await writable.write(bytes)
    await writable.close()
    const folder = await openFolder([storeFolder, contentHash.slice(0, 2)], true)
    await handle.move(folder, contentHash)
    // The user signed out in between: what the page has deleted must not come back.
    if (await findStore(storeFolder)) return true
    await folder.removeEntry(contentHash)
    return false
  } catch {
    await discard?.().catch(() => {})
    return false
  }
}
