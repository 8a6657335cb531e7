import { Context, type Effect } from "effect"
import type {
  ConfigError,
  DownloadError,
  FileNotFoundError,
  HashError,
  InvalidFileError,
  StorageError,
} from "../../errors/index.js"
import type {
  EditFileOptions,
  ErasedFile,
  FileQuery,
  FileRecord,
  FileToSave,
  SaveFileOptions,
  ShareOptions,
} from "../../types/index.js"

/** What can go wrong while saving. */
export type SaveError = StorageError | InvalidFileError | ConfigError | HashError

/** Files as the app sees them: saved here at once, read from wherever they are. */
export class FileStorage extends Context.Tag("filesync/FileStorage")<
  FileStorage,
  {
    /** Stores the bytes, journals and commits the record; gives the file id. Needs no network. */
    readonly saveFile: (
      file: Blob,
      options?: Omit<SaveFileOptions, "signal">,
    ) => Effect.Effect<string, SaveError>
    /** Many files, one commit: all of them or none. */
    readonly saveFiles: (
      files: ReadonlyArray<FileToSave>,
      commit?: (records: ReadonlyArray<FileRecord>) => ReadonlyArray<unknown>,
    ) => Effect.Effect<ReadonlyArray<string>, SaveError>
    /** Replaces a record's content; the old content stays restorable. */
    readonly updateFile: (
      fileId: string,
      file: Blob,
      options?: Omit<SaveFileOptions, "signal">,
    ) => Effect.Effect<void, SaveError | FileNotFoundError>
    /** A tombstone on every device. Fails with `FileNotFoundError` (`NoRecord`); deleting twice is fine. */
    readonly deleteFile: (
      fileId: string,
    ) => Effect.Effect<void, FileNotFoundError | ConfigError | StorageError>
    /** Many tombstones, one event for up to 100 files; deleted ones are passed over. */
    readonly deleteFiles: (
      fileIds: ReadonlyArray<string>,
    ) => Effect.Effect<void, FileNotFoundError | ConfigError | StorageError>
    /** Another name, type or metadata for a record; no bytes move. */
    readonly editFile: (
      fileId: string,
      changes: EditFileOptions,
    ) => Effect.Effect<void, FileNotFoundError | InvalidFileError | ConfigError | StorageError>
    /** Deleted records that can still be restored. */
    readonly listDeleted: (query?: FileQuery) => ReadonlyArray<FileRecord>
    /** Undoes a deletion on every device. Fails with `StorageError` (`NotFound`) when the bytes are nowhere. */
    readonly restoreFile: (
      fileId: string,
    ) => Effect.Effect<void, FileNotFoundError | StorageError | InvalidFileError | ConfigError>
    /** Erases a file for good. Fails with `StorageError` (`StillReferenced`) while another file has its content. */
    readonly eraseFile: (
      fileId: string,
    ) => Effect.Effect<ErasedFile, FileNotFoundError | StorageError | ConfigError>
    /** An address of the uploaded file that works for a while without a token, where the remote can make one. */
    readonly getShareUrl: (
      fileId: string,
      options: ShareOptions,
    ) => Effect.Effect<string, FileNotFoundError | StorageError | DownloadError | ConfigError>
    readonly readFile: (
      fileId: string,
    ) => Effect.Effect<File, FileNotFoundError | DownloadError | StorageError>
    /** A URL to show the file, to be given back with `releaseFileUrl`. */
    readonly getFileUrl: (
      fileId: string,
    ) => Effect.Effect<string, FileNotFoundError | DownloadError | StorageError>
    readonly releaseFileUrl: (url: string) => Effect.Effect<void>
  }
>() {}
