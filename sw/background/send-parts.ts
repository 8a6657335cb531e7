import { isRemoteFailure } from "../../src/services/remote-file-storage/adapters/http/failure.js"
import { multipartOver } from "../../src/services/remote-file-storage/adapters/http/multipart.js"
import type { Connection } from "../../src/services/remote-file-storage/adapters/http/requests.js"
import type { MultipartSupport, PartLimits, RemoteRequest, UploadedPart } from "../../src/types/index.js"
import { defaultMaxParts, unmeasuredPartBytes } from "../../src/utils/part-defaults.js"
import { openFolder } from "../stored-file.js"
import type { BegunParts } from "./read-outbox.js"

interface LargeContent extends RemoteRequest {
  readonly storeFolder: string
  readonly body: Blob
  readonly parts: BegunParts | undefined
}

/** Sends a large content in parts. Resumes an upload that a page began, and a page can resume this one. */
export const sendParts = async (connection: Connection, content: LargeContent): Promise<void> => {
  const multipart = multipartOver(connection, { minPartBytes: 0, maxParts: defaultMaxParts })
  const resumed = content.parts && (await resume(multipart, content, content.parts))
  const upload = resumed ?? (await begin(multipart, content))
  if (upload === "already-there") return
  const { uploadId, partBytes, stored } = upload
  const parts: Array<UploadedPart> = []
  for (let start = 0; start < content.body.size; start += partBytes) {
    const partNumber = parts.length + 1
    const body = content.body.slice(start, start + partBytes)
    const known = stored.find((one) => one.partNumber === partNumber && one.sizeBytes === body.size)
    const part = { ...content, uploadId, partNumber, body, onProgress: () => undefined }
    parts.push(known ?? (await multipart.uploadPart(part)))
  }
  await multipart.complete({ ...content, uploadId, parts })
}

interface OpenUpload extends BegunParts {
  readonly stored: ReadonlyArray<UploadedPart>
}

/** `undefined` = the remote has forgotten it. */
const resume = async (
  multipart: MultipartSupport,
  content: LargeContent,
  begun: BegunParts,
): Promise<OpenUpload | undefined> => {
  try {
    return { ...begun, stored: await multipart.listParts({ ...content, uploadId: begun.uploadId }) }
  } catch (error) {
    if (isRemoteFailure(error) && error.reason === "NotFound") return undefined
    throw error
  }
}

/** Writes it into a journal of its own, which the next page's engine takes over like that of a closed tab. */
const begin = async (
  multipart: MultipartSupport,
  content: LargeContent,
): Promise<OpenUpload | "already-there"> => {
  const begun = await multipart.begin(content)
  if (begun === "already-there") return begun
  const { uploadId } = begun
  const { contentHash, storeFolder, body } = content
  const partBytes = partBytesWithin(begun, body.size)
  const outbox = await openFolder([storeFolder, "outbox"], true)
  const journal = await outbox.getFileHandle(`worker-${contentHash}`, { create: true })
  const writable = await journal.createWritable()
  await writable.write(`${JSON.stringify({ type: "multipart", contentHash, uploadId, partBytes })}\n`)
  await writable.close()
  return { uploadId, partBytes, stored: [] }
}

const partBytesWithin = (
  {
    minPartBytes = 0,
    maxPartBytes = Number.POSITIVE_INFINITY,
    maxParts = defaultMaxParts,
  }: Partial<PartLimits>,
  sizeBytes: number,
): number =>
  Math.max(minPartBytes, Math.ceil(sizeBytes / maxParts), Math.min(unmeasuredPartBytes, maxPartBytes))
