import { Context, type Effect } from "effect"
import type { ConfigError, DownloadError, FileNotFoundError, StorageError } from "../../errors/index.js"
import type { FileRecord, FileState, FileVersion, SyncStatus, VerifyReport } from "../../types/index.js"

/** Keeps this device and the remote in step. */
export class FileSync extends Context.Tag("filesync/FileSync")<
  FileSync,
  {
    /** Takes part: waits to become the one tab that transfers. Idempotent. */
    readonly start: Effect.Effect<void>
    /** Leaves: aborts transfers and lets another tab become the leader. Idempotent. */
    readonly stop: Effect.Effect<void>
    /** This tab has come into view, and leads within seconds unless a tab leads that is in view as well. */
    readonly claim: Effect.Effect<void>
    readonly pause: Effect.Effect<void, ConfigError>
    readonly resume: Effect.Effect<void, ConfigError>
    readonly retry: (fileId?: string) => Effect.Effect<void>
    readonly cancel: (fileId: string) => Effect.Effect<void>
    readonly prioritize: (fileId: string) => Effect.Effect<void>
    /** Resolves when the pin is stored; the bytes are downloaded as soon as they can be. */
    readonly pin: (fileId: string) => Effect.Effect<void, FileNotFoundError | ConfigError>
    readonly unpin: (fileId: string) => Effect.Effect<void, FileNotFoundError | ConfigError>
    /**
     * Resolves when the bytes are gone and the eviction is stored. Fails with `StorageError` (`NotUploaded`, `Pinned`).
     */
    readonly evict: (fileId: string) => Effect.Effect<void, FileNotFoundError | StorageError | ConfigError>
    /** Waits until no transfer is queued or running, in whichever tab. */
    readonly awaitIdle: Effect.Effect<void>
    /** Brings a record's bytes here if they are not, and gives the record as it then is. */
    readonly ensureLocal: (
      fileId: string,
    ) => Effect.Effect<FileRecord, FileNotFoundError | DownloadError | StorageError>
    /** The same, and waits a while for bytes that another device is still uploading. */
    readonly awaitLocal: (
      fileId: string,
    ) => Effect.Effect<FileRecord, FileNotFoundError | DownloadError | StorageError>
    /** The same by content, for the service worker; `false` when no record has it. */
    readonly ensureContent: (
      contentHash: string,
      onProgress?: (loadedBytes: number, totalBytes: number) => void,
    ) => Effect.Effect<boolean, FileNotFoundError | DownloadError | StorageError>
    /** Earlier contents of a file that may still be restored, newest first. */
    readonly versions: (fileId: string) => ReadonlyArray<FileVersion>
    readonly fileState: (fileId: string) => FileState
    readonly status: () => SyncStatus
    readonly verify: Effect.Effect<VerifyReport, StorageError>
    /** Repairs what a report names; without a report, verifies first. */
    readonly repair: (report?: VerifyReport) => Effect.Effect<VerifyReport, StorageError | ConfigError>
  }
>() {}
