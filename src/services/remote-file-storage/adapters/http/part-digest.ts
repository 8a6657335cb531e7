import { toHex } from "../../../../utils/content-hash.js"

/** Larger parts are sent unread and undigested: a digest needs the whole part in memory. Our choice. */
const maxDigestBytes = 32 * 1024 ** 2

/** A part ready to be sent; with its SHA-256 where it is small enough to be read at once. */
export interface ReadPart {
  readonly body: Blob | Uint8Array<ArrayBuffer>
  readonly contentHash: string | undefined
}

/**
 * Reads a part, so that the server can refuse just this part when it arrives changed, not the whole at the end. Where
 * there is no `crypto.subtle` (a page without TLS) parts go without a digest.
 */
export const readPart = async (body: Blob, maxBytes = maxDigestBytes): Promise<ReadPart> => {
  if (body.size > maxBytes || globalThis.crypto?.subtle === undefined) return { body, contentHash: undefined }
  const bytes = new Uint8Array(await body.arrayBuffer())
  const digest = await crypto.subtle.digest("SHA-256", bytes)
  return { body: bytes, contentHash: toHex(new Uint8Array(digest)) }
}
