import type { OutboxEntry, OutboxSave, SaveIdentity } from "./Outbox.js"

/** Entries as journal lines. */
export const toLines = (entries: ReadonlyArray<OutboxEntry>): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join("")

// What an entry of each type cannot do without; what has less was not written by this code and is passed over.
const needed: Readonly<Record<OutboxEntry["type"], ReadonlyArray<string>>> = {
  save: ["id", "name", "mimeType", "sizeBytes", "contentHash", "path", "createdAt"],
  settled: ["id", "contentHash"],
  multipart: ["contentHash", "uploadId", "partBytes"],
  "multipart-ended": ["contentHash"],
}

const isEntry = (value: unknown): value is OutboxEntry => {
  if (typeof value !== "object" || value === null || !("type" in value)) return false
  const { type } = value
  if (typeof type !== "string" || !Object.hasOwn(needed, type)) return false
  return needed[type as OutboxEntry["type"]].every((member) => member in value)
}

/** Journal lines as entries; a last line cut short by a kill was never promised to anybody and is passed over. */
export const fromLines = (lines: string): ReadonlyArray<OutboxEntry> =>
  lines.split("\n").flatMap((line) => {
    if (line === "") return []
    try {
      const value: unknown = JSON.parse(line)
      return isEntry(value) ? [value] : []
    } catch {
      return []
    }
  })

/** What a journal says: replaying its entries in order gives the same state. */
export class JournalState {
  readonly #open = new Map<string, OutboxSave>()
  readonly #committed = new Set<string>()
  readonly multipart = new Map<string, { readonly uploadId: string; readonly partBytes: number }>()

  apply(entries: ReadonlyArray<OutboxEntry>): this {
    for (const entry of entries) {
      if (entry.type === "save") {
        // Again at the end: order says which of two saves of one record is the later.
        this.#open.delete(keyOf(entry))
        this.#committed.delete(keyOf(entry))
        this.#open.set(keyOf(entry), entry)
      } else if (entry.type === "settled") {
        this.#open.delete(keyOf(entry))
        this.#committed.delete(keyOf(entry))
        this.multipart.delete(entry.contentHash)
      } else if (entry.type === "multipart-ended") this.multipart.delete(entry.contentHash)
      else this.multipart.set(entry.contentHash, entry)
    }
    return this
  }

  commit(saves: ReadonlyArray<SaveIdentity>): void {
    for (const save of saves) this.#committed.add(keyOf(save))
  }

  isCommitted(save: SaveIdentity): boolean {
    return this.#committed.has(keyOf(save))
  }

  has(save: SaveIdentity): boolean {
    return this.#open.has(keyOf(save))
  }

  get open(): ReadonlyArray<OutboxSave> {
    return [...this.#open.values()]
  }

  get isEmpty(): boolean {
    return this.#open.size === 0 && this.multipart.size === 0
  }
}

const keyOf = ({ id, contentHash }: SaveIdentity): string => `${id} ${contentHash}`
