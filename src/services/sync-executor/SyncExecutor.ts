import { Context, type Duration, type Effect, type Schedule, type Scope } from "effect"
import type { DownloadError, StorageError, UploadError } from "../../errors/index.js"
import type { FileSyncErrorInfo } from "../../types/index.js"
import type { TransferFailureReason } from "./retry-policy.js"
import type { Priority, Transfer, TransferKind, TransferTable } from "./transfer-table.js"

/** Limits and retry clock of transfers. */
export interface SyncExecutorConfig {
  /**
   * Most files at once; default 6, as many connections as a browser opens to one host over HTTP/1.1. It begins with 4,
   * grows while more at once bring more, and halves when the connection or the remote is congested. Small files share requests
   * and do not count.
   */
  readonly maxConcurrentDownloads: number
  /** As for downloads. */
  readonly maxConcurrentUploads: number
  /** Delays between tries of one file; default 1 s doubled to at most 60 s, jittered, without end. */
  readonly retrySchedule: Schedule.Schedule<unknown>
  /**
   * A request that does not move for so long is aborted, and tried again as a time-out; default 90 s, half as much
   * again as the shipped adapters allow. An adapter that reports no progress gets the time of a slow connection (32 kB/s) on top.
   */
  readonly stallTimeout: Duration.DurationInput
}

/** Transfers one content; success means that its event is committed. */
export class TransferRunner extends Context.Tag("filesync/TransferRunner")<
  TransferRunner,
  {
    readonly run: (
      kind: TransferKind,
      contentHash: string,
      onProgress: (loadedBytes: number, totalBytes: number) => void,
    ) => Effect.Effect<void, UploadError | DownloadError | StorageError>
    /** Files of at most `maxFileBytes` share requests, and at most `maxRunning` of them run at once; 0 = none do. */
    readonly small: { readonly maxFileBytes: number; readonly maxRunning: number }
    /** Fails when the remote cannot be reached. */
    readonly checkHealth: Effect.Effect<void, DownloadError>
  }
>() {}

/** Why the remote counts as unreachable, and when it is asked again; both `null` while it answers. */
export interface ConnectionFacts {
  readonly failure: TransferFailureReason | null
  readonly nextProbeAt: number | null
}

/** Something that happened to a transfer. */
export type ExecutorEvent =
  | { readonly type: "changed" }
  | { readonly type: "started"; readonly transfer: Transfer }
  | { readonly type: "done"; readonly transfer: Transfer }
  | { readonly type: "progress"; readonly transfer: Transfer }
  /** It was queued, queued again or cancelled. */
  | { readonly type: "phase"; readonly transfer: Transfer }
  | {
      readonly type: "failed"
      readonly transfer: Transfer
      readonly error: FileSyncErrorInfo
      /** `null` = it stopped. */
      readonly retryInMs: number | null
    }
  | { readonly type: "online" }
  | { readonly type: "offline" }

/** Runs transfers: bounded, by priority, each with its own retry clock. It knows contents, not records. */
export class SyncExecutor extends Context.Tag("filesync/SyncExecutor")<
  SyncExecutor,
  {
    readonly enqueueUpload: (
      contentHash: string,
      sizeBytes: number,
      priority?: Priority,
    ) => Effect.Effect<void>
    readonly enqueueDownload: (
      contentHash: string,
      sizeBytes: number,
      priority?: Priority,
    ) => Effect.Effect<void>
    /** Puts both directions of a content first; a waiting retry is made now. */
    readonly prioritize: (contentHash: string) => Effect.Effect<void>
    /** Aborts and stops a content's transfers until `retry`. */
    readonly cancel: (contentHash: string) => Effect.Effect<void>
    /** Aborts and forgets a content's transfers. */
    readonly forget: (contentHash: string) => Effect.Effect<void>
    /** Starts stopped and waiting transfers again; without a hash, all but the cancelled. */
    readonly retry: (contentHash: string | null) => Effect.Effect<void>
    /** Running transfers are aborted; `resume` begins with them. */
    readonly pause: Effect.Effect<void>
    readonly resume: Effect.Effect<void>
    /** Only an active executor transfers; ending it aborts and forgets everything. */
    readonly activate: Effect.Effect<void, never, Scope.Scope>
    /** After a hint from the browser: asks the remote now, and gives stopped transfers another try if it answers. */
    readonly probe: Effect.Effect<void>
    /** While held, no upload of a small file begins, and none at all where no files share requests; what runs goes on. */
    readonly holdSmallUploads: (isHeld: boolean) => Effect.Effect<void>
    /** There may be room again on this device: downloads that wait for it go on. */
    readonly spaceFreed: Effect.Effect<void>
    /** Bytes of all transfers since it was last idle; neither goes down before it is idle again. */
    readonly sums: () => { readonly bytesDone: number; readonly bytesTotal: number }
    /** How the remote answered the latest probe. */
    readonly connection: () => ConnectionFacts
    readonly isOnline: () => boolean
    readonly isPaused: () => boolean
    readonly get: (kind: TransferKind, contentHash: string) => Transfer | undefined
    readonly all: () => Iterable<Transfer>
    /** Changes since the last call, at most `limit`; for a single caller. */
    readonly takeChanges: TransferTable["takeChanges"]
    /** Waits until nothing is queued, running or waiting for a retry. */
    readonly awaitIdle: Effect.Effect<void>
    /** The listener must not throw. */
    readonly listen: (listener: (event: ExecutorEvent) => void) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
