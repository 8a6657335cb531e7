import { filesOf } from "../file-records/record-facts.js"
import type {
  OpenEntries,
  OpenEntry,
  OutboxEntry,
  OutboxFact,
  OutboxSave,
  SaveIdentity,
  UnfinishedUpload,
} from "./Outbox.js"

/** Entries as journal lines. */
export const toLines = (entries: ReadonlyArray<OutboxEntry>): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join("")

// What an entry of each type cannot do without.
const needed: Readonly<Record<OutboxEntry["type"], ReadonlyArray<string>>> = {
  save: ["id", "name", "mimeType", "sizeBytes", "contentHash", "path", "createdAt"],
  settled: ["id", "contentHash"],
  fact: ["factId", "name", "args", "before", "at"],
  confirmed: ["factIds"],
  multipart: ["contentHash", "uploadId", "partBytes"],
  "multipart-ended": ["contentHash"],
}

const isEntry = (value: object): value is OutboxEntry => {
  if (!("type" in value)) return false
  const { type } = value
  if (typeof type !== "string" || !Object.hasOwn(needed, type)) return false
  return needed[type as OutboxEntry["type"]].every((member) => member in value)
}

/** The entries of a journal's text, and how many bytes of it are unreadable. */
export interface ReadLines {
  readonly entries: ReadonlyArray<OutboxEntry>
  /** Lines that are cut short: a kill or a full disk came while they were written, so their saves never resolved. */
  readonly torn: number
  /** Whole lines that this version does not know: another version of this package wrote them. */
  readonly foreign: number
}

/** Reads a journal; what cannot be read is passed over and counted. */
export const readLines = (text: string): ReadLines => {
  const entries: Array<OutboxEntry> = []
  let torn = 0
  let foreign = 0
  for (const line of text.split("\n")) {
    if (line === "") continue
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      torn++
      continue
    }
    if (typeof value === "object" && value !== null && isEntry(value)) entries.push(value)
    else foreign++
  }
  return { entries, torn, foreign }
}

/** Journal lines as entries. */
export const fromLines = (text: string): ReadonlyArray<OutboxEntry> => readLines(text).entries

/** The state of a journal: replaying its entries in order gives the same state. */
export class JournalState implements OpenEntries {
  readonly saves = new Map<string, OutboxSave>()
  readonly facts = new Map<string, OutboxFact>()
  readonly factsByFile = new Map<string, number>()
  readonly #committed = new Set<string>()
  readonly multipart = new Map<string, UnfinishedUpload>()

  apply(entries: ReadonlyArray<OutboxEntry>): this {
    for (const entry of entries) this.#apply(entry)
    return this
  }

  #apply(entry: OutboxEntry): void {
    switch (entry.type) {
      case "save":
        // Again at the end: order says which of two saves of one record is the later.
        this.saves.delete(keyOf(entry))
        this.#committed.delete(keyOf(entry))
        this.saves.set(keyOf(entry), entry)
        return
      case "settled":
        this.saves.delete(keyOf(entry))
        this.#committed.delete(keyOf(entry))
        return
      case "fact":
        if (!this.facts.has(entry.factId)) this.#count(entry, 1)
        this.facts.set(entry.factId, entry)
        return
      case "confirmed":
        for (const factId of entry.factIds) {
          const fact = this.facts.get(factId)
          if (fact !== undefined) this.#count(fact, -1)
          this.facts.delete(factId)
        }
        return
      case "multipart":
        this.multipart.set(entry.contentHash, entry)
        return
      case "multipart-ended":
        this.multipart.delete(entry.contentHash)
    }
  }

  #count(fact: OutboxFact, change: 1 | -1): void {
    for (const { id } of filesOf(fact)) {
      const count = (this.factsByFile.get(id) ?? 0) + change
      if (count > 0) this.factsByFile.set(id, count)
      else this.factsByFile.delete(id)
    }
  }

  commit(saves: ReadonlyArray<SaveIdentity>): void {
    for (const save of saves) this.#committed.add(keyOf(save))
  }

  isCommitted(save: SaveIdentity): boolean {
    return this.#committed.has(keyOf(save))
  }

  has(save: SaveIdentity): boolean {
    return this.saves.has(keyOf(save))
  }

  get open(): ReadonlyArray<OutboxSave> {
    return [...this.saves.values()]
  }

  get isEmpty(): boolean {
    return this.saves.size === 0 && this.facts.size === 0 && this.multipart.size === 0
  }
}

/** Open entries of several journals, in the order in which they were journalled; the same entry in two of them counts once. */
export const inOrder = (journals: ReadonlyArray<JournalState>): ReadonlyArray<OpenEntry> => {
  const open = journals.flatMap(
    ({ saves, facts }): ReadonlyArray<OpenEntry> => [...saves.values(), ...facts.values()],
  )
  const byIdentity = new Map(open.map((entry) => [identityOf(entry), entry]))
  // What is older than this order comes first; its own order stays.
  return [...byIdentity.values()].toSorted((one, other) => (one.at ?? 0) - (other.at ?? 0))
}

const identityOf = (entry: OpenEntry): string =>
  entry.type === "fact" ? entry.factId : `${keyOf(entry)} ${entry.at ?? ""}`

const keyOf = ({ id, contentHash }: SaveIdentity): string => `${id} ${contentHash}`
