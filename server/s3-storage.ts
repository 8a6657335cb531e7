/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { toHex } from "../src/utils/content-hash.js"
import { withFixedLength } from "./fixed-length-stream.js"
import { contentHashOfKey, reservedPrefix } from "./object-key.js"
import { type ObjectStorage, StorageFailure, type StoredObject, type WriteFacts } from "./object-storage.js"
import {
  expectStatus,
  plainEtag,
  type S3Client,
  s3Client,
  type S3StorageOptions,
  xmlBlocks,
  xmlText,
} from "./s3-client.js"
import { s3Multipart } from "./s3-multipart.js"
import { checksumHeader, s3Sign } from "./s3-sign.js"
import { verifiedStream } from "./verified-stream.js"

/** Concurrent deletions. */
const removesInFlight = 8

/** Bodies up to this size are held and sent at once. Larger ones stream: memory stays flat. */
const heldBytes = 1024 ** 2

/** An empty object with which the store's support for conditions is tested. */
const probeKey = `${reservedPrefix}probe`

/** Header with the hash of an object whose key does not end in it. */
const hashHeader = "x-amz-meta-sha256"

/**
 * A store over any S3-compatible bucket. Bytes that pass through are hashed on their way and broken off before the end
 * when they are wrong, so nothing depends on what the store itself can check. Give the bucket no other writers.
 */
export const s3Storage = (options: S3StorageOptions): ObjectStorage => {
  const client = s3Client(options)
  const isAmazon = new URL(options.endpoint).hostname.endsWith(".amazonaws.com")
  const knowsConditions = conditionalPutProbe(client, options.conditionalPut)
  const checksSha256 = options.checksSha256 ?? isAmazon

  const base: Omit<ObjectStorage, "multipart"> = {
    name: "s3",
    minPartBytes: options.minPartBytes ?? 5 * 1024 ** 2,

    head: async (key) => {
      const answer = await client.send("HEAD", key)
      if (answer.status === 404) return undefined
      return describe(key, await expectStatus(answer, 200))
    },

    read: async (key, span) => {
      const headers = span === undefined ? {} : { Range: `bytes=${span.start}-${span.end}` }
      const answer = await client.send("GET", key, { headers })
      if (answer.status === 404) {
        await answer.body?.cancel()
        return undefined
      }
      await expectStatus(answer, 200, 206)
      const object = describe(key, answer)
      const sizeBytes = span === undefined ? object.sizeBytes : span.end - span.start + 1
      const body = answer.body ?? new Blob([]).stream()
      return { object, body: withFixedLength(body, sizeBytes).body }
    },

    write: async (key, body, facts) => {
      const isConditional = facts.onlyIfAbsent && (await knowsConditions())
      const isSmall = body instanceof Uint8Array || facts.sizeBytes <= heldBytes
      // The condition on the PUT decides between two writers; asking first spares large bodies, and helps stores without it.
      const existing = isConditional && isSmall ? undefined : await base.head(key)
      if (existing !== undefined && facts.onlyIfAbsent)
        return { outcome: "already-there", etag: existing.etag }
      const put = isSmall ? putHeld : putVerified
      const answer = await put(client, key, body, facts, {
        "Content-Type": facts.mimeType,
        ...(facts.contentHash === undefined ? {} : { [hashHeader]: facts.contentHash }),
        ...(isConditional ? { "If-None-Match": "*" } : {}),
        ...(checksSha256 ? checksumHeader(facts.contentHash) : {}),
      })
      if (isConditional && answer.status === 412) {
        await answer.body?.cancel()
        return { outcome: "already-there", etag: "" }
      }
      if (isConditional && answer.status === 409) {
        // A concurrent request for the same key, perhaps a deletion: what is stored afterwards decides.
        await answer.body?.cancel()
        const left = await base.head(key)
        if (left !== undefined) return { outcome: "already-there", etag: left.etag }
        throw new StorageFailure("Unavailable", "another request for this key came at the same time")
      }
      await expectStatus(answer, 200, 201)
      const etag = plainEtag(answer.headers.get("ETag"))
      await answer.body?.cancel()
      return { outcome: existing === undefined ? "created" : "replaced", etag }
    },

    remove: async (keys) => {
      for (let start = 0; start < keys.length; start += removesInFlight) {
        await Promise.all(
          keys.slice(start, start + removesInFlight).map(async (key) => {
            const answer = await expectStatus(await client.send("DELETE", key), 200, 204, 404)
            await answer.body?.cancel()
          }),
        )
      }
    },

    list: async ({ prefix, cursor, startAfter, limit = 1000 }) => {
      const answer = await client.send("GET", "", {
        query: {
          "list-type": "2",
          prefix,
          "max-keys": String(limit),
          ...(cursor === undefined ? {} : { "continuation-token": cursor }),
          ...(startAfter === undefined ? {} : { "start-after": startAfter }),
        },
      })
      const xml = await (await expectStatus(answer, 200)).text()
      const isCut = xmlText(xml, "IsTruncated") === "true"
      return {
        objects: xmlBlocks(xml, "Contents").map(describeListed),
        cursor: isCut ? xmlText(xml, "NextContinuationToken") : undefined,
      }
    },
  }
  const staged = { client, storage: base }
  return { ...base, multipart: s3Multipart(staged), sign: s3Sign(client, { checksSha256 }) }
}

/** Asks a store once whether it knows `If-None-Match` on PUT: a streamed body could not be sent a second time. */
const conditionalPutProbe = (client: S3Client, known: boolean | undefined): (() => Promise<boolean>) => {
  const probe = async (): Promise<boolean> => {
    const answer = await client.send("PUT", probeKey, { headers: { "If-None-Match": "*" } })
    await (await expectStatus(answer, 200, 409, 412, 501)).body?.cancel()
    return answer.status !== 501
  }
  let asked = known === undefined ? undefined : Promise.resolve(known)
  return async () => {
    asked ??= probe()
    try {
      return await asked
    } catch (error) {
      asked = undefined
      throw error
    }
  }
}

/** Sends a small body at once, after it has been checked: one request, whose hash is signed and checked by the store. */
const putHeld = async (
  client: S3Client,
  key: string,
  body: ReadableStream<Uint8Array> | Uint8Array,
  facts: WriteFacts,
  headers: Readonly<Record<string, string>>,
): Promise<Response> => {
  const bytes = body instanceof Uint8Array ? body : await readBody(body, facts.sizeBytes)
  if (bytes.byteLength !== facts.sizeBytes)
    throw new StorageFailure("Truncated", "the body has another length")
  const bodyHash = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))))
  if (facts.contentHash !== undefined && facts.contentHash !== bodyHash) {
    throw new StorageFailure("DigestMismatch", "the bytes have another SHA-256")
  }
  return client.send("PUT", key, {
    headers,
    ...(bytes.byteLength === 0 ? {} : { body: bytes, bodyHash }),
  })
}

const readBody = async (body: ReadableStream<Uint8Array>, sizeBytes: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(sizeBytes)
  const reader = body.getReader()
  let at = 0
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      if (at + step.value.byteLength > sizeBytes) {
        throw new StorageFailure("Truncated", "the body is longer than declared")
      }
      bytes.set(step.value, at)
      at += step.value.byteLength
    }
  } catch (error) {
    await reader.cancel().catch(() => {
      // The sender is gone, or has sent all it had.
    })
    throw error instanceof StorageFailure
      ? error
      : new StorageFailure("Truncated", "the body broke off", { cause: error })
  }
  return bytes.subarray(0, at)
}

const putVerified = async (
  client: S3Client,
  key: string,
  body: ReadableStream<Uint8Array> | Uint8Array,
  facts: WriteFacts,
  headers: Readonly<Record<string, string>>,
): Promise<Response> => {
  const source = body instanceof Uint8Array ? new Blob([new Uint8Array(body)]).stream() : body
  const verified = verifiedStream(source, facts)
  const bodyHash = facts.contentHash === undefined ? {} : { bodyHash: facts.contentHash }
  try {
    const answer = await client.send("PUT", key, {
      headers: { ...headers, "Content-Length": String(facts.sizeBytes) },
      body: withFixedLength(verified.body, facts.sizeBytes).body,
      ...bodyHash,
    })
    const failure = verified.failure()
    if (failure === undefined) return answer
    await answer.body?.cancel()
    throw failure
  } catch (error) {
    // The request failed because its body was broken off on purpose.
    throw verified.failure() ?? error
  }
}

const describe = (key: string, answer: Response): StoredObject => {
  const total = /\/(\d+)$/.exec(answer.headers.get("Content-Range") ?? "")?.[1]
  return {
    key,
    sizeBytes: Number(total ?? answer.headers.get("Content-Length") ?? 0),
    contentHash: contentHashOfKey(key) ?? answer.headers.get(hashHeader) ?? undefined,
    mimeType: answer.headers.get("Content-Type") ?? "application/octet-stream",
    etag: plainEtag(answer.headers.get("ETag")),
    storedAtMs: Date.parse(answer.headers.get("Last-Modified") ?? "") || 0,
  }
}

const describeListed = (xml: string): StoredObject => {
  const key = xmlText(xml, "Key") ?? ""
  return {
    key,
    sizeBytes: Number(xmlText(xml, "Size") ?? 0),
    contentHash: contentHashOfKey(key),
    mimeType: "application/octet-stream",
    etag: plainEtag(xmlText(xml, "ETag")),
    storedAtMs: Date.parse(xmlText(xml, "LastModified") ?? "") || 0,
  }
}
