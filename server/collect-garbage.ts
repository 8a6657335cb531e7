import { contentHashOfKey, reservedPrefix } from "./object-key.js"
import type { ObjectStorage, StoredObject } from "./object-storage.js"
import { defaultUploadLifetimeMs } from "./handler-options.js"
import { noteAfterMs, notesPrefix } from "./reuse-notes.js"
import { everyObject } from "./staged-multipart.js"

/** What to collect, and how careful to be. Every default is our choice. */
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
   * Nothing younger goes, nothing that was not already unreferenced so long ago, and nothing that an uploader was told
   * is there since. Default 7 days, at least 2 hours.
   */
  readonly graceMs?: number
  /** `false` = really delete. Default `true`. */
  readonly dryRun?: boolean
  /** Deletes of one run. Default 10,000. */
  readonly maxDeletes?: number
  /** Default 7 days. */
  readonly uploadLifetimeMs?: number
  readonly nowMs?: number
}

/** What a run found and did. */
export interface GarbageReport {
  readonly dryRun: boolean
  readonly checked: number
  readonly referenced: number
  /** Unreferenced, but too young or not unreferenced for long enough. */
  readonly waiting: number
  /** What was deleted, or would have been. */
  readonly deleted: ReadonlyArray<string>
  readonly deletedBytes: number
  /** Folders that kept everything because their references could not be found. */
  readonly unknownFolders: ReadonlyArray<string>
  readonly abandonedUploads: number
}

/** When each key was first seen without a reference, in ms since the Unix epoch. */
type Condemned = Record<string, number>

/** A note of reuse is written for objects older than an hour, so a shorter grace could miss one. */
const minGraceMs = 2 * noteAfterMs

const defaultGraceMs = 7 * 24 * 3600 * 1000
const maxWaiting = 100_000

/**
 * Deletes objects that no record refers to: marks by `referenced`, sweeps with a grace period. An object goes only when
 * two runs at least `graceMs` apart both found it unreferenced and it was not stored again meanwhile, so a record that
 * reaches the server late still finds its bytes. Unfinished uploads go when they are older than their lifetime.
 */
export const collectGarbage = async (options: CollectGarbageOptions): Promise<GarbageReport> => {
  const { storage, prefix = "", graceMs = defaultGraceMs, dryRun = true, maxDeletes = 10_000 } = options
  if (graceMs < minGraceMs) throw new RangeError(`graceMs must be at least ${minGraceMs}`)
  const nowMs = options.nowMs ?? Date.now()
  const before = await readCondemned(storage, prefix)
  const notes = await readNotes(storage, prefix, nowMs - graceMs)
  const after: Condemned = {}
  const marks = new Marks(options.referenced)
  const doomed: Array<StoredObject> = []
  let checked = 0
  let referenced = 0
  let waiting = 0

  for await (const object of everyObject(storage, prefix)) {
    if (object.key.startsWith(reservedPrefix)) continue
    checked += 1
    const isReferenced = await marks.isReferenced(object.key)
    if (isReferenced !== false) {
      if (isReferenced === true) referenced += 1
      continue
    }
    const sinceMs = before[object.key] ?? nowMs
    const isOld =
      object.storedAtMs <= nowMs - graceMs && sinceMs <= nowMs - graceMs && !notes.recent.has(object.key)
    if (isOld && doomed.length < maxDeletes) {
      doomed.push(object)
    } else {
      waiting += 1
      if (waiting <= maxWaiting) after[object.key] = sinceMs
    }
  }

  const abandoned = await abandonedUploads(
    storage,
    prefix,
    nowMs - (options.uploadLifetimeMs ?? defaultUploadLifetimeMs),
  )
  let deleted: ReadonlyArray<StoredObject> = doomed
  if (!dryRun) {
    deleted = await sweep(storage, doomed, nowMs - graceMs)
    await storage.remove(notes.old)
    for (const { key, uploadId } of abandoned) await storage.multipart.abort(key, uploadId)
  } else {
    for (const { key } of doomed) after[key] = before[key] ?? nowMs
  }
  // A dry run writes this too: it deletes nothing, and two of them show what the next real run will do.
  await writeCondemned(storage, prefix, after)
  return {
    dryRun,
    checked,
    referenced,
    waiting,
    deleted: deleted.map(({ key }) => key),
    deletedBytes: deleted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    unknownFolders: marks.unknownFolders,
    abandonedUploads: abandoned.length,
  }
}

/** The references of the folder that is being listed; keys come in order, so one folder is held at a time. */
class Marks {
  readonly unknownFolders: Array<string> = []
  readonly #find: CollectGarbageOptions["referenced"]
  #folder: string | undefined
  #references: ReadonlySet<string> | undefined

  constructor(find: CollectGarbageOptions["referenced"]) {
    this.#find = find
  }

  /** `undefined` = not known. */
  async isReferenced(key: string): Promise<boolean | undefined> {
    const folder = key.slice(0, Math.max(0, key.lastIndexOf("/")))
    if (folder !== this.#folder) {
      this.#folder = folder
      this.#references = await this.#find(folder).catch(() => undefined)
      if (this.#references === undefined) this.unknownFolders.push(folder)
    }
    const hash = contentHashOfKey(key)
    if (this.#references === undefined) return undefined
    return this.#references.has(key) || (hash !== undefined && this.#references.has(hash))
  }
}

/** Keys that an uploader was told are there, within the grace period; and notes that have served their time. */
const readNotes = async (storage: ObjectStorage, prefix: string, notedAfterMs: number) => {
  const recent = new Set<string>()
  const old: Array<string> = []
  for await (const note of everyObject(storage, notesPrefix + prefix)) {
    if (note.storedAtMs > notedAfterMs) recent.add(note.key.slice(notesPrefix.length))
    else old.push(note.key)
  }
  return { recent, old }
}

/** Looks once more at each object right before it goes: somebody may have come to count on it since it was listed. */
const sweep = async (
  storage: ObjectStorage,
  doomed: ReadonlyArray<StoredObject>,
  storedBeforeMs: number,
): Promise<ReadonlyArray<StoredObject>> => {
  const deleted: Array<StoredObject> = []
  for (const object of doomed) {
    const current = await storage.head(object.key)
    if (current === undefined || current.storedAtMs > storedBeforeMs) continue
    const note = await storage.head(notesPrefix + object.key)
    if (note !== undefined && note.storedAtMs > storedBeforeMs) continue
    await storage.remove([object.key])
    deleted.push(object)
  }
  return deleted
}

const abandonedUploads = async (storage: ObjectStorage, prefix: string, begunBeforeMs: number) => {
  const found: Array<{ readonly key: string; readonly uploadId: string }> = []
  for await (const upload of storage.multipart.listUploads(prefix)) {
    if (upload.begunAtMs <= begunBeforeMs) found.push(upload)
  }
  return found
}

const condemnedKey = (prefix: string): string =>
  `${reservedPrefix}garbage/${prefix === "" ? "all" : encodeURIComponent(prefix)}`

const readCondemned = async (storage: ObjectStorage, prefix: string): Promise<Condemned> => {
  const found = await storage.read(condemnedKey(prefix))
  if (found === undefined) return {}
  // A prototype must not answer for a key.
  return Object.assign(Object.create(null), await new Response(found.body).json()) as Condemned
}

const writeCondemned = async (
  storage: ObjectStorage,
  prefix: string,
  condemned: Condemned,
): Promise<void> => {
  const bytes = new TextEncoder().encode(JSON.stringify(condemned))
  await storage.write(condemnedKey(prefix), bytes, {
    sizeBytes: bytes.byteLength,
    contentHash: undefined,
    mimeType: "application/json",
    onlyIfAbsent: false,
  })
}
