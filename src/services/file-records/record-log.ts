import type { FileMetadata, FileRecord, FileVersion } from "../../types/index.js"
import type { LocalFileEntry } from "../../schema/local-file-state.js"
import type { ErasedContent, NewContent } from "./FileRecords.js"
import { appMetadataOf, mergeMetadata } from "./record-row.js"

/** The facts about files as plain data, one file each: what the LiveStore events say, without LiveStore. */
export type FileFact =
  | { readonly type: "created"; readonly record: FileRecord }
  | {
      readonly type: "updated"
      readonly id: string
      readonly content: NewContent | undefined
      readonly mimeType: string | undefined
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
  | {
      readonly type: "missing"
      readonly id: string
      readonly contentHash: string
      readonly remoteKey: string
    }
  | { readonly type: "deleted"; readonly id: string; readonly deletedAt: Date }
  | { readonly type: "restored"; readonly id: string; readonly restoredAt: Date }
  | { readonly type: "erased"; readonly id: string; readonly erasedAt: Date }
  | { readonly type: "contentErased"; readonly contentHash: string; readonly erasedAt: Date }

/** What the facts add up to; the same as the SQL of the materializers. */
export class FileTables {
  readonly rows = new Map<string, FileRecord>()
  readonly versions = new Map<string, FileVersion>()
  /** Keys at which a device did not find a record's present content. */
  readonly lostKeys = new Map<string, string>()
  readonly erased = new Set<string>()
  readonly erasedContents = new Map<string, ErasedContent>()

  /** Adds one fact, in the order of the log. */
  apply(fact: FileFact): void {
    switch (fact.type) {
      case "created":
        if (!this.rows.has(fact.record.id)) this.#set({ ...fact.record, remoteKey: null })
        return
      case "contentErased":
        return this.#markErased(fact.contentHash, fact.erasedAt)
      case "erased":
        return this.#erase(fact.id, fact.erasedAt)
    }
    const row = this.rows.get(fact.id)
    if (row === undefined) return
    if (this.erased.has(fact.id)) {
      const late = fact.type === "updated" ? fact.content?.contentHash : undefined
      if (late !== undefined && fact.type === "updated" && !this.erasedContents.has(late))
        this.#noteErased(late, null, fact.updatedAt)
      return
    }
    switch (fact.type) {
      case "uploaded": {
        if (row.contentHash === fact.contentHash) this.#set({ ...row, remoteKey: fact.remoteKey })
        const key = `${fact.id} ${fact.contentHash}`
        const version = this.versions.get(key)
        if (version !== undefined) this.versions.set(key, { ...version, remoteKey: fact.remoteKey })
        return
      }
      case "missing": {
        const { id, contentHash, remoteKey } = fact
        const isFirst = this.lostKeys.get(id) !== remoteKey
        if (row.contentHash !== contentHash || row.remoteKey !== remoteKey || !isFirst) return
        this.lostKeys.set(id, remoteKey)
        return this.#set({ ...row, remoteKey: null })
      }
      case "deleted":
        return this.#set({ ...row, deletedAt: row.deletedAt ?? fact.deletedAt })
      case "restored":
        if (row.deletedAt !== null) this.#set({ ...row, deletedAt: null, updatedAt: fact.restoredAt })
        return
      case "updated":
        return this.#update(row, fact)
    }
  }

  #set(row: FileRecord): void {
    this.rows.set(row.id, row)
  }

  #update(row: FileRecord, fact: Extract<FileFact, { type: "updated" }>): void {
    const isNewContent = fact.content !== undefined && fact.content.contentHash !== row.contentHash
    if (isNewContent) {
      this.lostKeys.delete(row.id)
      const { id: fileId, contentHash, mimeType, sizeBytes, remoteKey } = row
      const { contentMetadata, lastModified, takenAt } = row
      this.versions.set(`${fileId} ${contentHash}`, {
        fileId,
        contentHash,
        mimeType,
        sizeBytes,
        remoteKey: remoteKey ?? this.versions.get(`${fileId} ${contentHash}`)?.remoteKey ?? null,
        contentMetadata,
        lastModified,
        takenAt,
        supersededAt: fact.updatedAt < row.updatedAt ? row.updatedAt : fact.updatedAt,
      })
    }
    const contentMetadata = fact.content === undefined ? row.contentMetadata : fact.content.contentMetadata
    this.#set({
      ...row,
      mimeType: fact.mimeType ?? row.mimeType,
      ...fact.content,
      remoteKey: isNewContent ? null : row.remoteKey,
      name: fact.name ?? row.name,
      metadata: mergeMetadata(fact.metadata ?? appMetadataOf(row), contentMetadata),
      updatedAt: fact.updatedAt,
    })
  }

  #erase(id: string, erasedAt: Date): void {
    const row = this.rows.get(id)
    for (const [key, version] of this.versions) {
      if (version.fileId !== id) continue
      this.versions.delete(key)
      this.#noteErased(version.contentHash, version.remoteKey, erasedAt)
    }
    const lostKey = this.lostKeys.get(id) ?? null
    if (row !== undefined && !this.erased.has(id))
      this.#noteErased(row.contentHash, row.remoteKey ?? lostKey, erasedAt)
    this.lostKeys.delete(id)
    this.erased.add(id)
    this.#set({
      id,
      name: "",
      mimeType: "application/octet-stream",
      sizeBytes: 0,
      contentHash: "",
      path: "",
      remoteKey: null,
      metadata: null,
      contentMetadata: null,
      lastModified: null,
      takenAt: null,
      createdAt: row?.createdAt ?? erasedAt,
      sequence: row?.sequence ?? 0,
      updatedAt: row?.updatedAt ?? erasedAt,
      deletedAt: row?.deletedAt ?? erasedAt,
    })
  }

  #noteErased(contentHash: string, remoteKey: string | null, erasedAt: Date): void {
    const known = this.erasedContents.get(contentHash)?.remoteKey ?? null
    const row = { contentHash, remoteKey: remoteKey ?? known, erasedAt, isRemoteErased: false }
    this.erasedContents.set(contentHash, row)
  }

  #markErased(contentHash: string, erasedAt: Date): void {
    const row = this.erasedContents.get(contentHash)
    if (row !== undefined && row.erasedAt <= erasedAt)
      this.erasedContents.set(contentHash, { ...row, isRemoteErased: true })
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
