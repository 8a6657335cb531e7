import { isContentHash } from "../src/utils/content-hash.js"
import { storeFolderName } from "../src/utils/stored-path.js"

/** First segment of everything the backend keeps for itself; no key can spell it, because keys never hold a dot there. */
export const reservedPrefix = ".filesync/"

/** Longest key, in characters: S3 and R2 stop at 1,024 bytes, and part names are longer than their key. */
const maxKeyLength = 700

/** Longest segment, in characters: disks stop at 255 bytes. */
const maxSegmentLength = 250

/**
 * Whether a key is spelled in the one way that is allowed: folder segments as `storeFolderName` writes them, then a
 * content hash. Keys are compared, authorised and stored as they are written and never decoded, so no encoded slash,
 * dot or other spelling can mean another user's key.
 */
export const isContentKey = (key: string): boolean => {
  const segments = key.split("/")
  const hash = segments.pop() ?? ""
  return key.length <= maxKeyLength && isContentHash(hash) && segments.length > 0 && segments.every(isFolder)
}

/** The hash a key promises, when its last segment is one. */
export const contentHashOfKey = (key: string): string | undefined => {
  const last = key.slice(key.lastIndexOf("/") + 1)
  return isContentHash(last) ? last : undefined
}

/** Characters of keys that an app makes itself; still no dot at the start of a segment, no empty segment, no escape. */
export const isPlainKey = (key: string): boolean =>
  key.length <= maxKeyLength &&
  key.split("/").every((segment) => /^[\w-][\w.-]*$/.test(segment) && segment.length <= maxSegmentLength)

const isFolder = (segment: string): boolean => {
  if (segment === "" || segment.length > maxSegmentLength) return false
  try {
    return storeFolderName(decodeURIComponent(segment)) === segment
  } catch {
    // A broken escape is no valid key.
    return false
  }
}
