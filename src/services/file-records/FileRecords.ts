import { Context, type Effect, type Scope } from "effect"
import type { ConfigError, InvalidFileError } from "../../errors/index.js"
import type { LocalFileEntry } from "../../schema/local-file-state.js"
import type { FileMetadata, FileQuery, FileRecord, FileVersion } from "../../types/index.js"

/** New content for a record. */
export interface NewContent {
  readonly contentHash: string
  readonly mimeType: string
  readonly sizeBytes: number
  readonly path: string
}

/** A change of a record: new content, a new name, new metadata, or several. */
export interface FileChange {
  readonly id: string
  readonly content?: NewContent | undefined
  readonly name?: string | undefined
  readonly metadata?: FileMetadata | undefined
}

/** What decides about a live record; in memory for every one of them. */
export interface RecordFacts {
  readonly id: string
  readonly contentHash: string
  readonly remoteKey: string | null
  readonly updatedAtMs: number
}

/** What a record was before and is now; `after` is `undefined` once it is deleted. */
export interface RecordChange {
  readonly fileId: string
  readonly before: RecordFacts | undefined
  readonly after: FileRecord | undefined
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
    readonly list: (query?: FileQuery) => ReadonlyArray<FileRecord>
    /** Every live record, in no order. */
    readonly all: () => Iterable<FileRecord>
    /** What decides about every live record, in no order; costs no reading of rows. */
    readonly facts: () => Iterable<RecordFacts>
    /** Live records with this content. */
    readonly withContent: (contentHash: string) => ReadonlyArray<FileRecord>
    /** What a record's content was before, newest first. */
    readonly versions: (fileId: string) => ReadonlyArray<FileVersion>
    /** Whether a superseded version younger than `since` (milliseconds since the epoch) has this content. */
    readonly isRestorable: (contentHash: string, since: number) => boolean
    /** Contents of versions that nobody can restore since then (milliseconds since the epoch). */
    readonly expired: (since: number) => ReadonlyArray<string>
    /**
     * Commits new records together with the app's own events: all or nothing.
     * Fails with `InvalidFileError` (`InvalidCommit`) when an app event does not fit the app's schema.
     */
    readonly create: (
      records: ReadonlyArray<FileRecord>,
      appEvents: ReadonlyArray<unknown>,
    ) => Effect.Effect<void, InvalidFileError | ConfigError>
    readonly update: (
      changes: ReadonlyArray<FileChange>,
      appEvents: ReadonlyArray<unknown>,
    ) => Effect.Effect<void, InvalidFileError | ConfigError>
    /** Notes that content is remote, for every live record that has it. */
    readonly markUploaded: (
      uploads: ReadonlyArray<{ readonly contentHash: string; readonly remoteKey: string }>,
    ) => Effect.Effect<void, ConfigError>
    readonly remove: (fileIds: ReadonlyArray<string>) => Effect.Effect<void, ConfigError>
    /** This device's index, as it was last written; of these files only, where they are named. */
    readonly loadLocal: (fileIds?: ReadonlyArray<string>) => ReadonlyArray<LocalFileEntry>
    /** The same in short: every content it says is here, and the rows that say more. */
    readonly loadLocalInShort: () => {
      readonly present: Iterable<string>
      readonly flagged: ReadonlyArray<LocalFileEntry>
    }
    /** Its rows of deleted records. */
    readonly loadLocalOfDeleted: () => ReadonlyArray<LocalFileEntry>
    readonly setLocal: (entries: ReadonlyArray<LocalFileEntry>) => Effect.Effect<void, ConfigError>
    /** Whether transfers on this device are paused, in whichever tab that was asked. */
    readonly isPaused: () => boolean
    /** Told of every change of `isPaused`. The listener must not throw. */
    readonly watchPaused: (listener: (paused: boolean) => void) => Effect.Effect<void, never, Scope.Scope>
    readonly setPaused: (paused: boolean) => Effect.Effect<void, ConfigError>
    /** Told of changed records, from here and from elsewhere, until the scope closes. The listener must not throw. */
    readonly watch: (
      listener: (changes: ReadonlyArray<RecordChange>) => void,
    ) => Effect.Effect<void, never, Scope.Scope>
    /** Waits until everything committed here so far is in LiveStore's own storage. */
    readonly acknowledged: Effect.Effect<void>
  }
>() {}
