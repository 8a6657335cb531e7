import { Context, type Effect } from "effect"
import type { SaveError } from "../file-storage/FileStorage.js"
import type { DownloadError, FileNotFoundError, StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import type { TabCommand } from "../tabs/TabChannel.js"
import type { FileSync } from "./FileSync.js"

/** What is done to one content only when somebody asks for it: it is awaited, checked, let go, or taken back. */
export class Upkeep extends Context.Tag("filesync/Upkeep")<
  Upkeep,
  Pick<FileSync["Type"], "evict" | "verify" | "repair"> & {
    /** Makes earlier content a file's content again. */
    readonly restoreVersion: (
      fileId: string,
      contentHash: string,
    ) => Effect.Effect<void, SaveError | DownloadError | FileNotFoundError>
    /**
     * Asks whoever leads for a record's bytes, and waits until they are here, could not be brought, or the record has
     * other content. Fails with `FileNotFoundError` (`Deleted`) when it is deleted meanwhile, and with `DownloadError`: `Paused`
     * and `NotStarted` when nothing is transferred, `Timeout` when no tab takes it up.
     */
    readonly arrival: (
      record: FileRecord,
      ask: (command: TabCommand) => Effect.Effect<void>,
      onProgress?: (loadedBytes: number, totalBytes: number) => void,
    ) => Effect.Effect<void, DownloadError | StorageError | FileNotFoundError>
    /** The record as soon as some device has uploaded its content, or as it is when the time is over. */
    readonly uploadedElsewhere: (record: FileRecord) => Effect.Effect<FileRecord | undefined, StorageError>
  }
>() {}
