import { reservedPrefix } from "./object-key.js"
import type { ObjectStorage } from "./object-storage.js"

/**
 * Where a garbage collection says which keys it is about to delete. While it exists, a sweep runs; one that is older
 * than `sweepListMs` was left by a run that ended in the middle, and counts as absent.
 */
export const sweepListKey = `${reservedPrefix}sweep`

/** How long a sweep list counts. A run writes it again for each batch and uses it for a fraction of this. One hour. */
const sweepListMs = 3600 * 1000

/** What a running garbage collection announces. */
export interface SweepList {
  /** Which run it is. */
  readonly runId: string
  readonly keys: ReadonlyArray<string>
}

/** The list of the sweep that is running, if one is. */
export const readSweepList = async (
  storage: Pick<ObjectStorage, "read">,
  nowMs = Date.now(),
): Promise<SweepList | undefined> => {
  const found = await storage.read(sweepListKey)
  if (found === undefined) return undefined
  if (found.object.storedAtMs <= nowMs - sweepListMs) {
    await found.body.cancel()
    return undefined
  }
  return (await new Response(found.body).json()) as SweepList
}

/** Writes the list; `onlyIfAbsent` answers `false` when another run was first. */
export const writeSweepList = async (
  storage: Pick<ObjectStorage, "write">,
  list: SweepList,
  { onlyIfAbsent }: { readonly onlyIfAbsent: boolean },
): Promise<boolean> => {
  const bytes = new TextEncoder().encode(JSON.stringify(list))
  const { outcome } = await storage.write(sweepListKey, bytes, {
    sizeBytes: bytes.byteLength,
    contentHash: undefined,
    mimeType: "application/json",
    onlyIfAbsent,
  })
  return outcome !== "already-there"
}
