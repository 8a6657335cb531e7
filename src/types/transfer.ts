/** Which transfer of a file is running or waiting on this device. */
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
  /** Where it failed: the remote refused what was sent or asked for, or this device failed. */
  readonly side: FailureSide
  /** A sentence a person can act on; it holds no ids and no file names. */
  readonly message: string
}

/** Where a transfer failed: on the way to the remote, on the way from it, or on this device. */
export type FailureSide = "upload" | "download" | "local"

/**
 * Why files wait or stopped, the most important when there are several: this device is offline; the remote cannot be
 * reached; it answers with errors of its own (5xx); no user is signed in (401); this user may not (403); the remote
 * is full; this device is full; what answers at the remote's address is not our remote.
 */
export type SyncCause =
  | "offline"
  | "unreachable"
  | "server-trouble"
  | "signed-out"
  | "not-allowed"
  | "server-full"
  | "device-full"
  | "wrong-address"

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
 * Whether the LiveStore store under the engine works. `open`: it does. `stalled`: the worker that leads it confirms
 * nothing any more. `disposed`: it was shut down, and this engine can read and keep nothing in it. `healing`: its
 * storage was reset, and the records are being received again from the sync backend.
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
  /** Files that are being saved in this tab: until they are, closing it loses them. */
  readonly saving: number
  readonly savingBytesDone: number
  readonly savingBytesTotal: number
  /** Files that stopped with an error and wait for `retry` or a change; cancelled ones are not among them. */
  readonly failed: number
  /** Files whose transfer was cancelled, until it is asked for again. */
  readonly cancelled: number
  /** Files whose bytes no other place is known to have. */
  readonly onlyHere: number
  /** Records with a change that LiveStore's sync backend has not confirmed; 0 for a store without one. */
  readonly unsynced: number
  /** The store that holds the records; while it is not `open`, `state` is never `idle`. */
  readonly store: StoreState
  /** Why files wait or stopped; `null` when none does. */
  readonly cause: SyncCause | null
  /** When the next try is due, in milliseconds since the epoch; `null` when none is scheduled. */
  readonly nextTryAt: number | null
  /** Bytes of all transfers since the engine was last idle; neither sum goes down before it is idle again. */
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly usageBytes: number
  readonly quotaBytes: number
  /** The browser promised not to evict this origin's storage. */
  readonly persisted: boolean
  readonly storage: "opfs" | "memory"
  /** Whether there is a place that files go to: `false` with `noneAdapter`, where nothing ever waits for an upload. */
  readonly hasRemote: boolean
}

/** Something the engine did; for logs, tests and inspectors. */
export type FileSyncEvent =
  | { readonly type: "saved"; readonly fileId: string; readonly contentHash: string }
  | { readonly type: "updated"; readonly fileId: string; readonly contentHash: string }
  | { readonly type: "deleted"; readonly fileId: string }
  | { readonly type: "restored"; readonly fileId: string; readonly contentHash: string }
  | { readonly type: "erased"; readonly fileId: string }
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
  /** The LiveStore store under the engine stalled, was shut down, or works again. */
  | { readonly type: "store"; readonly state: StoreState }
