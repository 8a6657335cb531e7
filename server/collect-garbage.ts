import { contentHashOfKey, reservedPrefix } from "./object-key.js"
import type { ObjectStorage, StoredObject } from "./object-storage.js"
import { type Condemned, mergeCondemned, readCondemned, writeCondemned } from "./condemned-list.js"
import { defaultUploadLifetimeMs } from "./handler-options.js"
import { countedStorage, RequestBudget } from "./request-budget.js"
import { everyObject } from "./staged-multipart.js"
import { stillUnused, sweep } from "./sweep.js"
import { touchAfterMs, touchMarkersPrefix } from "./touch-markers.js"

/** Options of {@link collectGarbage}. */
export interface CollectGarbageOptions {
  readonly storage: ObjectStorage
  /**
   * What the records of one folder refer to, as content hashes or keys; see `markReferences`. Asked once for each
   * folder. `undefined` or a throw = not known: then the folder keeps everything.
   */
  readonly referenced: (folder: string) => Promise<ReadonlySet<string> | undefined>
  /** Only keys that begin so. Default all. */
  readonly prefix?: string
  /**
   * Grace period. An object is deleted only if it is older than this, has been unreferenced for at least this long, and
   * no upload was answered "already there" for it within this time. A device that uploaded content and cannot send its
   * record has this long to come back. Default 30 days, at least 2 hours.
   */
  readonly graceMs?: number
  /** `false` = really delete. Default `true`. */
  readonly dryRun?: boolean
  /** Deletes of one run. Default 10,000. */
  readonly maxDeletes?: number
  /**
   * Calls to the store, and to `referenced`, of one run, at least 50: a Worker may make 1,000. A run that needs more ends
   * early, and the next one goes on where it stopped. Default: as many as it takes.
   */
  readonly maxRequests?: number
  /** Default 7 days. */
  readonly uploadLifetimeMs?: number
  readonly nowMs?: number
  /** How a sweep waits between announcing itself and deleting, 45 s. Default: a timer. */
  readonly wait?: (ms: number) => Promise<void>
}

/** What a run found and did. */
export interface GarbageReport {
  readonly dryRun: boolean
  /** `false` = there is more: the next run goes on. */
  readonly complete: boolean
  readonly checked: number
  readonly referenced: number
  /** Unreferenced, but not for long enough. */
  readonly waiting: number
  /**
   * Of those, stored within the grace period: content whose record has not arrived. Many of them in one folder mean a
   * device that uploads and cannot sync its records.
   */
  readonly young: number
  readonly youngBytes: number
  /** The folders they are in, up to 100. */
  readonly youngFolders: ReadonlyArray<string>
  /** What was deleted, or would have been. */
  readonly deleted: ReadonlyArray<string>
  readonly deletedBytes: number
  /** Folders that kept everything because their references could not be found. */
  readonly unknownFolders: ReadonlyArray<string>
  readonly abandonedUploads: number
}

/** Touch markers are written only for objects older than an hour, so a shorter grace could miss one. */
const minGraceMs = 2 * touchAfterMs

/** A device may be switched off for weeks, or wait until its database is repaired. */
const defaultGraceMs = 30 * 24 * 3600 * 1000

const minRequests = 50

/** Calls that deleting one object takes: two looks and the deletion. */
const requestsPerDelete = 3

/** Calls that a run makes besides listing, marking and deleting. */
const requestsAside = 20

const maxYoungFolders = 100

/**
 * Deletes objects that no record refers to: marks by `referenced`, sweeps with a grace period. An object goes only when
 * two runs at least `graceMs` apart both found it unreferenced and it was not stored again meanwhile, so a record that
 * reaches the server late still finds its bytes. Unfinished uploads go when they are older than their lifetime.
 */
export const collectGarbage = async (options: CollectGarbageOptions): Promise<GarbageReport> => {
  const {
    prefix = "",
    graceMs = defaultGraceMs,
    dryRun = true,
    maxRequests = Number.POSITIVE_INFINITY,
  } = options
  if (graceMs < minGraceMs) throw new RangeError(`graceMs must be at least ${minGraceMs}`)
  if (maxRequests < minRequests) throw new RangeError(`maxRequests must be at least ${minRequests}`)
  const nowMs = options.nowMs ?? Date.now()
  const budget = new RequestBudget(maxRequests)
  const storage = countedStorage(options.storage, budget)
  const before = await readCondemned(storage, prefix)
  const pass = await mark({
    ...options,
    storage,
    prefix,
    budget,
    before,
    nowMs,
    unusedSinceMs: nowMs - graceMs,
  })
  // Before anything is deleted: a run that ends in the middle loses nothing of what it found. A dry run writes it too: it
  // deletes nothing, and two of them show what the next real run will do.
  await writeCondemned(storage, prefix, mergeCondemned(before, pass))

  const candidates = {
    storage,
    objects: pass.doomed,
    unusedSinceMs: nowMs - graceMs,
    wait: options.wait ?? timer,
  }
  const deleted = dryRun ? await stillUnused(pass.doomed, candidates) : await sweep(candidates)
  const isPassComplete = pass.cursor === undefined
  const uploadsBeforeMs = nowMs - (options.uploadLifetimeMs ?? defaultUploadLifetimeMs)
  const abandoned = isPassComplete ? await abandonedUploads(storage, prefix, uploadsBeforeMs, budget) : []
  if (!dryRun && isPassComplete) {
    for (const { key, uploadId } of abandoned) await storage.multipart.abort(key, uploadId)
    await removeOldMarkers(storage, prefix, nowMs - graceMs, budget)
  }
  return {
    dryRun,
    complete: isPassComplete && deleted !== undefined && budget.left > 0,
    ...pass.counts,
    youngFolders: [...pass.youngFolders],
    deleted: (deleted ?? []).map(({ key }) => key),
    deletedBytes: (deleted ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    unknownFolders: pass.unknownFolders,
    abandonedUploads: abandoned.length,
  }
}

const timer = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

interface MarkOptions extends CollectGarbageOptions {
  readonly prefix: string
  readonly budget: RequestBudget
  readonly before: Condemned
  readonly nowMs: number
  readonly unusedSinceMs: number
}

/** Looks at every object, from where the last run stopped, as far as the budget goes. */
const mark = async (options: MarkOptions) => {
  const { storage, prefix, budget, before, nowMs, unusedSinceMs, maxDeletes = 10_000 } = options
  const marks = new Marks(options.referenced, budget)
  const since = new Map<string, number>()
  const doomed: Array<StoredObject> = []
  const youngFolders = new Set<string>()
  const counts = { checked: 0, referenced: 0, waiting: 0, young: 0, youngBytes: 0 }
  const isSpent = (): boolean => budget.left <= requestsAside + (doomed.length + 1) * requestsPerDelete
  let cursor = before.cursor

  const look = async (object: StoredObject): Promise<void> => {
    counts.checked += 1
    const isReferenced = await marks.isReferenced(object.key)
    if (isReferenced !== false) {
      if (isReferenced === true) counts.referenced += 1
      return
    }
    const sinceMs = before.since[object.key] ?? nowMs
    since.set(object.key, sinceMs)
    const isYoung = object.storedAtMs > unusedSinceMs
    if (isYoung) {
      counts.young += 1
      counts.youngBytes += object.sizeBytes
      if (youngFolders.size < maxYoungFolders) youngFolders.add(folderOf(object.key))
    }
    if (!isYoung && sinceMs <= unusedSinceMs && doomed.length < maxDeletes) doomed.push(object)
    else counts.waiting += 1
  }

  for await (const object of ownObjects(storage, prefix, cursor)) {
    if (isSpent())
      return { cursor, since, doomed, counts, youngFolders, unknownFolders: marks.unknownFolders }
    await look(object)
    cursor = object.key
  }
  return { cursor: undefined, since, doomed, counts, youngFolders, unknownFolders: marks.unknownFolders }
}

/** Objects of the app, without those that the backend keeps for itself, whose pages are not asked for. */
async function* ownObjects(
  storage: ObjectStorage,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<StoredObject, void, void> {
  const afterReserved = `${reservedPrefix.slice(0, -1)}0`
  for (let startAfter = after; ; ) {
    const page = await storage.list({ prefix, startAfter })
    for (const object of page.objects) {
      startAfter = object.key.startsWith(reservedPrefix) ? afterReserved : object.key
      if (startAfter === afterReserved) break
      yield object
    }
    if (startAfter !== afterReserved && page.cursor === undefined) return
    if (page.objects.length === 0) return
  }
}

/** The references of the folder that is being listed; keys come in order, so one folder is held at a time. */
class Marks {
  readonly unknownFolders: Array<string> = []
  readonly #find: CollectGarbageOptions["referenced"]
  #folder: string | undefined
  #references: ReadonlySet<string> | undefined

  readonly #budget: RequestBudget

  constructor(find: CollectGarbageOptions["referenced"], budget: RequestBudget) {
    this.#find = find
    this.#budget = budget
  }

  /** `undefined` = not known. */
  async isReferenced(key: string): Promise<boolean | undefined> {
    const folder = folderOf(key)
    if (folder !== this.#folder) {
      this.#folder = folder
      this.#budget.spend(1)
      this.#references = await this.#find(folder).catch(() => undefined)
      if (this.#references === undefined) this.unknownFolders.push(folder)
    }
    const hash = contentHashOfKey(key)
    if (this.#references === undefined) return undefined
    return this.#references.has(key) || (hash !== undefined && this.#references.has(hash))
  }
}

const folderOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf("/")))

const abandonedUploads = async (
  storage: ObjectStorage,
  prefix: string,
  begunBeforeMs: number,
  budget: RequestBudget,
) => {
  const found: Array<{ readonly key: string; readonly uploadId: string }> = []
  for await (const upload of storage.multipart.listUploads(prefix)) {
    if (upload.begunAtMs <= begunBeforeMs) found.push(upload)
    // Ending one takes a few calls; the rest is found by the next run.
    if (budget.left <= (found.length + 1) * requestsPerDelete) break
  }
  return found
}

/** Removes touch markers that are too old to matter. */
const removeOldMarkers = async (
  storage: ObjectStorage,
  prefix: string,
  touchedBeforeMs: number,
  budget: RequestBudget,
): Promise<void> => {
  const old: Array<string> = []
  for await (const marker of everyObject(storage, touchMarkersPrefix + prefix)) {
    if (marker.storedAtMs <= touchedBeforeMs) old.push(marker.key)
    if (budget.left <= old.length + 1) break
  }
  if (old.length > 0) await storage.remove(old)
}
