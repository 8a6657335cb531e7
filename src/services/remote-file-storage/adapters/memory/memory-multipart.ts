import { type MultipartSupport, RemoteFailure, type UploadedPart } from "../../../../types/index.js"
import { isRemoteFailure } from "../http/failure.js"
import { type MemoryStore, storeVerified } from "./memory-store.js"

type Parts = Map<number, UploadedPart & { readonly body: Blob }>

/** Multipart uploads in memory; parts of any size are legal. */
export const memoryMultipart = (store: MemoryStore): MultipartSupport => {
  const uploads = new Map<string, Parts>()
  const find = (key: string, uploadId: string): Parts => {
    const parts = uploads.get(`${key}?${uploadId}`)
    if (parts === undefined) throw new RemoteFailure("NotFound", "There is no such upload", { status: 404 })
    return parts
  }
  return {
    minPartBytes: 1,

    begin: async ({ key, signal }) => {
      await store.before("beginUpload", key, signal)
      if (store.objects.has(key)) return "already-there"
      const uploadId = crypto.randomUUID()
      uploads.set(`${key}?${uploadId}`, new Map())
      return { uploadId }
    },

    uploadPart: async ({ key, uploadId, partNumber, body, signal, onProgress }) => {
      await store.before("uploadPart", key, signal)
      // A copy, because bytes at a remote do not change with the caller's buffer.
      const copy = new Blob([await body.arrayBuffer()])
      const part = { partNumber, etag: crypto.randomUUID(), sizeBytes: body.size }
      find(key, uploadId).set(partNumber, { ...part, body: copy })
      onProgress(body.size, body.size)
      return part
    },

    listParts: async ({ key, uploadId, signal }) => {
      await store.before("listParts", key, signal)
      return [...find(key, uploadId).values()]
        .toSorted((a, b) => a.partNumber - b.partNumber)
        .map(({ partNumber, etag, sizeBytes }) => ({ partNumber, etag, sizeBytes }))
    },

    complete: async (request) => {
      const { key, uploadId, signal } = request
      await store.before("completeUpload", key, signal)
      // Completed before, and the answer was lost.
      if (store.objects.has(key)) return void uploads.delete(`${key}?${uploadId}`)
      const parts = find(key, uploadId)
      const bodies = request.parts.map(({ partNumber, etag }) => {
        const part = parts.get(partNumber)
        if (part?.etag !== etag) {
          throw new RemoteFailure("Rejected", `Part ${partNumber} is not the one that is stored`, {
            status: 409,
          })
        }
        return part.body
      })
      try {
        await storeVerified(store, request, new Blob(bodies, { type: request.record.mimeType }))
      } catch (error) {
        // Which part is wrong cannot be known.
        if (isRemoteFailure(error) && error.reason === "IntegrityMismatch")
          uploads.delete(`${key}?${uploadId}`)
        throw error
      }
      uploads.delete(`${key}?${uploadId}`)
    },

    abort: async ({ key, uploadId, signal }) => {
      await store.before("abortUpload", key, signal)
      uploads.delete(`${key}?${uploadId}`)
    },
  }
}
