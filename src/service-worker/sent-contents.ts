import type { BatchSupport, RemoteRequest, RemoteStorageAdapter } from "../types/index.js"
import { rootFolderName } from "../utils/stored-path.js"
import { sentFolderName } from "./protocol.js"

/**
 * The same remote, which sends nothing for contents that the service worker brought there while no page was open. The
 * worker's word is only a reason to ask: what the remote does not confirm is sent. Uploads in parts ask by themselves.
 */
export const withoutSentContents = (
  adapter: RemoteStorageAdapter,
  storeFolder: string,
): RemoteStorageAdapter => {
  const { isStored, batch } = adapter
  if (isStored === undefined || globalThis.navigator?.storage?.getDirectory === undefined) return adapter
  const sent = new Set<string>()
  let taking: Promise<void> | undefined
  const isThere = async (request: RemoteRequest): Promise<boolean> => {
    // One for all who ask at the same time: the notes can be taken only once.
    taking ??= takeNotes(storeFolder, sent).finally(() => (taking = undefined))
    await taking
    return sent.delete(request.contentHash) && isStored(request).catch(() => false)
  }
  const uploadMany = async (
    { uploadMany: send }: BatchSupport,
    { files, signal }: Parameters<BatchSupport["uploadMany"]>[0],
  ) => {
    const there = await Promise.all(files.map((file) => isThere({ ...file, signal })))
    const left = files.filter((_, at) => !there[at])
    const results = left.length > 0 ? [...(await send({ files: left, signal }))] : []
    return files.flatMap(({ key }, at) => (there[at] ? [{ key }] : results.splice(0, 1)))
  }
  return {
    ...adapter,
    upload: async (request) => ((await isThere(request)) ? { key: request.key } : adapter.upload(request)),
    ...(batch && { batch: { ...batch, uploadMany: (request) => uploadMany(batch, request) } }),
  }
}

/** Reads the worker's notes and removes them; almost always there are none. */
const takeNotes = async (storeFolder: string, into: Set<string>): Promise<void> => {
  try {
    const origin = await navigator.storage.getDirectory()
    const root = await origin.getDirectoryHandle(rootFolderName)
    const store = await root.getDirectoryHandle(storeFolder)
    const folder = await store.getDirectoryHandle(sentFolderName)
    for await (const name of folder.keys()) into.add(name)
    await store.removeEntry(sentFolderName, { recursive: true })
  } catch {
    // None, or no file storage at all.
  }
}
