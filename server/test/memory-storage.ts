import {
  type ObjectStorage,
  StorageFailure,
  type StoredObject,
  type WriteFacts,
  type WriteResult,
} from "../object-storage.js"
import { stagedMultipart } from "../staged-multipart.js"
import { bytesOf, hashOf } from "./client.js"

/**
 * A store in memory, for tests that ask it a thousand things; `objects` shows what is visible. Everything is as old as
 * `now` says when it is written: by default as old as can be.
 */
export const memoryStorage = (
  now = () => 0,
): ObjectStorage & { readonly objects: Map<string, StoredBytes> } => {
  const objects = new Map<string, StoredBytes>()
  const write = async (key: string, bytes: Uint8Array, facts: WriteFacts): Promise<WriteResult> => {
    const etag = hashOf(bytes)
    if (bytes.byteLength !== facts.sizeBytes) throw new StorageFailure("Truncated", "another length")
    if (facts.contentHash !== undefined && facts.contentHash !== etag) {
      throw new StorageFailure("DigestMismatch", "another hash")
    }
    const existed = objects.has(key)
    if (existed && facts.onlyIfAbsent) return { outcome: "already-there", etag }
    const object = {
      key,
      sizeBytes: bytes.byteLength,
      contentHash: etag,
      mimeType: facts.mimeType,
      etag,
      storedAtMs: now(),
    }
    objects.set(key, { object, bytes })
    return { outcome: existed ? "replaced" : "created", etag }
  }
  const base: Omit<ObjectStorage, "multipart"> = {
    name: "memory",
    head: async (key) => objects.get(key)?.object,
    read: async (key, span) => {
      const found = objects.get(key)
      if (found === undefined) return undefined
      const bytes = span === undefined ? found.bytes : found.bytes.slice(span.start, span.end + 1)
      return { object: found.object, body: new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() }
    },
    write: async (key, body, facts) =>
      write(key, body instanceof Uint8Array ? body : await bytesOf(new Response(body)), facts),
    remove: async (keys) => {
      for (const key of keys) objects.delete(key)
    },
    list: async ({ prefix, cursor, startAfter, limit = 1000 }) => {
      const after = cursor ?? startAfter
      const keys = [...objects.keys()]
        .filter((key) => key.startsWith(prefix) && (after === undefined || key > after))
        .toSorted()
      const page = keys.slice(0, limit).flatMap((key) => objects.get(key)?.object ?? [])
      return { objects: page, cursor: keys.length > limit ? page.at(-1)?.key : undefined }
    },
  }
  return { ...base, objects, multipart: stagedMultipart(base) }
}

/** An object and what it holds. */
export interface StoredBytes {
  readonly object: StoredObject
  readonly bytes: Uint8Array
}
