import { Context, type Effect } from "effect"
import type { SaveError } from "../file-storage/FileStorage.js"
import type { DownloadError, FileNotFoundError, StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import type { TabCommand } from "../tabs/TabChannel.js"
import type { FileSync } from "./FileSync.js"

/** On-demand operations on local content: wait for a download, verify, evict, restore a version. */
export class Maintenance extends Context.Tag("filesync/Maintenance")<
  Maintenance,
  Pick<FileSync["Type"], "evict" | "verify" | "repair"> & {
    /** Makes earlier content a file's content again. */
    readonly restoreVersion: (
      fileId: string,
      contentHash: string,
    ) => Effect.Effect<void, SaveError | DownloadError | FileNotFoundError>
    /**
     * Requests a record's bytes from the leader, and waits until they are here, the download failed, or the record has
     * other content. Fails with `FileNotFoundError` (`Deleted`) when it is deleted meanwhile, and with `DownloadError`: `Paused`
     * and `NotStarted` when nothing is transferred, `Timeout` when no tab takes it up.
     */
    readonly awaitContent: (
      record: FileRecord,
      ask: (command: TabCommand) => Effect.Effect<void>,
      onProgress?: (loadedBytes: number, totalBytes: number) => void,
    ) => Effect.Effect<void, DownloadError | StorageError | FileNotFoundError>
    /** The record once some device has uploaded its content, or as it is after a timeout. */
    readonly awaitUploadElsewhere: (record: FileRecord) => Effect.Effect<FileRecord | undefined, StorageError>
  }
>() {}
