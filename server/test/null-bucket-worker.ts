// A worker that serves the backend over a bucket that keeps nothing: only the worker's own memory is left to look at.
import { allowAll } from "../access.js"
import { createFileSyncHandler } from "../handler.js"
import type { R2BucketLike, R2ObjectLike } from "../r2-bucket.js"
import { incrementalDigest } from "../incremental-digest.js"
import { r2Storage } from "../r2-storage.js"

/** Sizes by key: what is given back is zeros. */
const sizes = new Map<string, number>()

const objectAt = (key: string): R2ObjectLike | null => {
  const size = sizes.get(key)
  return size === undefined ? null : { key, size, etag: "x", uploaded: new Date(0) }
}

const zeros = (sizeBytes: number): ReadableStream<Uint8Array> => {
  let left = sizeBytes
  return new ReadableStream({
    pull(controller) {
      const chunk = new Uint8Array(Math.min(left, 65_536))
      left -= chunk.byteLength
      controller.enqueue(chunk)
      if (left === 0) controller.close()
    },
  })
}

/** Bytes taken from a stream at a time. A native pipe moves 4 KiB at a time, which grows the process by itself. */
const readBytes = 65_536

/** Like R2, it checks the SHA-256 of what passes. */
const swallow = async (body: ReadableStream<Uint8Array>): Promise<{ size: number; hash: string }> => {
  const digest = await incrementalDigest()
  const reader = body.getReader({ mode: "byob" })
  let size = 0
  for (let buffer = new ArrayBuffer(readBytes); ; ) {
    const { done, value } = await reader.read(new Uint8Array(buffer))
    if (done) return { size, hash: await digest.finish() }
    size += value.byteLength
    await digest.update(value)
    buffer = value.buffer
  }
}

const bucket: R2BucketLike = {
  head: async (key) => objectAt(key),
  get: async (key) => {
    const object = objectAt(key)
    return object === null ? null : { ...object, body: zeros(object.size) }
  },
  put: async (key, body, options) => {
    const stream = body instanceof Uint8Array ? new Blob([body as Uint8Array<ArrayBuffer>]).stream() : body
    const { size, hash } = await swallow(stream as ReadableStream<Uint8Array>)
    if (options.sha256 !== undefined && options.sha256 !== hash) {
      throw new Error("The SHA-256 checksum you specified did not match what we received. (10037)")
    }
    sizes.set(key, size)
    return objectAt(key)
  },
  delete: async (keys) => {
    for (const key of keys) sizes.delete(key)
  },
  list: async () => ({ objects: [], truncated: false }),
  createMultipartUpload: async (key) => {
    let total = 0
    return {
      uploadPart: async (partNumber, body) => {
        total += (await swallow(body)).size
        return { partNumber, etag: "x" }
      },
      complete: async () => {
        sizes.set(key, total)
        return { key, size: total, etag: "x", uploaded: new Date(0) }
      },
      abort: async () => {},
    }
  },
}

export default {
  fetch(request: Request): Promise<Response> {
    const storage = r2Storage(
      bucket,
      request.headers.has("X-Split") ? { singlePutMaxBytes: 1024 ** 2, partBytes: 50 * 1024 ** 2 } : {},
    )
    return createFileSyncHandler({ storage, authorize: allowAll, basePath: "/api" })(request)
  },
}
