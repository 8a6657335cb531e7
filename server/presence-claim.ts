/*
 * "Your content is there" is a promise, and a garbage collection may be deleting it at this very moment. Stores have no
 * transactions, so the two agree by what each writes before it looks:
 *
 *   an upload's answer   1. touches the object   2. reads the sweep list   3. looks whether the object is there
 *   a sweep              1. writes the key into the sweep list   2. looks at touch marker and age   3. deletes
 *
 * If the promise read the list before the key stood in it, the sweep sees the touch. If it read the list while the key
 * stood in it, it promises nothing. If it read it after the sweep had gone on, it finds nothing at the key. It needs a
 * store whose reads see what was written before, which R2, S3 and disks are.
 *
 * Reading the list for every upload would double its requests, so a sweep announces itself with an empty list and waits
 * for `announceMs`: until then a look that found no list is enough.
 */
import { ageMs, type Moment, momentNow } from "./moment.js"
import type { ObjectStorage, StoredObject } from "./object-storage.js"
import { readSweepList } from "./sweep-list.js"
import { touch } from "./touch-markers.js"

/** How long a check that found no sweep is used for further requests, in ms. */
const lookLastsMs = 20_000

/** How long after such a check an upload may be answered that its content is there, in ms. */
const promiseWithinMs = 30_000

/** How long a sweep waits between announcing itself and its first deletion: longer than any promise made without it. */
export const announceMs = 45_000

/**
 * Decides for one request whether it may be answered that content is there, although a garbage collection may be
 * running.
 */
export interface PresenceClaim {
  /** The object at a key, touched, if it may be promised to stay for the grace period. */
  readonly there: (key: string) => Promise<StoredObject | undefined>
  /** Whether an object that this request wrote will stay. */
  readonly stored: (key: string) => Promise<boolean>
  /** Whether this request may write to a key without asking again. */
  readonly mayStore: (key: string) => Promise<boolean>
}

type ClaimStorage = Pick<ObjectStorage, "head" | "read" | "write">

/** Begins before the store is looked at or written to. Costs one request every 20 seconds while no sweep runs. */
export const presenceClaim = async (storage: ClaimStorage): Promise<PresenceClaim> => {
  const quietSince = await lookForSweep(storage)
  const isQuiet = (): boolean => quietSince !== undefined && ageMs(quietSince) < promiseWithinMs
  const mayStore = async (key: string): Promise<boolean> =>
    isQuiet() || (await readSweepList(storage))?.keys.includes(key) !== true
  const recheck = async (key: string): Promise<StoredObject | undefined> => {
    const isListed = (await readSweepList(storage))?.keys.includes(key) === true
    return isListed ? undefined : storage.head(key)
  }
  return {
    there: async (key) => {
      const object = await storage.head(key)
      if (object === undefined) return undefined
      await touch(storage, object)
      return isQuiet() ? object : recheck(key)
    },
    stored: async (key) => isQuiet() || (await recheck(key)) !== undefined,
    mayStore,
  }
}

const looks = new WeakMap<ClaimStorage, Moment>()

/** When it was last seen that no sweep runs; `undefined` = one does. */
const lookForSweep = async (storage: ClaimStorage): Promise<Moment | undefined> => {
  const last = looks.get(storage)
  if (last !== undefined && ageMs(last) < lookLastsMs) return last
  // Taken before the store is asked: the answer may be as old as that.
  const askedAt = momentNow()
  if ((await readSweepList(storage)) !== undefined) {
    looks.delete(storage)
    return undefined
  }
  looks.set(storage, askedAt)
  return askedAt
}
