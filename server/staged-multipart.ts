import {
  type MultipartStorage,
  type ObjectStorage,
  type PendingUpload,
  StorageFailure,
  type StoredObject,
  type StoredPart,
} from "./object-storage.js"
import { reservedPrefix } from "./object-key.js"
import { type LazyStream, concatStreams } from "./concat-streams.js"

/** Prefix of parts whose whole has not been checked yet. */
export const uploadsPrefix = `${reservedPrefix}uploads/`

const markerName = "begun"

/**
 * Multipart over any store that can write, list and remove: each part is an object of its own in a reserved folder,
 * and completing streams them, in order, through one verified write. So parts of any size are legal, a listing shows
 * what arrived, and wrong bytes never reach the key. The price is that completing moves the bytes once more.
 */
export const stagedMultipart = (storage: Omit<ObjectStorage, "multipart">): MultipartStorage => {
  const multipart: MultipartStorage = {
    begin: async (key, { mimeType }) => {
      const uploadId = crypto.randomUUID()
      const facts = { sizeBytes: 0, contentHash: undefined, mimeType, onlyIfAbsent: false }
      await storage.write(folder(key, uploadId) + markerName, new Uint8Array(0), facts)
      return { uploadId }
    },

    writePart: async (key, uploadId, partNumber, body, facts) => {
      if ((await storage.head(folder(key, uploadId) + markerName)) === undefined) return undefined
      const { etag } = await storage.write(partKey(key, uploadId, partNumber), body, {
        ...facts,
        mimeType: "application/octet-stream",
        onlyIfAbsent: false,
      })
      return { partNumber, etag, sizeBytes: facts.sizeBytes }
    },

    listParts: async (key, uploadId) => {
      let begun = false
      const parts: Array<StoredPart> = []
      for await (const object of everyObject(storage, folder(key, uploadId))) {
        const name = object.key.slice(folder(key, uploadId).length)
        if (name === markerName) begun = true
        else parts.push({ partNumber: Number(name), etag: object.etag, sizeBytes: object.sizeBytes })
      }
      return begun ? parts : undefined
    },

    complete: async (key, uploadId, parts, { contentHash }) => {
      const marker = await storage.head(folder(key, uploadId) + markerName)
      if (marker === undefined || parts.length === 0) return undefined
      const bodies = parts.map(
        ({ partNumber }): LazyStream =>
          async () => {
            const part = await storage.read(partKey(key, uploadId, partNumber))
            if (part === undefined)
              throw new StorageFailure("Unavailable", "a part went away while it was joined")
            return part.body
          },
      )
      const facts = {
        sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
        contentHash,
        mimeType: marker.mimeType,
        onlyIfAbsent: true,
      }
      try {
        const { outcome } = await storage.write(key, concatStreams(bodies), facts)
        await multipart.abort(key, uploadId)
        return outcome === "already-there" ? "already-there" : "created"
      } catch (error) {
        // Which part is wrong cannot be known, so the client starts again; a passing failure keeps the parts.
        if (error instanceof StorageFailure && error.reason === "DigestMismatch")
          await multipart.abort(key, uploadId)
        throw error
      }
    },

    abort: async (key, uploadId) => {
      const keys: Array<string> = []
      for await (const object of everyObject(storage, folder(key, uploadId))) keys.push(object.key)
      // The marker goes first: a part that arrives meanwhile finds no upload.
      keys.sort((a, b) => Number(b.endsWith(markerName)) - Number(a.endsWith(markerName)))
      if (keys.length > 0) await storage.remove(keys)
    },

    listUploads: (prefix) => pendingUploads(storage, prefix),
  }
  return multipart
}

/** Every object under a prefix, page by page. */
export async function* everyObject(
  storage: Pick<ObjectStorage, "list">,
  prefix: string,
): AsyncGenerator<StoredObject, void, void> {
  let cursor: string | undefined
  do {
    const page = await storage.list({ prefix, cursor })
    yield* page.objects
    cursor = page.cursor
  } while (cursor !== undefined)
}

/** Also gives folders that hold parts but no marker: what a crash while aborting leaves. */
async function* pendingUploads(
  storage: Pick<ObjectStorage, "list">,
  prefix: string,
): AsyncGenerator<PendingUpload, void, void> {
  let current: PendingUpload | undefined
  for await (const object of everyObject(storage, uploadsPrefix + prefix)) {
    const segments = object.key.slice(uploadsPrefix.length).split("/")
    segments.pop()
    const uploadId = segments.pop() ?? ""
    const key = segments.join("/")
    const begunAtMs = object.storedAtMs
    if (current !== undefined && current.key === key && current.uploadId === uploadId) {
      current = { key, uploadId, begunAtMs: Math.min(current.begunAtMs, begunAtMs) }
    } else {
      if (current !== undefined) yield current
      current = { key, uploadId, begunAtMs }
    }
  }
  if (current !== undefined) yield current
}

const folder = (key: string, uploadId: string): string => `${uploadsPrefix}${key}/${uploadId}/`

const partKey = (key: string, uploadId: string, partNumber: number): string =>
  folder(key, uploadId) + String(partNumber).padStart(5, "0")
