import type { IngestAnswer, ReceiveAnswer } from "./protocol.js"
import { changedWhileRead, readBlob, readWhole } from "./read-blob.js"
import { publishContent } from "./publish-content.js"
import { sha256, startSha256 } from "./sha256.js"
import { findStored, type StoreFolder } from "./store-folder.js"
import { openUnfinished } from "./unfinished-file.js"

/**
 * Up to this size a file is held whole, hashed by the browser and written only when it is new. Several
 * such files are under way at once, and above it the slices of the streaming way hide the slower hash.
 */
const holdWholeBytes = 4 * 1024 * 1024

/** How many bytes are copied between two progress messages: some tens of messages a second. */
const progressBytes = 4 * 1024 * 1024

/** A running request's progress callbacks and its abort signal. */
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
  const read = async () => {
    const bytes = await readWhole(file)
    signal.throwIfAborted()
    return { bytes, contentHash: await sha256(bytes) }
  }
  const { contentHash, sizeBytes, existed } = await storeWhole(store, signal, read)
  return { contentHash, sizeBytes, existed }
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
  await storeWhole(store, signal, async () => ({ bytes, contentHash }))
  return { published: true, sizeBytes }
}

/**
 * Writes bytes that are held whole. The file to write them into is made while they are read and looked for, which takes
 * about as long; where the content is here already, that file is removed again.
 */
const storeWhole = async (
  store: StoreFolder,
  signal: AbortSignal,
  read: () => Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly contentHash: string }>,
): Promise<IngestAnswer> => {
  const opening = openUnfinished(store)
  opening.catch(() => undefined) // Asked for below; a full disk is no failure for content that is here.
  let isKept = false
  try {
    const { bytes, contentHash } = await read()
    const sizeBytes = bytes.byteLength
    if ((await findStored(store, contentHash)) !== undefined) return { contentHash, sizeBytes, existed: true }
    const unfinished = await opening
    await unfinished.file.write(bytes)
    await unfinished.close()
    signal.throwIfAborted()
    const isFirst = await publishContent(store, unfinished.handle, contentHash)
    isKept = true
    return { contentHash, sizeBytes, existed: !isFirst }
  } finally {
    const unfinished = await opening.catch(() => undefined)
    await (isKept ? unfinished?.release() : unfinished?.discard())
  }
}

const ingestStreaming = async (
  store: StoreFolder,
  file: Blob,
  { signal, onProgress }: RequestContext,
): Promise<IngestAnswer> => {
  const unfinished = await openUnfinished(store, { sizeBytes: file.size })
  let isKept = false
  try {
    const hasher = await startSha256()
    let sizeBytes = 0
    let toldBytes = 0
    for await (const bytes of readBlob(file)) {
      signal.throwIfAborted()
      hasher.update(bytes)
      await unfinished.file.write(bytes)
      sizeBytes += bytes.byteLength
      if (sizeBytes - toldBytes < progressBytes && sizeBytes < file.size) continue
      toldBytes = sizeBytes
      onProgress(sizeBytes)
    }
    if (sizeBytes !== file.size) throw changedWhileRead()
    await unfinished.close()
    signal.throwIfAborted()
    const contentHash = hasher.digest()
    const isFirst = await publishContent(store, unfinished.handle, contentHash)
    isKept = true
    return { contentHash, sizeBytes, existed: !isFirst }
  } finally {
    await (isKept ? unfinished.release() : unfinished.discard())
  }
}
