import type { FileMetadata, FileRecord, FileVersion } from "../../types/index.js"
import type { LocalFileEntry } from "../../schema/local-file-state.js"
import type { NewContent } from "./FileRecords.js"

/** The facts about files as plain data, one file each: what the LiveStore events say, without LiveStore. */
export type FileFact =
  | { readonly type: "created"; readonly record: FileRecord }
  | {
      readonly type: "updated"
      readonly id: string
      readonly content: NewContent | undefined
      readonly name: string | undefined
      readonly metadata: FileMetadata | undefined
      readonly updatedAt: Date
    }
  | {
      readonly type: "uploaded"
      readonly id: string
      readonly contentHash: string
      readonly remoteKey: string
    }
  | { readonly type: "deleted"; readonly id: string; readonly deletedAt: Date }

/** What the facts add up to; the same as the SQL of the materializers. */
export class FileTables {
  readonly rows = new Map<string, FileRecord>()
  readonly versions = new Map<string, FileVersion>()

  /** Adds one fact, in the order of the log. */
  apply(fact: FileFact): void {
    if (fact.type === "created") {
      if (!this.rows.has(fact.record.id)) this.rows.set(fact.record.id, { ...fact.record, remoteKey: null })
      return
    }
    const row = this.rows.get(fact.id)
    if (row === undefined) return
    if (fact.type === "uploaded") {
      if (row.contentHash === fact.contentHash) this.rows.set(row.id, { ...row, remoteKey: fact.remoteKey })
    } else if (row.deletedAt === null) {
      if (fact.type === "deleted") this.rows.set(row.id, { ...row, deletedAt: fact.deletedAt })
      else this.#update(row, fact)
    }
  }

  #update(row: FileRecord, fact: Extract<FileFact, { type: "updated" }>): void {
    const isNewContent = fact.content !== undefined && fact.content.contentHash !== row.contentHash
    if (isNewContent) {
      const { id: fileId, contentHash, mimeType, sizeBytes, remoteKey } = row
      this.versions.set(`${fileId} ${contentHash}`, {
        fileId,
        contentHash,
        mimeType,
        sizeBytes,
        remoteKey,
        supersededAt: fact.updatedAt,
      })
    }
    this.rows.set(row.id, {
      ...row,
      ...fact.content,
      remoteKey: isNewContent ? null : row.remoteKey,
      name: fact.name ?? row.name,
      metadata: fact.metadata ?? row.metadata,
      updatedAt: fact.updatedAt,
    })
  }
}

/** What belongs to a device as a whole, seen by all its tabs. */
export class RecordDevice {
  paused = false
  readonly #listeners = new Set<(paused: boolean) => void>()

  set(paused: boolean): void {
    if (paused === this.paused) return
    this.paused = paused
    for (const listener of this.#listeners) listener(paused)
  }

  watch(listener: (paused: boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

/** A log of facts as one tab sees it: its own, its device's and everybody's, in the order LiveStore would give them. */
export interface RecordLog {
  /** Everything this tab sees, now. */
  readonly tables: () => FileTables
  /** One call is one commit of any number of facts. */
  readonly commit: (facts: ReadonlyArray<FileFact>) => void
  /** Called after every change of `tables`, also from elsewhere. */
  readonly subscribe: (listener: () => void) => () => void
  /** Resolves when what was committed so far survives a kill. */
  readonly acknowledged: (onAcknowledged: () => void) => () => void
  readonly local: Map<string, LocalFileEntry>
  readonly device: RecordDevice
}
