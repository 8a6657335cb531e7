import { ageMs, momentNow } from "./moment.js"
import type { ObjectStorage, StoredObject } from "./object-storage.js"
import { announceMs } from "./presence-claim.js"
import { readSweepList, sweepListKey, writeSweepList } from "./sweep-list.js"
import { touchMarkersPrefix } from "./touch-markers.js"

/** Keys that stand in the sweep list at once: every upload reads it meanwhile. */
const keysPerBatch = 200

/** A batch that took longer deletes nothing more: its list must not have become old before it is used. */
const maxBatchMs = 10 * 60_000

/** What is needed to delete. */
export interface SweepOptions {
  readonly storage: ObjectStorage
  readonly objects: ReadonlyArray<StoredObject>
  /** Objects that were stored or touched later are not deleted. */
  readonly unusedSinceMs: number
  readonly wait: (ms: number) => Promise<void>
}

/**
 * Deletes objects that no upload was answered "already there" for meanwhile; see `presence-claim.ts` for the protocol. `undefined` = another
 * run is at it, or took over.
 */
export const sweep = async (options: SweepOptions): Promise<ReadonlyArray<StoredObject> | undefined> => {
  const { storage, objects } = options
  if (objects.length === 0) return []
  const runId = crypto.randomUUID()
  if (!(await announce(storage, runId))) return undefined
  await options.wait(announceMs)
  const deleted: Array<StoredObject> = []
  for (let start = 0; start < objects.length; start += keysPerBatch) {
    const batch = objects.slice(start, start + keysPerBatch)
    if ((await readSweepList(storage))?.runId !== runId) return deleted.length === 0 ? undefined : deleted
    await writeSweepList(storage, { runId, keys: batch.map(({ key }) => key) }, { onlyIfAbsent: false })
    const listedAt = momentNow()
    const unused = await stillUnused(batch, options)
    if (ageMs(listedAt) > maxBatchMs) break
    // When this fails, the store may still delete later: the list then stays until it is too old to count.
    await storage.remove(unused.map(({ key }) => key))
    deleted.push(...unused)
  }
  await storage.remove([sweepListKey])
  return deleted
}

/** Which of these a dry run would delete. */
export const stillUnused = async (
  objects: ReadonlyArray<StoredObject>,
  { storage, unusedSinceMs }: Pick<SweepOptions, "storage" | "unusedSinceMs">,
): Promise<ReadonlyArray<StoredObject>> => {
  const unused: Array<StoredObject> = []
  for (const object of objects) {
    const marker = await storage.head(touchMarkersPrefix + object.key)
    if (marker !== undefined && marker.storedAtMs > unusedSinceMs) continue
    const current = await storage.head(object.key)
    if (current !== undefined && current.storedAtMs <= unusedSinceMs) unused.push(current)
  }
  return unused
}

const announce = async (storage: ObjectStorage, runId: string): Promise<boolean> => {
  if ((await readSweepList(storage)) !== undefined) return false
  // One that is too old to count was left by a run that ended in the middle.
  if ((await storage.head(sweepListKey)) !== undefined) await storage.remove([sweepListKey])
  return writeSweepList(storage, { runId, keys: [] }, { onlyIfAbsent: true })
}
