import type { MultipartSupport, UploadedPart, UploadRequest } from "../../../../types/index.js"
import { forwardProgress } from "./forward-progress.js"

/**
 * Sends a whole file as parts, one after the other, for stores that refuse bodies of its size. Not resumable: a
 * caller that needs that uploads the parts itself. A failed attempt leaves nothing behind.
 */
export const uploadInParts = async (
  multipart: MultipartSupport,
  request: UploadRequest,
  partBytes: number,
): Promise<{ readonly key: string }> => {
  const { key, body } = request
  const progress = forwardProgress(request.onProgress, body.size)
  const begun = await multipart.begin(request)
  if (begun !== "already-there") {
    const upload = { ...request, uploadId: begun.uploadId }
    try {
      const parts: Array<UploadedPart> = []
      for (let start = 0; start < body.size; start += partBytes) {
        const part = {
          ...upload,
          partNumber: parts.length + 1,
          body: body.slice(start, start + partBytes),
          onProgress: (loadedBytes: number) => progress(start + loadedBytes),
        }
        parts.push(await multipart.uploadPart(part))
      }
      await multipart.complete({ ...upload, parts })
    } catch (error) {
      // The server removes abandoned uploads anyway, so this may fail. A fresh signal: the caller's may be aborted.
      await multipart.abort({ ...upload, signal: AbortSignal.timeout(abortTimeoutMs) }).catch(() => undefined)
      throw error
    }
  }
  progress(body.size)
  return { key }
}

/** How long a failed upload waits for its clean-up. */
const abortTimeoutMs = 5000
