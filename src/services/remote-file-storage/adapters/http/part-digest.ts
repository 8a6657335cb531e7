import { toHex } from "../../../../utils/content-hash.js"

/** Larger parts go without a digest: making one needs the whole part in memory. */
const maxDigestBytes = 32 * 1024 ** 2

/**
 * SHA-256 of a part, so that the server can refuse just this part when it arrives changed, not the whole at the end.
 * `undefined` for a part above `maxBytes`, and where there is no `crypto.subtle` (a page without TLS).
 *
 * The part itself is sent as the blob it is, and so read twice: the browser streams a blob from disk, while bytes in
 * memory are copied into three of its processes. With them the upload of 256 MB took 600 MB of memory, without 140.
 */
export const digestOfPart = async (part: Blob, maxBytes = maxDigestBytes): Promise<string | undefined> =>
  part.size > maxBytes || globalThis.crypto?.subtle === undefined
    ? undefined
    : toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", await part.arrayBuffer())))
