import {
  type MultipartStorage,
  type ObjectStorage,
  type PendingUpload,
  StorageFailure,
  type StoredObject,
  type StoredPart,
} from "./object-storage.js"
import { expectStatus, plainEtag, type S3Client, s3Failure, xmlBlocks, xmlText } from "./s3-client.js"
import { formatUploadId, parseUploadId, type StagedUpload, stagingKey, stagingPrefix } from "./s3-staging.js"
import { everyObject } from "./staged-multipart.js"
import { digestOf, verifiedStream } from "./verified-stream.js"
import { withFixedLength } from "./fixed-length-stream.js"

/** Largest object that S3 copies in one request, in bytes. */
const maxCopyBytes = 5 * 1024 ** 3

/** Bytes copied by one request of a larger one. */
const copyPartBytes = 1024 ** 3

interface Staged {
  readonly client: S3Client
  readonly storage: Omit<ObjectStorage, "multipart">
}

/**
 * S3's own multipart uploads, to a staging key. S3 cannot check the SHA-256 of an object that was joined from parts, so
 * on completion its bytes are read back and hashed, and only then copied to their key, inside the store.
 */
export const s3Multipart = ({ client, storage }: Staged): MultipartStorage => {
  const multipart: MultipartStorage = {
    begin: async (key, { mimeType }) => {
      const nonce = crypto.randomUUID()
      const answer = await client.send("POST", stagingKey(key, nonce), {
        query: { uploads: "" },
        headers: { "Content-Type": mimeType },
      })
      const s3UploadId = xmlText(await (await expectStatus(answer, 200)).text(), "UploadId") ?? ""
      return { uploadId: formatUploadId({ nonce, s3UploadId }) }
    },

    writePart: async (key, uploadId, partNumber, body, facts) => {
      const upload = parseUploadId(uploadId)
      if (upload === undefined || upload.s3UploadId === "") return undefined
      const verified = verifiedStream(body, facts)
      try {
        const answer = await client.send("PUT", stagingKey(key, upload.nonce), {
          query: { partNumber: String(partNumber), uploadId: upload.s3UploadId },
          headers: { "Content-Length": String(facts.sizeBytes) },
          body: withFixedLength(verified.body, facts.sizeBytes).body,
          ...(facts.contentHash === undefined ? {} : { bodyHash: facts.contentHash }),
        })
        const failure = verified.failure()
        if (failure !== undefined) throw failure
        if (answer.status === 404) return undefined
        await expectStatus(answer, 200)
        return { partNumber, etag: plainEtag(answer.headers.get("ETag")), sizeBytes: facts.sizeBytes }
      } catch (error) {
        throw verified.failure() ?? error
      }
    },

    listParts: async (key, uploadId) => {
      const upload = parseUploadId(uploadId)
      return upload === undefined || upload.s3UploadId === "" ? undefined : allParts(client, key, upload)
    },

    complete: async (key, uploadId, parts, { contentHash }) => {
      const upload = parseUploadId(uploadId)
      if (upload === undefined) return undefined
      const staging = stagingKey(key, upload.nonce)
      if (parts.length > 0) await joinParts(client, staging, upload.s3UploadId, parts)
      // Without parts: a presigned PUT, or a completion that was cut off after the parts had been joined.
      const sealed = upload.s3UploadId === "" ? await sealedCopy(client, key, staging) : staging
      const joined = sealed === undefined ? undefined : await storage.read(sealed)
      if (sealed === undefined || joined === undefined) return undefined
      if ((await digestOf(joined.body)) !== contentHash) {
        await storage.remove([staging, sealed])
        throw new StorageFailure("DigestMismatch", "the joined parts have another SHA-256")
      }
      const existing = await storage.head(key)
      if (existing === undefined) await publish({ client, storage }, sealed, key, joined.object, contentHash)
      await storage.remove([staging, sealed])
      return existing === undefined ? "created" : "already-there"
    },

    abort: async (key, uploadId) => {
      const upload = parseUploadId(uploadId)
      if (upload === undefined) return
      const staging = stagingKey(key, upload.nonce)
      if (upload.s3UploadId !== "") {
        const answer = await client.send("DELETE", staging, { query: { uploadId: upload.s3UploadId } })
        await (await expectStatus(answer, 204, 200, 404)).body?.cancel()
      }
      await storage.remove([staging])
    },

    listUploads: (prefix) => pendingUploads(client, storage, prefix),
  }
  return multipart
}

const allParts = async (
  client: S3Client,
  key: string,
  { nonce, s3UploadId }: StagedUpload,
): Promise<ReadonlyArray<StoredPart> | undefined> => {
  const parts: Array<StoredPart> = []
  let marker = "0"
  for (;;) {
    const answer = await client.send("GET", stagingKey(key, nonce), {
      query: { uploadId: s3UploadId, "part-number-marker": marker, "max-parts": "1000" },
    })
    const xml = await answer.text()
    if (answer.status === 404) return undefined
    if (answer.status !== 200) throw s3Failure(answer.status, xml)
    for (const block of xmlBlocks(xml, "Part")) {
      parts.push({
        partNumber: Number(xmlText(block, "PartNumber")),
        etag: plainEtag(xmlText(block, "ETag")),
        sizeBytes: Number(xmlText(block, "Size")),
      })
    }
    const next = xmlText(xml, "NextPartNumberMarker")
    if (xmlText(xml, "IsTruncated") !== "true" || next === undefined || next === marker) return parts
    marker = next
  }
}

const joinParts = async (
  client: S3Client,
  staging: string,
  s3UploadId: string,
  parts: ReadonlyArray<{ readonly partNumber: number; readonly etag: string }>,
): Promise<void> => {
  const list = parts.map(
    ({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>"${etag}"</ETag></Part>`,
  )
  const answer = await client.send("POST", staging, {
    query: { uploadId: s3UploadId },
    headers: { "Content-Type": "application/xml" },
    body: `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`,
  })
  const xml = await answer.text()
  // Gone = completed by another request; whether the joined bytes are there shows when they are read.
  if (answer.status === 404) return
  // S3 may begin to answer 200 before it fails.
  if (answer.status !== 200 || xml.includes("<Error>"))
    throw s3Failure(answer.status === 200 ? 500 : answer.status, xml)
}

/**
 * A copy under a name that no client knows. A client that has the presigned URL can still replace the staged bytes, by others
 * with the same tag (an MD5), so what is hashed and published must be out of its reach. `undefined` = nothing is staged.
 */
const sealedCopy = async (client: S3Client, key: string, staging: string): Promise<string | undefined> => {
  const sealed = stagingKey(key, crypto.randomUUID())
  const answer = await client.send("PUT", sealed, { headers: copySource(client, staging) })
  if (answer.status === 404) {
    await answer.body?.cancel()
    return undefined
  }
  await expectNoError(answer)
  return sealed
}

const copySource = (client: S3Client, from: string): Record<string, string> => ({
  "x-amz-copy-source": `/${client.bucket}/${from.split("/").map(encodeURIComponent).join("/")}`,
})

/** Copies inside the store; where a store cannot bind a copy to the bytes that were hashed, through here and checked. */
const publish = async (
  { client, storage }: Staged,
  from: string,
  to: string,
  object: StoredObject,
  contentHash: string,
): Promise<void> => {
  if (await copy(client, from, to, object, contentHash)) {
    // Some stores have answered 200 and copied nothing: what was staged goes only when the copy has been seen.
    const copied = await storage.head(to)
    if (copied?.sizeBytes === object.sizeBytes) return
    throw new StorageFailure("Unavailable", "the store says that it copied, and there is no copy")
  }
  const staged = await storage.read(from)
  if (staged === undefined) throw new StorageFailure("Unavailable", "the staged bytes went away")
  const { sizeBytes, mimeType } = object
  await storage.write(to, staged.body, { sizeBytes, contentHash, mimeType, onlyIfAbsent: false })
}

/** `false` = the store says that the staged bytes are others than before: they are, or it misreads the condition. */
const copy = async (
  client: S3Client,
  from: string,
  to: string,
  object: StoredObject,
  contentHash: string,
): Promise<boolean> => {
  // No client can write to this name; the condition guards against a store that mixes up objects.
  const source = {
    ...copySource(client, from),
    "x-amz-copy-source-if-match": `"${object.etag}"`,
  }
  const facts = { "Content-Type": object.mimeType, "x-amz-meta-sha256": contentHash }
  if (object.sizeBytes <= maxCopyBytes) {
    const headers = { ...source, ...facts, "x-amz-metadata-directive": "REPLACE" }
    const answer = await client.send("PUT", to, { headers })
    if (answer.status === 412) {
      await answer.body?.cancel()
      return false
    }
    await expectNoError(answer)
    return true
  }
  const answer = await client.send("POST", to, { query: { uploads: "" }, headers: facts })
  const uploadId = xmlText(await (await expectStatus(answer, 200)).text(), "UploadId") ?? ""
  const parts: Array<{ readonly partNumber: number; readonly etag: string }> = []
  for (let start = 0; start < object.sizeBytes; start += copyPartBytes) {
    const partNumber = parts.length + 1
    const end = Math.min(start + copyPartBytes, object.sizeBytes) - 1
    const headers = { ...source, "x-amz-copy-source-range": `bytes=${start}-${end}` }
    const query = { partNumber: String(partNumber), uploadId }
    const xml = await expectNoError(await client.send("PUT", to, { query, headers }))
    parts.push({ partNumber, etag: plainEtag(xmlText(xml, "ETag")) })
  }
  await joinParts(client, to, uploadId, parts)
  return true
}

const expectNoError = async (answer: Response): Promise<string> => {
  const xml = await answer.text()
  if (answer.status !== 200 || xml.includes("<Error>"))
    throw s3Failure(answer.status === 200 ? 500 : answer.status, xml)
  return xml
}

/** Uploads that S3 still holds open, and joined or presigned bytes that were never completed. */
async function* pendingUploads(
  client: S3Client,
  storage: Pick<ObjectStorage, "list">,
  prefix: string,
): AsyncGenerator<PendingUpload, void, void> {
  let markers: Record<string, string> = {}
  for (;;) {
    const query = { uploads: "", prefix: stagingPrefix + prefix, ...markers }
    const xml = await (await expectStatus(await client.send("GET", "", { query }), 200)).text()
    for (const block of xmlBlocks(xml, "Upload")) {
      const found = toPending(xmlText(block, "Key") ?? "", xmlText(block, "UploadId") ?? "")
      if (found !== undefined)
        yield { ...found, begunAtMs: Date.parse(xmlText(block, "Initiated") ?? "") || 0 }
    }
    const keyMarker = xmlText(xml, "NextKeyMarker")
    if (xmlText(xml, "IsTruncated") !== "true" || keyMarker === undefined) break
    markers = { "key-marker": keyMarker, "upload-id-marker": xmlText(xml, "NextUploadIdMarker") ?? "" }
  }
  for await (const object of everyObject(storage, stagingPrefix + prefix)) {
    const found = toPending(object.key, "")
    if (found !== undefined) yield { ...found, begunAtMs: object.storedAtMs }
  }
}

const toPending = (staging: string, s3UploadId: string): Omit<PendingUpload, "begunAtMs"> | undefined => {
  const segments = staging.slice(stagingPrefix.length).split("/")
  const nonce = segments.pop() ?? ""
  return segments.length === 0
    ? undefined
    : { key: segments.join("/"), uploadId: formatUploadId({ nonce, s3UploadId }) }
}
