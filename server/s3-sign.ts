import { fromHex } from "../src/utils/content-hash.js"
import type { SignedRequest, SignRequest } from "./object-storage.js"
import type { S3Client } from "./s3-client.js"
import { formatUploadId, parseUploadId, stagingKey } from "./s3-staging.js"

/**
 * Presigns requests bound to key, length, type and hash. Parts, and whole files at a store that does not check hashes,
 * go to a staging key; such a whole file comes with an `uploadId`, and completing that checks and publishes it.
 */
export const s3Sign =
  (client: S3Client, { checksSha256 }: { readonly checksSha256: boolean }) =>
  async (wanted: SignRequest): Promise<SignedRequest> => {
    if (wanted.method === "GET") return signGet(client, wanted)
    if (wanted.part !== undefined) return signPart(client, wanted, wanted.part, checksSha256)
    const headers = { ...lengthHeader(wanted), "Content-Type": wanted.mimeType }
    if (checksSha256) {
      const direct = {
        ...headers,
        ...payloadHeader(wanted.contentHash),
        ...checksumHeader(wanted.contentHash),
        "If-None-Match": "*",
      }
      const url = await client.presign("PUT", wanted.key, { query: {}, headers: direct, ...expiry(wanted) })
      return { url, headers: sendable(direct) }
    }
    const nonce = crypto.randomUUID()
    const url = await client.presign("PUT", stagingKey(wanted.key, nonce), {
      query: {},
      headers,
      ...expiry(wanted),
    })
    return { url, headers: sendable(headers), uploadId: formatUploadId({ nonce, s3UploadId: "" }) }
  }

/** Presigns a GET. The type is never the stored one: without `shown`, the URL gives a file to save. */
const signGet = async (client: S3Client, wanted: SignRequest): Promise<SignedRequest> => {
  const query = {
    "response-content-type": wanted.shown?.mimeType ?? "application/octet-stream",
    "response-content-disposition": wanted.shown?.disposition ?? "attachment",
  }
  return {
    url: await client.presign("GET", wanted.key, { query, headers: {}, ...expiry(wanted) }),
    headers: {},
  }
}

const signPart = async (
  client: S3Client,
  wanted: SignRequest,
  part: NonNullable<SignRequest["part"]>,
  checksSha256: boolean,
): Promise<SignedRequest> => {
  const upload = parseUploadId(part.uploadId)
  const headers = { ...lengthHeader(wanted), ...(checksSha256 ? payloadHeader(wanted.contentHash) : {}) }
  const query = { partNumber: String(part.partNumber), uploadId: upload?.s3UploadId ?? "" }
  const key = stagingKey(wanted.key, upload?.nonce ?? "")
  return {
    url: await client.presign("PUT", key, { query, headers, ...expiry(wanted) }),
    headers: sendable(headers),
  }
}

const lengthHeader = ({ sizeBytes }: SignRequest): Record<string, string> =>
  sizeBytes === undefined ? {} : { "Content-Length": String(sizeBytes) }

/** Signed as part of the request; a store that checks nothing may not know it in a URL at all (OpenStack Swift). */
const payloadHeader = (contentHash: string | undefined): Record<string, string> =>
  contentHash === undefined ? {} : { "x-amz-content-sha256": contentHash }

/** S3 keeps it with the object and refuses other bytes. For whole objects only: it would bind every part's list. */
export const checksumHeader = (contentHash: string | undefined): Record<string, string> =>
  contentHash === undefined
    ? {}
    : { "x-amz-checksum-sha256": btoa(String.fromCharCode(...fromHex(contentHash))) }

/** The browser sets `Content-Length` itself and lets no script set it; it is signed all the same. */
const sendable = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "Content-Length"))

const expiry = ({ expiresInSeconds }: SignRequest): { readonly expiresInSeconds: number } => ({
  expiresInSeconds,
})
