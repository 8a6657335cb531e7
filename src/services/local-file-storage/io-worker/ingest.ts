import type { IngestAnswer, ReceiveAnswer } from "./protocol.js"
import { changedWhileRead, readBlob, readWhole } from "./read-blob.js"
import { publishContent } from "./publish-content.js"
import { openSequential } from "./sequential-file.js"
import { sha256, startSha256 } from "./sha256.js"
import { findStored, removeEntry, type StoreFolder } from "./store-folder.js"

/**
 * Up to this size a file is held whole, hashed by the browser and written only when it is new. Our choice: several
 * such files are under way at once, and above it the slices of the streaming way hide the slower hash.
 */
const holdWholeBytes = 4 * 1024 * 1024

/** What a running request tells and is told. */
export interface RequestContext {
  readonly signal: AbortSignal
  readonly onProgress: (loadedBytes: number) => void
}

/** Copies a file into the store under its SHA-256; the source is read once. */
export const ingest = async (
  store: StoreFolder,
  file: Blob,
  context: RequestContext,
): Promise<IngestAnswer> =>
  file.size <= holdWholeBytes ? ingestWhole(store, file, context) : ingestStreaming(store, file, context)

const ingestWhole = async (
  store: StoreFolder,
  file: Blob,
  { signal }: RequestContext,
): Promise<IngestAnswer> => {
  const bytes = await readWhole(file)
  signal.throwIfAborted()
  const contentHash = await sha256(bytes)
  if ((await findStored(store, contentHash)) !== undefined) {
    return { contentHash, sizeBytes: bytes.byteLength, existed: true }
  }
  await writeWhole(store, signal, bytes, contentHash)
  return { contentHash, sizeBytes: bytes.byteLength, existed: false }
}

/** Stores bytes that are in memory under a hash, if that is theirs. */
export const storeVerified = async (
  store: StoreFolder,
  contentHash: string,
  bytes: Uint8Array<ArrayBuffer>,
  { signal }: RequestContext,
): Promise<ReceiveAnswer> => {
  const sizeBytes = bytes.byteLength
  const actualHash = await sha256(bytes)
  if (actualHash !== contentHash) return { published: false, actualHash, sizeBytes }
  if ((await findStored(store, contentHash)) === undefined)
    await writeWhole(store, signal, bytes, contentHash)
  return { published: true, sizeBytes }
}

const writeWhole = (
  store: StoreFolder,
  signal: AbortSignal,
  bytes: Uint8Array<ArrayBuffer>,
  contentHash: string,
): Promise<unknown> =>
  writeUnfinished(store, signal, async (handle) => {
    const target = await openSequential(handle)
    try {
      await target.write(bytes)
    } finally {
      await target.close()
    }
    return contentHash
  })

const ingestStreaming = async (
  store: StoreFolder,
  file: Blob,
  context: RequestContext,
): Promise<IngestAnswer> => {
  let sizeBytes = 0
  const { contentHash, existed } = await writeUnfinished(store, context.signal, async (handle) => {
    const hasher = startSha256()
    const target = await openSequential(handle, { sizeBytes: file.size })
    try {
      for await (const bytes of readBlob(file)) {
        context.signal.throwIfAborted()
        hasher.update(bytes)
        await target.write(bytes)
        sizeBytes += bytes.byteLength
        context.onProgress(sizeBytes)
      }
    } finally {
      await target.close()
    }
    if (sizeBytes !== file.size) throw changedWhileRead()
    return hasher.digest()
  })
  return { contentHash, sizeBytes, existed }
}

const writeUnfinished = async (
  store: StoreFolder,
  signal: AbortSignal,
  write: (handle: FileSystemFileHandle) => Promise<string>,
): Promise<{ readonly contentHash: string; readonly existed: boolean }> => {
  const name = `ingest-${crypto.randomUUID()}`
  store.inUse.add(name)
  const handle = await store.unfinished.getFileHandle(name, { create: true })
  try {
    const contentHash = await write(handle)
    signal.throwIfAborted()
    return { contentHash, existed: !(await publishContent(store, handle, contentHash)) }
  } catch (error) {
    await removeEntry(store.unfinished, name).catch(() => undefined) // The first failure is the one to tell.
    throw error
  } finally {
    store.inUse.delete(name)
  }
}
