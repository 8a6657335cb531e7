import { Context, type Effect } from "effect"
import type { StorageError } from "../../errors/index.js"
import type { FileMetadata, FileRecord } from "../../types/index.js"
import type { RecordFact } from "../file-records/record-facts.js"
import { appMetadataOf, mergeMetadata } from "../file-records/record-row.js"

/** A save that must not be lost: enough to commit its record again. */
export interface OutboxSave {
  readonly type: "save"
  readonly id: string
  readonly name: string
  readonly mimeType: string
  readonly sizeBytes: number
  readonly contentHash: string
  readonly path: string
  /** The app's metadata. */
  readonly metadata: FileMetadata | null
  /** Metadata found in the content. */
  readonly contentMetadata?: FileMetadata | null
  /** Milliseconds since the epoch, as all dates here. */
  readonly createdAt: number
  readonly sequence?: number
  readonly lastModified?: number | null
  readonly takenAt?: number | null
  /** Content the record had when this was saved; `null` for a new record. Shows whether the commit was kept. */
  readonly previousHash: string | null
  /** When it was journalled; set by the outbox. Older journals have none. */
  readonly at?: number | undefined
}

/** Something about files that this device committed, until LiveStore's sync backend has confirmed it. */
export interface OutboxFact extends RecordFact {
  readonly type: "fact"
  /** Names the entry among those of all tabs. */
  readonly factId: string
  /** When it was journalled: milliseconds since the epoch, always later than the same tab's earlier entries. */
  readonly at: number
}

/** Names a save. */
export type SaveIdentity = Pick<OutboxSave, "id" | "contentHash">

/** One line of the journal. */
export type OutboxEntry =
  | OutboxSave
  | { readonly type: "settled"; readonly id: string; readonly contentHash: string }
  | OutboxFact
  /** These facts need no protection any more. */
  | { readonly type: "confirmed"; readonly factIds: ReadonlyArray<string> }
  /** A multipart upload was begun for this content. */
  | {
      readonly type: "multipart"
      readonly contentHash: string
      readonly uploadId: string
      readonly partBytes: number
      /** Older journals have none. */
      readonly key?: string | undefined
    }
  /** It was completed, or is of no use any more. */
  | { readonly type: "multipart-ended"; readonly contentHash: string }

/** Open entries of all tabs, in the order in which they were journalled. */
export type OpenEntry = OutboxSave | OutboxFact

/**
 * Where saves and facts are written down before they are committed: what makes `saveFile` durable, and what brings back
 * a deletion that LiveStore had taken and lost.
 */
export class Outbox extends Context.Tag("filesync/Outbox")<
  Outbox,
  {
    /** Resolves when the entries are on disk. */
    readonly append: (entries: ReadonlyArray<OutboxEntry>) => Effect.Effect<void, StorageError>
    /**
     * Writes facts down, together with the saves they are about, and gives the names of the facts. Facts that cannot be
     * written are remembered until the tab ends; saves that cannot be written fail.
     */
    readonly keep: (
      facts: ReadonlyArray<RecordFact>,
      saves: ReadonlyArray<OutboxSave>,
    ) => Effect.Effect<ReadonlyArray<string>, StorageError>
    /** Notes that saves need no protection any more; a journal with nothing open is emptied. */
    readonly settle: (saves: ReadonlyArray<SaveIdentity>) => Effect.Effect<void, StorageError>
    /** Notes the same of facts. */
    readonly confirm: (factIds: ReadonlyArray<string>) => Effect.Effect<void, StorageError>
    /** Open saves of this tab, newest last. */
    readonly open: Effect.Effect<ReadonlyArray<OutboxSave>>
    /** What this tab has open, now. */
    readonly now: () => OpenEntries
    /** Called after every change of what is open in this tab; gives what ends that. */
    readonly watch: (listener: () => void) => () => void
    /** Notes that saves were committed: what their records say from now on is newer than they are. */
    readonly committed: (saves: ReadonlyArray<SaveIdentity>) => Effect.Effect<void>
    /** Whether this tab committed a save. */
    readonly isCommitted: (save: SaveIdentity) => boolean
    /** Open saves of every tab, living or not; reads their journals. */
    readonly openEverywhere: Effect.Effect<ReadonlyArray<OutboxSave>, StorageError>
    /**
     * Moves the open entries of closed tabs into this tab's journal and gives them, in their order. `isAlive` says
     * which tabs are still open.
     */
    readonly adopt: (
      isAlive: (tabId: string) => Effect.Effect<boolean>,
    ) => Effect.Effect<ReadonlyArray<OpenEntry>, StorageError>
    /** Tabs, living or not, that have a journal; not this one. */
    readonly otherTabs: Effect.Effect<ReadonlyArray<string>, StorageError>
    /** Unfinished multipart uploads this device began, by content hash. */
    readonly multipart: Effect.Effect<ReadonlyMap<string, UnfinishedUpload>>
    /** Whether this store was ever connected to a sync backend; remembered on this device. */
    readonly hasBackend: Effect.Effect<boolean, StorageError>
    readonly noteBackend: Effect.Effect<void, StorageError>
  }
>() {}

/** An upload in parts that is not complete. */
export interface UnfinishedUpload {
  readonly uploadId: string
  readonly partBytes: number
  readonly key?: string | undefined
}

/** What a journal has open. */
export interface OpenEntries {
  readonly saves: ReadonlyMap<string, OutboxSave>
  /** By their names, oldest first. */
  readonly facts: ReadonlyMap<string, OutboxFact>
  /** How many open facts each file has; a file without any is missing. */
  readonly factsByFile: ReadonlyMap<string, number>
}

/** Every field of a record but those that begin empty: one that is not in the journal would be lost by a crash. */
type JournalledFields = Record<Exclude<keyof FileRecord, "remoteKey" | "updatedAt" | "deletedAt">, unknown>

/** A record as a journal line. */
export const toOutboxSave = (
  record: FileRecord,
  previousHash: string | null,
): Required<Omit<OutboxSave, "at">> & JournalledFields => ({
  type: "save",
  id: record.id,
  name: record.name,
  mimeType: record.mimeType,
  sizeBytes: record.sizeBytes,
  contentHash: record.contentHash,
  path: record.path,
  metadata: appMetadataOf(record),
  contentMetadata: record.contentMetadata,
  createdAt: record.createdAt.getTime(),
  sequence: record.sequence,
  lastModified: record.lastModified?.getTime() ?? null,
  takenAt: record.takenAt?.getTime() ?? null,
  previousHash,
})

const toDate = (ms: number | null | undefined): Date | null => (ms == null ? null : new Date(ms))

/** The record a journal line stands for. */
export const fromOutboxSave = (save: OutboxSave): FileRecord => ({
  id: save.id,
  name: save.name,
  mimeType: save.mimeType,
  sizeBytes: save.sizeBytes,
  contentHash: save.contentHash,
  path: save.path,
  remoteKey: null,
  metadata: mergeMetadata(save.metadata, save.contentMetadata ?? null),
  contentMetadata: save.contentMetadata ?? null,
  lastModified: toDate(save.lastModified),
  takenAt: toDate(save.takenAt),
  createdAt: new Date(save.createdAt),
  sequence: save.sequence ?? 0,
  updatedAt: new Date(save.createdAt),
  deletedAt: null,
})
