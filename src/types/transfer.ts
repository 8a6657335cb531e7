/** What a file is waiting for or doing on the wire, seen from this device. */
export type TransferState =
  | "none"
  | "queued-upload"
  | "uploading"
  | "queued-download"
  | "downloading"
  | "done"
  | "error"

/** An error as plain data, so that it can cross tabs and be shown by elements. */
export interface FileSyncErrorInfo {
  /** The error's tag, such as `UploadError`. */
  readonly tag: string
  readonly reason: string
  /** A sentence a person can act on. */
  readonly message: string
}

/** Everything about one file that changes while it is saved, moved or evicted. */
export interface FileState {
  readonly transfer: TransferState
  /** 0 to 1; 1 when nothing is left to do. */
  readonly progress: number
  readonly bytesDone: number
  readonly bytesTotal: number
  /** The bytes are on this device. */
  readonly local: boolean
  /** The bytes are in the remote store. */
  readonly remote: boolean
  readonly error: FileSyncErrorInfo | null
  /** 0 before the first failure of the current transfer. */
  readonly attempt: number
  /** Milliseconds since the epoch, or `null` when no retry is scheduled. */
  readonly nextRetryAt: number | null
}

/** One step of a transfer, for progress bars. */
export interface TransferProgress {
  readonly kind: "upload" | "download"
  readonly fileId: string
  readonly status: "progress" | "done" | "error"
  readonly loaded: number
  readonly total: number
}

/** What the engine as a whole is doing; `error` means at least one file needs attention. */
export type SyncState = "idle" | "syncing" | "offline" | "paused" | "error" | "unsupported"

/**
 * How the LiveStore store under the engine does. `open`: it works. `stalled`: the worker that leads it confirms nothing
 * any more. `disposed`: somebody shut it down, and this engine can read and keep nothing in it. `healing`: its databases
 * are being put right, or it is opened again.
 */
export type StoreState = "open" | "stalled" | "disposed" | "healing"

/** The engine at a glance. Counts are of files, never of requests. */
export interface SyncStatus {
  readonly state: SyncState
  /** The remote answered last time, or has not been asked yet. */
  readonly online: boolean
  /** This tab is the one that transfers. */
  readonly leader: boolean
  readonly paused: boolean
  readonly uploading: number
  readonly downloading: number
  readonly queuedUploads: number
  readonly queuedDownloads: number
  /** Files that stopped with an error and wait for `retry` or a change. */
  readonly failed: number
  /** Files whose bytes no other place is known to have. */
  readonly onlyHere: number
  /** Records with a change that LiveStore's sync backend has not confirmed; 0 for a store without one. */
  readonly unsynced: number
  /** The store that holds the records; while it is not `open`, `state` is never `idle`. */
  readonly store: StoreState
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly usageBytes: number
  readonly quotaBytes: number
  /** The browser promised not to evict this origin's storage. */
  readonly persisted: boolean
  readonly storage: "opfs" | "memory"
}

/** Something the engine did; for logs, tests and inspectors. */
export type FileSyncEvent =
  | { readonly type: "saved"; readonly fileId: string; readonly contentHash: string }
  | { readonly type: "updated"; readonly fileId: string; readonly contentHash: string }
  | { readonly type: "deleted"; readonly fileId: string }
  | { readonly type: "upload-started" | "upload-done"; readonly fileId: string }
  | { readonly type: "download-started" | "download-done"; readonly fileId: string }
  | {
      readonly type: "transfer-failed"
      readonly kind: "upload" | "download"
      readonly fileId: string
      readonly error: FileSyncErrorInfo
      /** `null` = it stopped for good until something changes. */
      readonly retryInMs: number | null
    }
  | { readonly type: "evicted" | "collected"; readonly contentHash: string }
  | { readonly type: "leader" | "follower" }
  | { readonly type: "online" | "offline" }
  | { readonly type: "recovered"; readonly fileIds: ReadonlyArray<string> }
