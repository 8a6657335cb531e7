import { incrementalDigest } from "./incremental-digest.js"
import { withFixedLength } from "./fixed-length-stream.js"
import { contentHashOfKey } from "./object-key.js"
import {
  type ObjectStorage,
  StorageFailure,
  type StoredObject,
  type WriteFacts,
  type WriteResult,
} from "./object-storage.js"
import type { R2BucketLike, R2ObjectLike, R2WriteOptions } from "./r2-bucket.js"
import { stagedMultipart } from "./staged-multipart.js"

/** Options of {@link r2Storage}. */
export interface R2StorageOptions {
  /** Larger objects are sent as R2 parts. Default just below 5 GiB, R2's limit for one put. */
  readonly singlePutMaxBytes?: number
  /** Size of those parts; R2 wants all but the last equal and at least 5 MiB. Default 100 MiB. */
  readonly partBytes?: number
}

/** Keys that one R2 delete may name. */
const maxDeleteKeys = 1000

/**
 * A store over an R2 binding. R2 checks the SHA-256 of a put itself and publishes nothing when it differs; an object
 * too large for one put is hashed on its way into an R2 multipart upload that is completed only if the hash is right.
 */
export const r2Storage = (bucket: R2BucketLike, options: R2StorageOptions = {}): ObjectStorage => {
  const singlePutMaxBytes = options.singlePutMaxBytes ?? 5 * 1000 ** 3
  const partBytes = options.partBytes ?? 100 * 1024 ** 2
  const base: Omit<ObjectStorage, "multipart"> = {
    name: "r2",

    head: async (key) => {
      const object = await bucket.head(key)
      return object === null ? undefined : toStoredObject(object)
    },

    read: async (key, span) => {
      const found = await bucket.get(
        key,
        span === undefined ? {} : { range: { offset: span.start, length: span.end - span.start + 1 } },
      )
      if (found === null) return undefined
      const sizeBytes = span === undefined ? found.size : span.end - span.start + 1
      return { object: toStoredObject(found), body: withFixedLength(found.body, sizeBytes).body }
    },

    write: (key, body, facts) => {
      if (body instanceof Uint8Array) return putBytes(bucket, key, body, facts)
      if (facts.sizeBytes === 0) return putEmpty(bucket, key, body, facts)
      return facts.sizeBytes <= singlePutMaxBytes
        ? putStream(bucket, key, body, facts)
        : putParts(bucket, key, body, facts, partBytes)
    },

    remove: async (keys) => {
      for (let start = 0; start < keys.length; start += maxDeleteKeys) {
        await bucket.delete(keys.slice(start, start + maxDeleteKeys))
      }
    },

    list: async ({ prefix, cursor, startAfter, limit }) => {
      const page = await bucket.list({
        prefix,
        ...(cursor === undefined ? {} : { cursor }),
        ...(startAfter === undefined ? {} : { startAfter }),
        ...(limit === undefined ? {} : { limit }),
      })
      return { objects: page.objects.map(toStoredObject), cursor: page.truncated ? page.cursor : undefined }
    },
  }
  return { ...base, multipart: stagedMultipart(base) }
}

const toStoredObject = (object: R2ObjectLike): StoredObject => ({
  key: object.key,
  sizeBytes: object.size,
  contentHash: object.customMetadata?.contentHash ?? contentHashOfKey(object.key),
  mimeType: object.httpMetadata?.contentType ?? "application/octet-stream",
  etag: object.etag,
  storedAtMs: object.uploaded.getTime(),
})

const metadata = ({ contentHash, mimeType }: WriteFacts): R2WriteOptions => ({
  httpMetadata: { contentType: mimeType },
  ...(contentHash === undefined ? {} : { customMetadata: { contentHash } }),
})

const putBytes = async (
  bucket: R2BucketLike,
  key: string,
  body: Uint8Array | ReadableStream<Uint8Array>,
  facts: WriteFacts,
): Promise<WriteResult> => {
  const replaces = !facts.onlyIfAbsent && (await bucket.head(key)) !== null
  try {
    const object = await bucket.put(key, body, {
      ...metadata(facts),
      ...(facts.contentHash === undefined ? {} : { sha256: facts.contentHash }),
      ...(facts.onlyIfAbsent ? { onlyIf: { etagDoesNotMatch: "*" } } : {}),
    })
    if (object === null) return { outcome: "already-there", etag: "" }
    return { outcome: replaces ? "replaced" : "created", etag: object.etag }
  } catch (error) {
    throw toFailure(error)
  }
}

const putEmpty = async (
  bucket: R2BucketLike,
  key: string,
  body: ReadableStream<Uint8Array>,
  facts: WriteFacts,
): Promise<WriteResult> => {
  const step = await body.getReader().read()
  if (!step.done) throw new StorageFailure("Truncated", "the body is longer than declared")
  return putBytes(bucket, key, new Uint8Array(0), facts)
}

const putStream = async (
  bucket: R2BucketLike,
  key: string,
  body: ReadableStream<Uint8Array>,
  facts: WriteFacts,
): Promise<WriteResult> => {
  const sized = withFixedLength(body, facts.sizeBytes)
  try {
    const result = await putBytes(bucket, key, sized.body, facts)
    if (result.outcome === "already-there") await sized.body.cancel().catch(ignoreLockedBody)
    return result
  } catch (error) {
    const isVerdict = error instanceof StorageFailure && error.reason === "DigestMismatch"
    const broken = isVerdict ? undefined : await Promise.race([sized.failure, undefined])
    throw broken === undefined ? error : new StorageFailure("Truncated", String(broken), { cause: error })
  }
}

const ignoreLockedBody = (): void => {
  // R2 holds the body or has released it; nothing reads it any more either way.
}

const putParts = async (
  bucket: R2BucketLike,
  key: string,
  body: ReadableStream<Uint8Array>,
  facts: WriteFacts,
  partBytes: number,
): Promise<WriteResult> => {
  const existing = await bucket.head(key)
  if (existing !== null && facts.onlyIfAbsent) return { outcome: "already-there", etag: "" }
  const upload = await bucket.createMultipartUpload(key, metadata(facts))
  const hash = await incrementalDigest()
  const reader = body.getReader()
  let rest = new Uint8Array(0)
  try {
    const parts: Array<{ readonly partNumber: number; readonly etag: string }> = []
    for (let start = 0; start < facts.sizeBytes; start += partBytes) {
      const lengthBytes = Math.min(partBytes, facts.sizeBytes - start)
      let missing = lengthBytes
      const slice = new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (rest.byteLength === 0) {
            const step = await reader.read()
            if (step.done) throw new StorageFailure("Truncated", "the body is shorter than declared")
            rest = new Uint8Array(step.value)
            await hash.update(rest)
          }
          const chunk = rest.subarray(0, missing)
          rest = rest.subarray(chunk.byteLength)
          missing -= chunk.byteLength
          controller.enqueue(chunk)
          if (missing === 0) controller.close()
        },
      })
      parts.push(await upload.uploadPart(parts.length + 1, withFixedLength(slice, lengthBytes).body))
    }
    if (rest.byteLength > 0 || !(await reader.read()).done) {
      throw new StorageFailure("Truncated", "the body is longer than declared")
    }
    const contentHash = await hash.finish()
    if (facts.contentHash !== undefined && contentHash !== facts.contentHash) {
      throw new StorageFailure("DigestMismatch", "the parts together have another SHA-256")
    }
    const object = await upload.complete(parts)
    return { outcome: existing === null ? "created" : "replaced", etag: object.etag }
  } catch (error) {
    await upload.abort()
    throw toFailure(error)
  }
}

const toFailure = (error: unknown): unknown => {
  if (error instanceof StorageFailure) return error
  const text = String(error)
  // 10037: the checksum does not match. 10058 and 10043: too many requests, service unavailable.
  if (/\(10037\)|checksum you specified did not match/i.test(text)) {
    return new StorageFailure("DigestMismatch", text, { cause: error })
  }
  if (/\((?:10001|10043|10054|10058)\)/.test(text))
    return new StorageFailure("Unavailable", text, { cause: error })
  return error
}
