import type { Duration } from "effect"
import type { EngineFacts } from "./engine-facts.js"
import type { FileMetadata, FileQuery, FileRecord, FileVersion } from "./file-record.js"
import type { FileState, FileSyncEvent, SyncStatus, TransferProgress } from "./transfer.js"

/** Stops a subscription; calling it again does nothing. */
export type Unsubscribe = () => void

/** What may go with a file that is saved. */
export interface SaveFileOptions {
  /** Default: the `File`'s own name, or `"untitled"` for a plain `Blob`. */
  readonly name?: string
  /** Default: the blob's own type, or `application/octet-stream`. */
  readonly mimeType?: string
  readonly metadata?: FileMetadata
  /** When it was added; default now. Files of one drop that are saved by several calls share one. */
  readonly createdAt?: Date
  /** Its place among the files with the same `createdAt`; default its place in the list that is saved. */
  readonly sequence?: number
  /** The app's own LiveStore events, committed together with the file's: save and link are one act. */
  readonly commit?: (record: FileRecord) => ReadonlyArray<unknown>
  readonly signal?: AbortSignal
  /** Called while the file is copied and hashed on this device. */
  readonly onProgress?: (loadedBytes: number, totalBytes: number) => void
}

/** One member of `saveFiles`. */
export interface FileToSave {
  readonly file: Blob
  readonly name?: string
  readonly mimeType?: string
  readonly metadata?: FileMetadata
  /** When it was added; default now, the same for the whole list. */
  readonly createdAt?: Date
  /** Its place among the files with the same `createdAt`; default its place in the list. */
  readonly sequence?: number
}

/** The changes of `editFile`; absent fields stay as they are. */
export interface EditFileOptions {
  readonly name?: string
  readonly mimeType?: string
  /** Replaces all metadata that the app gave before; what was found in the content stays. */
  readonly metadata?: FileMetadata
  /** The app's own LiveStore events, committed together with the change. */
  readonly commit?: (record: FileRecord) => ReadonlyArray<unknown>
}

/** What a shared link does, and for how long. */
export interface ShareOptions {
  /** Milliseconds, or a duration such as `"1 hour"`; one second to seven days. */
  readonly expiresIn: Duration.DurationInput
  /** `true` = the link saves the file; default `false`: it shows what is safe to show, and saves the rest. */
  readonly download?: boolean
  readonly signal?: AbortSignal
}

/** How far an erasure has come. */
export interface ErasedFile {
  /**
   * `erased`: the remote has no object of it any more. `pending`: the remote could not be asked; its objects are
   * deleted as soon as some device reaches it. `none`: there is no remote.
   */
  readonly remote: "erased" | "pending" | "none"
}

/** A smaller copy of a picture. */
export interface PictureThumbnail {
  /** A blob URL, or one that the service worker answers. Release it with `releaseFileUrl`. */
  readonly url: string
  /** Width of the picture itself, in pixels as it is shown. */
  readonly width: number
  readonly height: number
}

/** How large a thumbnail is wanted. */
export interface ThumbnailOptions {
  /** Its longer side has at least so many device pixels, and less than twice as many. */
  readonly longSidePx: number
  readonly signal?: AbortSignal
}

/** What `verify` found; every list holds file ids except where named otherwise. */
export interface VerifyReport {
  readonly checked: number
  /**
   * Records whose content should be on this device and is not (`repair` downloads what the policy wants), or is
   * nowhere.
   */
  readonly missing: ReadonlyArray<string>
  /** Content hashes on disk that no live record has: versions kept for restoring, and `orphaned`. */
  readonly extra: ReadonlyArray<string>
  /** Records whose bytes on this device do not have the record's hash. */
  readonly corrupt: ReadonlyArray<string>
  /** Records whose content only this device has. */
  readonly notUploaded: ReadonlyArray<string>
  /** Those of `extra` that nothing refers to any more; `repair` frees them. */
  readonly orphaned: ReadonlyArray<string>
}

/** The promise API of the engine, for pages and elements. Promises reject with the tagged errors of this package. */
export interface FileSyncClient {
  readonly storeId: string
  /** Begin syncing; idempotent. Saving works before it as well. */
  start(): Promise<void>
  /** End syncing and abort transfers; idempotent. Saving and reading local files go on working. */
  stop(): Promise<void>
  /** Abort requests, release locks and URLs; idempotent. Later calls fail with `ConfigError` (`Disposed`). */
  dispose(): Promise<void>
  saveFile(file: Blob, options?: SaveFileOptions): Promise<string>
  saveFiles(
    files: Iterable<Blob | FileToSave>,
    options?: Pick<SaveFileOptions, "signal"> & {
      readonly commit?: (records: ReadonlyArray<FileRecord>) => ReadonlyArray<unknown>
    },
  ): Promise<ReadonlyArray<string>>
  updateFile(fileId: string, file: Blob, options?: SaveFileOptions): Promise<void>
  /**
   * Changes what a record says without touching its bytes; needs no network. Fails with `FileNotFoundError`
   * (`NoRecord`, `Deleted`) and `InvalidFileError` (`InvalidName`, `InvalidMetadata`, `InvalidCommit`).
   */
  editFile(fileId: string, changes: EditFileOptions): Promise<void>
  /** Deletes a file on every device; `restoreFile` brings it back. Fails with `FileNotFoundError` (`NoRecord`). */
  deleteFile(fileId: string): Promise<void>
  /** The same for many files, all of them or none: one event for up to 100. Deleted ones are passed over. */
  deleteFiles(fileIds: Iterable<string>): Promise<void>
  /** Deleted records that can still be restored, the latest deletion first unless the query has an order. */
  listDeleted(query?: FileQuery): ReadonlyArray<FileRecord>
  /**
   * Brings a deleted file back on every device. When a deletion and a restoration meet, the later in LiveStore's order
   * counts. Does nothing for a file that is not deleted. Fails with `FileNotFoundError` (`NoRecord`), and with
   * `StorageError` (`NotFound`) when neither this device nor the remote has its bytes any more.
   */
  restoreFile(fileId: string): Promise<void>
  /**
   * Erases a file for good, deleted or not: record, versions, bytes and thumbnails on every device that syncs, and
   * the remote's objects. What LiveStore's event log says of it (name, metadata, hash) stays there. Nothing brings it
   * back. Fails with `FileNotFoundError` (`NoRecord`), and with `StorageError` (`StillReferenced`) while another file
   * or one of its versions has the content.
   */
  eraseFile(fileId: string): Promise<ErasedFile>
  /**
   * A link to the file that anyone can open without a token until it expires; it cannot be revoked before. Fails
   * with `ConfigError` (`NotSupported` where the remote cannot, `InvalidOption`), `FileNotFoundError`, `StorageError`
   * (`NotUploaded`), and with `DownloadError` when the remote cannot be asked.
   */
  getShareUrl(fileId: string, options: ShareOptions): Promise<string>
  /**
   * The bytes with the right name and type, downloaded first when they are not here; follows new content meanwhile. Always
   * settles: fails with `FileNotFoundError` (`Deleted`, also when it is deleted meanwhile; `NoBytes` when no device has
   * uploaded them within ten seconds) and `DownloadError` (of the first failed try; `Offline`, `Paused` and `NotStarted` when nothing
   * can be downloaded now, `Timeout` when no tab takes it up within 30 seconds).
   */
  readFile(fileId: string, options?: { readonly signal?: AbortSignal }): Promise<File>
  /** A URL to show the file; give it back with `releaseFileUrl`. Downloads first when needed, and fails as `readFile` does. */
  getFileUrl(fileId: string, options?: { readonly signal?: AbortSignal }): Promise<string>
  /**
   * A smaller copy of a picture, made on this device and kept there. `undefined` when there is none that is better
   * than the picture itself: it is small, moves, is a drawing, cannot be decoded, or pictures are switched off.
   * Downloads first when needed.
   */
  getThumbnail(fileId: string, options: ThumbnailOptions): Promise<PictureThumbnail | undefined>
  releaseFileUrl(url: string): void
  getFile(fileId: string): FileRecord | undefined
  listFiles(query?: FileQuery): ReadonlyArray<FileRecord>
  /**
   * What the file's content was before, newest first, as long as it may be restored (`cache.restorableFor`). A version
   * without a `remoteKey` was replaced before it was uploaded: only a device that has its bytes can restore it.
   */
  listVersions(fileId: string): ReadonlyArray<FileVersion>
  /**
   * Makes earlier content the file's content again, and uploads it where it is only here. Fails with `StorageError`
   * (`NotFound`) when neither this device nor the remote has it any more, and with `DownloadError` when it is not here and
   * the remote cannot be asked.
   */
  restoreVersion(fileId: string, contentHash: string): Promise<void>
  /** Of an unknown id: `transfer: "none"`, not local, not remote. */
  getFileState(fileId: string): FileState
  getStatus(): SyncStatus
  /** Everything the engine knows now: records, transfers, pins and space; for inspectors and bug reports. */
  inspect(): EngineFacts
  /** Called after any change of status or records, at most once in 16 ms (a frame). */
  subscribe(listener: () => void): Unsubscribe
  /** Called after a change of this file's record, state or bytes. */
  subscribeFile(fileId: string, listener: () => void): Unsubscribe
  onProgress(listener: (progress: TransferProgress) => void): Unsubscribe
  onEvent(listener: (event: FileSyncEvent) => void): Unsubscribe
  pause(): Promise<void>
  resume(): Promise<void>
  /** Without an id: every failed file. Of a file that is here and remote, it asks the remote, and sends what that has lost. */
  retry(fileId?: string): Promise<void>
  /**
   * Stops this file's transfer on this device, also in later sessions, until it is asked for again: by `retry`, `pin`,
   * `prioritize` or by reading it, or by new content. Files of the same content stop with it. Nothing happens when there
   * is nothing to stop.
   */
  cancel(fileId: string): Promise<void>
  /** Puts the file's download or upload first. */
  prioritize(fileId: string): Promise<void>
  pin(fileId: string): Promise<void>
  unpin(fileId: string): Promise<void>
  /** Frees this device's copy. Fails with `StorageError` (`NotUploaded`) while no other place has the bytes. */
  evict(fileId: string): Promise<void>
  /**
   * Waits until no transfer is queued or running, in whichever tab. While transfers are paused, offline or not started
   * and something is left to do, that is as long as it lasts; `getStatus()` says which.
   */
  awaitIdle(): Promise<void>
  verify(): Promise<VerifyReport>
  /**
   * Repairs what `verify` found, as far as that still holds; without a report it verifies first. Asks the remote about
   * everything that is here, too: what it has lost is sent again, in the background.
   */
  repair(report?: VerifyReport): Promise<VerifyReport>
}
