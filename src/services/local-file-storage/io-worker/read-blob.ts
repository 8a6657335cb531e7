import { byteReader } from "../../../utils/byte-reader.js"
import { withTimeout } from "./with-timeout.js"

/**
 * Bytes read at a time where a blob cannot be streamed. Reading the source is the cost of an ingest: 16 MB slices with
 * the next one under way come within 1.3 of the best there is, 1 MB slices take three times as long.
 */
const sliceBytes = 16 * 1024 * 1024

/** The one buffer of a stream. A read gives about 650 KB in Chromium 156, whatever the buffer could hold. */
const bufferBytes = 1024 * 1024

/** A sleeping disk has woken up within this time; when a read takes longer, the rest is read in slices. */
const readTimeoutMs = 10_000

/** The failure of a source that has changed since it was picked. */
export const changedWhileRead = (): DOMException =>
  new DOMException("The file changed while it was read", "NotReadableError")

/** A blob's bytes. Fails with `NotReadableError` for every reason a source cannot be read: changed, moved, deleted. */
export const readWhole = async (blob: Blob): Promise<Uint8Array<ArrayBuffer>> => {
  const buffer = await blob.arrayBuffer().catch(() => Promise.reject(changedWhileRead()))
  if (buffer.byteLength !== blob.size) throw changedWhileRead()
  return new Uint8Array(buffer)
}

/** A blob by its URL is refused by a Content Security Policy without `connect-src blob:`; then it is not tried again. */
let mayFetch = true

/**
 * The bytes of a blob from front to back. What is given is good until the next is asked for: where the browser can, one
 * buffer is filled again and again, because a new buffer for each read waits for the garbage collector, which does not
 * keep up with a gigabyte.
 */
export async function* readBlob(blob: Blob, fromByte = 0): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let offset = fromByte
  const stream = mayFetch && offset < blob.size ? await openStream(blob.slice(offset)) : undefined
  if (stream !== undefined) {
    for await (const bytes of readStream(stream)) {
      offset += bytes.byteLength
      yield bytes
    }
    // A stream looks at its source once, in the beginning. This look fails if the file was changed meanwhile.
    if (offset === blob.size) await readWhole(blob.slice(offset - 1))
  }
  // All of it, or what a stream that broke has left: slices say what is wrong with the source.
  const isRefused = stream === undefined && offset < blob.size
  yield* readSlices(blob, offset)
  if (isRefused) mayFetch = false
}

// Not `blob.stream()`: its byte reader hangs in Chromium 156, and its plain one makes a buffer for each read.
const openStream = async (blob: Blob): Promise<ReadableStreamBYOBReader | undefined> => {
  const url = URL.createObjectURL(blob)
  try {
    const { body } = await fetch(url)
    return body === null ? undefined : byteReader(body)
  } catch {
    return undefined
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** Ends where the stream ends, breaks or hangs. */
async function* readStream(reader: ReadableStreamBYOBReader): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let buffer = new ArrayBuffer(bufferBytes)
  try {
    for (;;) {
      const reading = reader.read(new Uint8Array(buffer)).catch(() => undefined)
      // Byte readers of blobs are known to hang.
      const step = await withTimeout(reading, readTimeoutMs)
      if (step === undefined || step.done) return
      yield step.value
      buffer = step.value.buffer
    }
  } finally {
    reader.cancel().catch(() => undefined) // Broken streams break again.
  }
}

/** Each slice is read while the one before is being used. Memory: two slices, and those not collected yet. */
async function* readSlices(blob: Blob, fromByte: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const readAt = (offset: number) => {
    const reading = readWhole(blob.slice(offset, offset + sliceBytes))
    // Awaited later; until then a rejection must not count as unhandled.
    reading.catch(() => undefined)
    return reading
  }
  let next = fromByte < blob.size ? readAt(fromByte) : undefined
  for (let offset = fromByte; next !== undefined; ) {
    const bytes = await next
    offset += bytes.byteLength
    next = bytes.byteLength > 0 && offset < blob.size ? readAt(offset) : undefined
    yield bytes
  }
}
