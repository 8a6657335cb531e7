import type { FileRecord } from "../../types/index.js"
import { toHex } from "../../utils/content-hash.js"

/** A content that is new, with the record of a file that has it. */
export interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly body: Blob
  readonly contentHash: string
  readonly record: FileRecord
}

/** Bytes that `getRandomValues` gives at once. */
const randomBytesAtOnce = 65_536

/** Makes a content; sizes of 0 always give the same one. */
export const makeContent = async (
  sizeBytes: number,
  { name = "picture.png", mimeType = "image/png" } = {},
): Promise<Content> => {
  const bytes = new Uint8Array(sizeBytes)
  for (let start = 0; start < sizeBytes; start += randomBytesAtOnce) {
    crypto.getRandomValues(bytes.subarray(start, start + randomBytesAtOnce))
  }
  const contentHash = await hashOf(bytes)
  return {
    bytes,
    body: new Blob([bytes]),
    contentHash,
    record: makeRecord(contentHash, sizeBytes, name, mimeType),
  }
}

/** SHA-256 as hex. */
const hashOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))

const makeRecord = (contentHash: string, sizeBytes: number, name: string, mimeType: string): FileRecord => ({
  id: crypto.randomUUID(),
  name,
  mimeType,
  sizeBytes,
  contentHash,
  path: "",
  remoteKey: null,
  metadata: null,
  contentMetadata: null,
  lastModified: null,
  takenAt: null,
  createdAt: new Date(0),
  sequence: 0,
  updatedAt: new Date(0),
  deletedAt: null,
})
