import type { FileRecord, FileState } from "../../src/client/global-client.js"

/** What a list shows of one record. */
export interface ListRow {
  readonly record: FileRecord
  readonly state: FileState | undefined
  /** It was deleted here a moment ago; its place stays as long as that can be undone with one click. */
  readonly isDeleted: boolean
  /** Changes with everything that is shown of the state. */
  readonly stateKey: string
}

/** How long a deletion can be undone in its place; afterwards by the app, as long as the engine keeps the file. */
const undoMs = 8000

interface Ghost {
  readonly record: FileRecord
  /** The id of the record before it. */
  readonly after: string | undefined
  readonly timer: ReturnType<typeof setTimeout>
  /** It was taken back, and keeps its place until the list has the record again. */
  isRestored: boolean
}

/** Rows of files that were deleted a moment ago and can still be restored in place. */
export class DeletedRows {
  readonly #changed: () => void
  readonly #ghosts = new Map<string, Ghost>()

  constructor(changed: () => void) {
    this.#changed = changed
  }

  add(record: FileRecord, records: ReadonlyArray<FileRecord>): void {
    const at = records.findIndex(({ id }) => id === record.id)
    const timer = setTimeout(() => this.remove(record.id), undoMs)
    this.#ghosts.set(record.id, { record, after: records[at - 1]?.id, timer, isRestored: false })
    this.#changed()
  }

  remove(fileId: string): void {
    if (!this.#ghosts.has(fileId)) return
    this.#forget(fileId)
    this.#changed()
  }

  #forget(fileId: string): void {
    clearTimeout(this.#ghosts.get(fileId)?.timer)
    this.#ghosts.delete(fileId)
  }

  /** The deletion was undone: the row stays, as one of a file that is there. */
  restore(fileId: string): void {
    const ghost = this.#ghosts.get(fileId)
    if (ghost === undefined) return
    ghost.isRestored = true
    this.#changed()
  }

  has(fileId: string): boolean {
    return this.#ghosts.get(fileId)?.isRestored === false
  }

  clear(): void {
    for (const { timer } of this.#ghosts.values()) clearTimeout(timer)
    this.#ghosts.clear()
  }

  /** The records with those that are gone put back where they were. */
  among(records: ReadonlyArray<FileRecord>): ReadonlyArray<FileRecord> {
    for (const { id } of records) if (this.#ghosts.get(id)?.isRestored === true) this.#forget(id)
    if (this.#ghosts.size === 0) return records
    const all = records.filter(({ id }) => !this.#ghosts.has(id))
    for (const { record, after } of this.#ghosts.values()) {
      const at = after === undefined ? -1 : all.findIndex(({ id }) => id === after)
      all.splice(at + 1, 0, record)
    }
    return all
  }
}

/** Everything about a state that a row shows. */
export const stateKeyOf = (state: FileState | undefined, isDeleted: boolean): string =>
  state === undefined
    ? `${isDeleted}`
    : `${isDeleted} ${state.transfer} ${state.progress} ${state.local} ${state.remote} ${state.error?.reason}`
