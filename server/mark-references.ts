/** One synced event of LiveStore's log, as a sync backend stores it. */
export interface LoggedEvent {
  readonly name: string
  /** Encoded arguments. */
  readonly args: unknown
  /** When the sync backend took it, in ms since the Unix epoch: clocks of devices may be wrong. */
  readonly storedAtMs: number
}

/** Default time for which content that lost its record can be brought back: 30 days. */
export const defaultRestorableMs = 30 * 24 * 3600 * 1000

interface FileFacts {
  readonly id?: unknown
  readonly contentHash?: unknown
  readonly remoteKey?: unknown
}

/**
 * Finds what the records of one store refer to: content hashes, and the object keys they were uploaded to. Content that
 * was replaced, or whose record was deleted, stays referred to for `restorableMs`. Gives `undefined` for a log without
 * any file event: a store that syncs elsewhere must not look like one without files.
 * Throws on file events it does not know, since they may refer to something.
 */
export const markReferences = async (
  events: AsyncIterable<LoggedEvent> | Iterable<LoggedEvent>,
  { nowMs, restorableMs = defaultRestorableMs }: { readonly nowMs: number; readonly restorableMs?: number },
): Promise<ReadonlySet<string> | undefined> => {
  const log = new ReferenceLog()
  for await (const event of events) log.add(event)
  return log.isEmpty ? undefined : log.references(nowMs - restorableMs)
}

class ReferenceLog {
  isEmpty = true
  /** Content of each record, deleted ones too. */
  readonly #contents = new Map<string, string>()
  /** Ids whose record is deleted, until it is restored. */
  readonly #deleted = new Set<string>()
  /** Ids of erased records, which refer to nothing even if other events name content for them. */
  readonly #erased = new Set<string>()
  /** When content was last referred to by a record that no longer does. */
  readonly #lostAtMs = new Map<string, number>()
  readonly #keys = new Map<string, Set<string>>()

  add({ name, args, storedAtMs }: LoggedEvent): void {
    if (!/^v\d+\.File(?:s|[A-Z])/.test(name)) return
    this.isEmpty = false
    for (const file of filesOf(name, args)) this.#addFile(name, file, storedAtMs)
  }

  references(lostAfterMs: number): ReadonlySet<string> {
    const hashes = new Set<string>()
    for (const [id, hash] of this.#contents) if (!this.#deleted.has(id)) hashes.add(hash)
    for (const [hash, lostAtMs] of this.#lostAtMs) if (lostAtMs >= lostAfterMs) hashes.add(hash)
    const references = new Set(hashes)
    for (const hash of hashes) for (const key of this.#keys.get(hash) ?? []) references.add(key)
    return references
  }

  #addFile(name: string, file: FileFacts, storedAtMs: number): void {
    const id = textOf(name, file.id)
    switch (name) {
      case "v1.FileCreated": {
        const hash = textOf(name, file.contentHash)
        // A second one for the same id changes no record.
        if (!this.#contents.has(id)) this.#setContent(id, hash, storedAtMs)
        else if (this.#contents.get(id) !== hash) this.#lose(hash, storedAtMs)
        break
      }
      case "v1.FileUpdated":
        if (file.contentHash !== undefined) this.#setContent(id, textOf(name, file.contentHash), storedAtMs)
        break
      case "v1.FileUploaded": {
        const hash = textOf(name, file.contentHash)
        const keys = this.#keys.get(hash) ?? new Set()
        this.#keys.set(hash, keys.add(textOf(name, file.remoteKey)))
        // It may be an earlier version's upload, which can be restored.
        if (!this.#erased.has(id) && (this.#contents.get(id) !== hash || this.#deleted.has(id)))
          this.#lose(hash, storedAtMs)
        break
      }
      case "v1.FileMissing":
        // What a device did not find is referred to as before: it may be there again, or be sent again.
        break
      case "v1.FileDeleted": {
        const hash = this.#contents.get(id)
        this.#deleted.add(id)
        if (hash !== undefined) this.#lose(hash, storedAtMs)
        break
      }
      case "v1.FileRestored":
        this.#deleted.delete(id)
        break
      case "v1.FileErased":
        this.#contents.delete(id)
        this.#erased.add(id)
        break
      default:
        throw new Error(`unknown file event ${name}`)
    }
  }

  #setContent(id: string, hash: string, storedAtMs: number): void {
    if (this.#erased.has(id)) return
    const before = this.#contents.get(id)
    this.#contents.set(id, hash)
    if (this.#deleted.has(id)) this.#lose(hash, storedAtMs)
    if (before !== undefined && before !== hash) this.#lose(before, storedAtMs)
  }

  #lose(hash: string, storedAtMs: number): void {
    this.#lostAtMs.set(hash, Math.max(storedAtMs, this.#lostAtMs.get(hash) ?? 0))
  }
}

const filesOf = (name: string, args: unknown): ReadonlyArray<FileFacts> => {
  const files = (args as { readonly files?: unknown } | undefined)?.files
  if (!Array.isArray(files)) throw new Error(`${name} without files`)
  return files as ReadonlyArray<FileFacts>
}

const textOf = (name: string, value: unknown): string => {
  if (typeof value !== "string" || value === "") throw new Error(`${name} with a broken file`)
  return value
}
