import { type MultipartSupport, RemoteFailure, type UploadedPart } from "../../../../types/index.js"
import { forwardProgress } from "../http/forward-progress.js"
import { digestOfPart } from "../http/part-digest.js"
import { type DirectLine, putDirect } from "./direct.js"
import { throwExplained } from "./unreadable-refusal.js"

/** Multipart uploads whose parts go straight to the store; `control` does everything else. */
export const directParts = (
  line: DirectLine,
  control: Omit<MultipartSupport, "uploadPart">,
): MultipartSupport => ({
  ...control,
  uploadPart: async (request) => {
    const { key, uploadId, partNumber, body, signal } = request
    const progress = forwardProgress(request.onProgress, body.size)
    const partHash = await digestOfPart(body)
    const { answer } = await putDirect(
      line,
      {
        method: "PUT",
        key,
        ...(partHash === undefined ? {} : { contentHash: partHash }),
        sizeBytes: body.size,
        mimeType: "application/octet-stream",
        uploadId,
        partNumber,
      },
      { body, signal, onProgress: progress },
    ).catch((error: unknown) => throwExplained(error, () => control.listParts(request)))
    progress(body.size)
    const etag = answer.header("ETag")
    if (etag !== null) return { partNumber, etag: etag.replace(/^"(.*)"$/, "$1"), sizeBytes: body.size }
    // The bucket's CORS rules do not expose it to pages; listing the parts gives it.
    return findPart(await control.listParts(request), partNumber)
  },
})

const findPart = (parts: ReadonlyArray<UploadedPart>, partNumber: number): UploadedPart => {
  const part = parts.find((stored) => stored.partNumber === partNumber)
  if (part === undefined) throw new RemoteFailure("ServerError", "The store does not show the part it took")
  return part
}
