import { parseContentDigest } from "./content-hash.js"

/** Reads a header of an answer, `null` when it has none. */
export type ReadHeader = (name: string) => string | null

/** A proxy that compresses makes the tag weak or adds a suffix of its own, as in `"<hash>-gzip"`. */
const hashTag = /^(?:W\/)?"([0-9a-f]{64})(?:[-:;]+\w+)?"$/

/**
 * Whether an answer's headers say that this content is meant: `true` = they name its hash, `false` = they name another
 * content's, `undefined` = they name none, as those of a web page, or of a proxy that strips headers.
 */
export const namesContent = (header: ReadHeader, contentHash: string): boolean | undefined => {
  const digest = parseContentDigest(header("Repr-Digest"))
  if (digest !== undefined) return digest === contentHash
  const tag = hashTag.exec(header("ETag") ?? "")?.[1]
  return tag === undefined ? undefined : tag === contentHash
}

/** Whether an answer is a web page. Files are never served with this type, whatever they are. */
export const isWebPage = (header: ReadHeader): boolean =>
  /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(header("Content-Type") ?? "")

/**
 * The size that a whole answer announces, or `undefined`. The length of a compressed answer is not that of its content,
 * and the rest is counted after decompression.
 */
export const announcedBytes = (header: ReadHeader): number | undefined => {
  const encoding = (header("Content-Encoding") ?? "").trim().toLowerCase()
  if (encoding !== "" && encoding !== "identity") return undefined
  const length = header("Content-Length")
  return length !== null && /^\d{1,15}$/.test(length.trim()) ? Number(length) : undefined
}
