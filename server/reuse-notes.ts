import { reservedPrefix } from "./object-key.js"
import type { ObjectStorage } from "./object-storage.js"

/** Objects younger than this need no note: the garbage collection leaves them alone by their age. One hour. */
export const noteAfterMs = 3600 * 1000

/** Where it is noted that an uploader was told "already there". */
export const notesPrefix = `${reservedPrefix}reused/`

/**
 * Notes that somebody counts on an object again, so that its age for the garbage collection begins anew: stores give an
 * object no new date without sending its bytes again. Costs a write only for objects older than `noteAfterMs`.
 */
export const noteReuse = async (
  storage: Pick<ObjectStorage, "head" | "write">,
  key: string,
  nowMs = Date.now(),
): Promise<void> => {
  const object = await storage.head(key)
  if (object === undefined || object.storedAtMs > nowMs - noteAfterMs) return
  await storage.write(notesPrefix + key, new Uint8Array(0), {
    sizeBytes: 0,
    contentHash: undefined,
    mimeType: "application/octet-stream",
    onlyIfAbsent: false,
  })
}
