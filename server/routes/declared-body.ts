import { parseContentDigest } from "../../src/utils/content-hash.js"
import { ByteReader } from "../byte-reader.js"
import { contentHashOfKey } from "../object-key.js"
import { HttpProblem } from "../problem.js"

/** The declared length of the body. Fails with `LengthRequired` or `TooLarge`, before a byte is read. */
export const declaredSizeBytes = (headers: Headers, maxBytes: number): number => {
  const text = headers.get("Content-Length")
  if (text === null || !/^\d{1,15}$/.test(text)) {
    throw new HttpProblem("LengthRequired", "Say how long the body is, with Content-Length.")
  }
  const sizeBytes = Number(text)
  if (sizeBytes > maxBytes) throw new HttpProblem("TooLarge", `A body here may have ${maxBytes} bytes.`)
  return sizeBytes
}

/** The hash in `Content-Digest`, if there is one. Fails with `BadDigest` when there is one that cannot be checked. */
export const declaredDigest = (headers: Headers): string | undefined => {
  const header = headers.get("Content-Digest")
  const digest = parseContentDigest(header)
  if (header !== null && digest === undefined) {
    throw new HttpProblem("BadDigest", "Content-Digest must hold a sha-256, as in RFC 9530.")
  }
  return digest
}

/** The hash that an object must have: from its key, from the declaration, or both when they agree. */
export const requiredHash = (key: string, declared: string | undefined): string => {
  const promised = contentHashOfKey(key)
  if (promised !== undefined && declared !== undefined && promised !== declared) {
    throw new HttpProblem("DigestMismatch", "The declared SHA-256 is not the hash in the key.")
  }
  const hash = declared ?? promised
  if (hash === undefined) throw new HttpProblem("BadDigest", "Declare the SHA-256 of the content.")
  return hash
}

/** Refuses bodies with a `Content-Encoding`: their bytes are not the file's. */
export const requirePlainBody = (headers: Headers): void => {
  const encoding = headers.get("Content-Encoding")
  if (encoding !== null && encoding.trim().toLowerCase() !== "identity") {
    throw new HttpProblem("UnsupportedEncoding", "Send the bytes as they are, without Content-Encoding.")
  }
  if (headers.has("Content-Range")) {
    throw new HttpProblem("BadRequest", "Send large files as a multipart upload, not with Content-Range.")
  }
}

/** The type to remember; a hint from outside, so anything that is not shaped like a type becomes plain bytes. */
export const hintedType = (header: string | null | undefined): string => {
  const essence = (header ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? ""
  return /^[\w.+-]{1,80}\/[\w.+-]{1,120}$/.test(essence) ? essence : "application/octet-stream"
}

/** A JSON body of bounded size. Fails with `TooLarge`, `Truncated` or `BadRequest`. */
export const readJson = async (request: Request, maxBytes: number): Promise<unknown> => {
  if (request.body === null) return parseJson(new Uint8Array(0))
  const reader = new ByteReader(request.body)
  try {
    return parseJson(await reader.readToEnd(maxBytes))
  } catch (thrown) {
    await reader.drain()
    throw thrown
  }
}

/** JSON from UTF-8 bytes. Fails with `BadRequest`. */
export const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch {
    throw new HttpProblem("BadRequest", "The body is not JSON.")
  }
}

/** A member of something that came as JSON; `undefined` when it is no object or has no such member of its own. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
