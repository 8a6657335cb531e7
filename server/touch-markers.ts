import { reservedPrefix } from "./object-key.js"
import type { ObjectStorage, StoredObject } from "./object-storage.js"

/** Younger objects need no marker: the garbage collection leaves them alone by their age. One hour. */
export const touchAfterMs = 3600 * 1000

/** Prefix of the markers for objects of which an upload was answered "already there". */
export const touchMarkersPrefix = `${reservedPrefix}touched/`

/**
 * Restarts an object's age for the garbage collection: stores give an object no new date without its bytes being
 * sent again. Writes only for objects and markers older than `touchAfterMs`, since a store may limit writes to one key.
 */
export const touch = async (
  storage: Pick<ObjectStorage, "head" | "write">,
  object: Pick<StoredObject, "key" | "storedAtMs">,
  nowMs = Date.now(),
): Promise<void> => {
  const isYoung = (one: Pick<StoredObject, "storedAtMs">) => one.storedAtMs > nowMs - touchAfterMs
  if (isYoung(object)) return
  const markerKey = touchMarkersPrefix + object.key
  const marker = await storage.head(markerKey)
  if (marker !== undefined && isYoung(marker)) return
  await storage.write(markerKey, new Uint8Array(0), {
    sizeBytes: 0,
    contentHash: undefined,
    mimeType: "application/octet-stream",
    onlyIfAbsent: false,
  })
}
