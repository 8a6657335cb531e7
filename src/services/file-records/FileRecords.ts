import { Context, type Effect, type Scope } from "effect"
import type { ConfigError, InvalidFileError, StorageError } from "../../errors/index.js"
import type { LocalFileEntry } from "../../schema/local-file-state.js"
import type { FileMetadata, FileQuery, FileRecord, FileVersion } from "../../types/index.js"
import type { FactFile, FactStanding, LoggedEvent, RecordFact } from "./record-facts.js"
import type { StoreLog } from "./StoreLog.js"

/** Fields that belong to a record and not to its content; a field that is not named here changes with the content. */
type OwnField =
  | "id"
  | "name"
  | "remoteKey"
  | "metadata"
  | "createdAt"
  | "sequence"
  | "updatedAt"
  | "deletedAt"

/** New content for a record: every field that comes with it. */
export interface NewContent extends Omit<FileRecord, OwnField> {}

/** A change of a record: new content, a new name, new metadata, or several. */
export interface FileChange {
  readonly id: string
  readonly content?: NewContent | undefined
  /** Another type of the same content; new content has its own. */
  readonly mimeType?: string | undefined
  /** Object key of `content` when the remote was found to have it; committed together with the change. */
  readonly remoteKey?: string | undefined
  readonly name?: string | undefined
  /** The app's metadata, which replaces its earlier metadata. */
  readonly metadata?: FileMetadata | undefined
}

/**
 * What a record is now; `after` is `undefined` once it is deleted. Of records that had not been read, a rebase may
 * report some that did not change.
 */
export interface RecordChange {
  readonly fileId: string
  readonly after: FileRecord | undefined
  /** Contents it had until now, as far as that is known; other records may have them still. */
  readonly superseded: ReadonlyArray<string>
}

/** Content that was erased with a record. */
export interface ErasedContent {
  readonly contentHash: string
  /** Object key, when some device is known to have uploaded it. */
  readonly remoteKey: string | null
  readonly erasedAt: Date
  /** Some device has deleted the remote's object since. */
  readonly isRemoteErased: boolean
}

/** Content that some record had before, or that a deleted record has. */
export interface SupersededContent {
  readonly contentHash: string
  readonly sizeBytes: number
  /** `null` = it is not known to be in the remote. */
  readonly remoteKey: string | null
  /** Milliseconds since the epoch. */
  readonly supersededAt: number
}

/** Content whose time to be restored is over. */
export interface ExpiredContent {
  readonly contentHash: string
  /** Milliseconds since the epoch. */
  readonly lostAt: number
}

/** A part of a long reading, in the order of ids, so that what changes between two parts moves nothing. */
export interface RowPart<Row> {
  readonly rows: ReadonlyArray<Row>
  /** Where the next part begins; missing after the last. */
  readonly next: string | undefined
}

/** Journals facts before they are committed. */
export interface FactJournal {
  /**
   * Resolves when these facts are on disk, with an effect that removes them again when their commit fails. Fails only for
   * facts that must not be committed without a journal.
   */
  readonly keep: (facts: ReadonlyArray<RecordFact>) => Effect.Effect<Effect.Effect<void>, StorageError>
}

/** Everything that touches LiveStore, so that a change of LiveStore changes one folder. */
export class FileRecords extends Context.Tag("filesync/FileRecords")<
  FileRecords,
  {
    readonly storeId: string
    /** A live record, now. */
    readonly get: (fileId: string) => FileRecord | undefined
    /** Whether a record with this id was deleted. */
    readonly isDeleted: (fileId: string) => boolean
    readonly isErased: (fileId: string) => boolean
    /** A record, live or deleted; `undefined` when it was erased. */
    readonly find: (fileId: string) => FileRecord | undefined
    readonly list: (query?: FileQuery) => ReadonlyArray<FileRecord>
    /** Records deleted after `since` (milliseconds since the epoch), the latest first unless the query has an order. */
    readonly listDeleted: (query: FileQuery | undefined, since: number) => ReadonlyArray<FileRecord>
    /** Whether a live record, or a version of one, has this content; `exceptId` does not count. */
    readonly isReferenced: (contentHash: string, exceptId?: string) => boolean
    /** Every live record, in no order. */
    readonly all: () => Iterable<FileRecord>
    /** Live records with this content. */
    readonly withContent: (contentHash: string) => ReadonlyArray<FileRecord>
    /** Live records with any of these contents: one question for all of them. */
    readonly withContents: (contentHashes: ReadonlyArray<string>) => ReadonlyArray<FileRecord>
    /**
     * Reads every live record into memory, part by part, so that no task is long. Whoever is about to ask for thousands
     * of them one by one does this before: else all are read at once.
     */
    readonly preload: Effect.Effect<void>
    /** Earlier contents of a record, newest first. */
    readonly versions: (fileId: string) => ReadonlyArray<FileVersion>
    /** Whether a version that was replaced, or a record that was deleted, after `since` (milliseconds since the epoch) has this content. */
    readonly isRestorable: (contentHash: string, since: number) => boolean
    /** Every superseded content, once, as its latest version has it. */
    readonly superseded: () => ReadonlyArray<SupersededContent>
    /** Contents of versions that cannot be restored since then (milliseconds since the epoch). */
    readonly expired: (since: number) => ReadonlyArray<ExpiredContent>
    /** On this device the restore period of these contents begins now, whatever their events say. */
    readonly noteHeard: (
      contentHashes: ReadonlyArray<string>,
      heardAt: number,
    ) => Effect.Effect<void, ConfigError>
    /** Forgets, on this device, versions that were replaced before that time; their bytes must be deleted already. */
    readonly pruneVersions: (until: number) => Effect.Effect<void, ConfigError>
    /**
     * Commits new records together with the app's own events: all or nothing.
     * Fails with `InvalidFileError` (`InvalidCommit`) when an app event does not fit the app's schema.
     */
    readonly create: (
      records: ReadonlyArray<FileRecord>,
      appEvents: ReadonlyArray<unknown>,
    ) => Effect.Effect<void, InvalidFileError | ConfigError | StorageError>
    readonly update: (
      changes: ReadonlyArray<FileChange>,
      appEvents: ReadonlyArray<unknown>,
    ) => Effect.Effect<void, InvalidFileError | ConfigError | StorageError>
    /** Notes that content is remote, for every live record that has it. */
    readonly markUploaded: (
      uploads: ReadonlyArray<{ readonly contentHash: string; readonly remoteKey: string }>,
    ) => Effect.Effect<void, ConfigError | StorageError>
    /** Reports keys at which this device did not find content, for every live record that has it under that key. */
    readonly markMissing: (
      contents: ReadonlyArray<{ readonly contentHash: string; readonly remoteKey: string }>,
    ) => Effect.Effect<void, ConfigError | StorageError>
    /** Keys at which some device did not find the present content of these records, by file id. */
    readonly lostKeys: (fileIds: ReadonlyArray<string>) => ReadonlyMap<string, string>
    readonly remove: (fileIds: ReadonlyArray<string>) => Effect.Effect<void, ConfigError | StorageError>
    /** Undoes deletions. */
    readonly restore: (fileIds: ReadonlyArray<string>) => Effect.Effect<void, ConfigError | StorageError>
    /** Erases records and their versions; `erasedContents` gives the contents that were erased with them. */
    readonly erase: (fileIds: ReadonlyArray<string>) => Effect.Effect<void, ConfigError | StorageError>
    /** Every content that was erased with some record. */
    readonly erasedContents: () => ReadonlyArray<ErasedContent>
    /** Notes that the remote's objects of erased content are deleted. */
    readonly markContentErased: (
      contents: ReadonlyArray<Pick<ErasedContent, "contentHash" | "erasedAt">>,
    ) => Effect.Effect<void, ConfigError | StorageError>
    /** This device's index of these files, as it was last written. */
    readonly loadLocal: (fileIds: ReadonlyArray<string>) => ReadonlyArray<LocalFileEntry>
    /** Rows of this device's index that hold more than a presence: pins, evictions, failures. */
    readonly loadFlagged: () => ReadonlyArray<LocalFileEntry>
    /**
     * A part of the live records that, by this device's index, are not both here and at the remote (without `hasRemote`:
     * not here), from the id `after` on; the first after `""`.
     */
    readonly pendingPart: (hasRemote: boolean, after: string) => RowPart<FileRecord>
    /** Whether this device's index says that a content, which some record has or had, is here. */
    readonly hasLocalCopy: (contentHash: string) => boolean
    /** Which of these contents are. */
    readonly localAmong: (contentHashes: ReadonlyArray<string>) => ReadonlySet<string>
    /** Every content that is here by this device's index. */
    readonly loadLocalCopies: () => Iterable<string>
    /**
     * Deleted records that this device's index still has rows of, with the content that is here by these rows; empty =
     * none.
     */
    readonly loadLocalOfDeleted: () => ReadonlyArray<Pick<LocalFileEntry, "fileId" | "localHash">>
    readonly setLocal: (entries: ReadonlyArray<LocalFileEntry>) => Effect.Effect<void, ConfigError>
    /** Whether transfers on this device are paused, in whichever tab `pause` was called. */
    readonly isPaused: () => boolean
    /** Calls the listener on every change of `isPaused`, until the scope closes. The listener must not throw. */
    readonly watchPaused: (listener: (paused: boolean) => void) => Effect.Effect<void, never, Scope.Scope>
    readonly setPaused: (paused: boolean) => Effect.Effect<void, ConfigError>
    /**
     * Calls the listener with changed records, from this and other devices, until the scope closes; with none when
     * reading has ended (`isReading`). The listener must not throw.
     */
    readonly watch: (
      listener: (changes: ReadonlyArray<RecordChange>) => void,
    ) => Effect.Effect<void, never, Scope.Scope>
    /** Changes are still being read, a part at a time: more will be reported. */
    readonly isReading: () => boolean
    /** Waits until everything committed here so far is in LiveStore's own storage. */
    readonly acknowledged: Effect.Effect<void>
    /** Journals every synced event before it is committed, until the scope closes. */
    readonly journalWith: (journal: FactJournal) => Effect.Effect<void, never, Scope.Scope>
    /** How the records show one file of a fact. */
    readonly standing: (fact: RecordFact, file: FactFile) => FactStanding
    /** Commits events as they once were. Fails with `ConfigError` (`InvalidOption`) when this version does not know one. */
    readonly commitAgain: (
      events: ReadonlyArray<LoggedEvent>,
    ) => Effect.Effect<void, ConfigError | StorageError>
    /** The log behind the records. */
    readonly log: StoreLog
  }
>() {}
