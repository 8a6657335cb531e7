import type { FileHandle } from "node:fs/promises"
import { Readable } from "node:stream"
import type { ByteSpan } from "./object-storage.js"

/** Bytes read from a file at a time. */
const readBufferBytes = 256 * 1024

/** These bytes of an open file; the file is closed when they were read, or when the reader gave up. */
export const readSpan = async (
  file: FileHandle,
  { start, end }: ByteSpan,
): Promise<ReadableStream<Uint8Array>> => {
  const sizeBytes = end - start + 1
  if (sizeBytes <= readBufferBytes) return streamOfOne(await readSmall(file, start, sizeBytes))
  // Node closes the file when the stream ends, fails or is cancelled.
  const source = file.createReadStream({ start, end, highWaterMark: readBufferBytes })
  return Readable.toWeb(source, { strategy: { highWaterMark: 1 } }) as ReadableStream<Uint8Array>
}

/** One read instead of Node's stream with a web stream around it, which takes longer than the disk. */
const readSmall = async (file: FileHandle, start: number, sizeBytes: number): Promise<Uint8Array> => {
  try {
    const bytes = new Uint8Array(sizeBytes)
    let readBytes = 0
    while (readBytes < sizeBytes) {
      const rest = sizeBytes - readBytes
      const { bytesRead } = await file.read(bytes, readBytes, rest, start + readBytes)
      if (bytesRead === 0) throw new Error("the file became shorter while it was read")
      readBytes += bytesRead
    }
    return bytes
  } finally {
    await file.close()
  }
}

const streamOfOne = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes)
      controller.close()
    },
  })
