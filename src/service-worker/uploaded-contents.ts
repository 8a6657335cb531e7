import type { BatchSupport, RemoteRequest, RemoteStorageAdapter } from "../types/index.js"
import { rootFolderName } from "../utils/stored-path.js"
import { uploadedMarkersFolderName } from "./protocol.js"

/**
 * Wraps an adapter so that content the service worker uploaded in the background is not uploaded again. The worker's
 * marker is only a hint; the remote confirms it first. Multipart uploads check by themselves.
 */
export const skipUploadedContents = (
  adapter: RemoteStorageAdapter,
  storeFolder: string,
): RemoteStorageAdapter => {
  const { isStored, batch } = adapter
  if (isStored === undefined || globalThis.navigator?.storage?.getDirectory === undefined) return adapter
  const sent = new Set<string>()
  let taking: Promise<void> | undefined
  const isThere = async (request: RemoteRequest): Promise<boolean> => {
    // Concurrent calls share one read: the markers can be taken only once.
    taking ??= takeMarkers(storeFolder, sent).finally(() => (taking = undefined))
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

/** Reads and removes the worker's markers; almost always there are none. */
const takeMarkers = async (storeFolder: string, into: Set<string>): Promise<void> => {
  try {
    const origin = await navigator.storage.getDirectory()
    const root = await origin.getDirectoryHandle(rootFolderName)
    const store = await root.getDirectoryHandle(storeFolder)
    const folder = await store.getDirectoryHandle(uploadedMarkersFolderName)
    for await (const name of folder.keys()) into.add(name)
    await store.removeEntry(uploadedMarkersFolderName, { recursive: true })
  } catch {
    // There is no marker, or no file storage at all.
  }
}
