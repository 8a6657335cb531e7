import type { FileRecord } from "./file-record.js"
import type { FileSyncErrorInfo } from "./transfer.js"

/** One transfer that is queued, running, waiting for its next try, or stopped, in whichever tab transfers. */
export interface TransferFacts {
  readonly kind: "upload" | "download"
  readonly contentHash: string
  /** Every live record with this content. */
  readonly fileIds: ReadonlyArray<string>
  /**
   * `waiting` = it failed and has a next try, or waits for space on this device; `failed` = it stopped until `retry` or
   * a change.
   */
  readonly phase: "queued" | "running" | "waiting" | "failed"
  readonly bytesDone: number
  readonly bytesTotal: number
  /** Failures so far. */
  readonly attempt: number
  /** Milliseconds since the epoch, or `null` when no retry is scheduled. */
  readonly nextRetryAt: number | null
  readonly error: FileSyncErrorInfo | null
}

/** Everything the engine knows at one moment, for inspectors and bug reports. */
export interface EngineFacts {
  /** Every live record, in no order. */
  readonly records: ReadonlyArray<FileRecord>
  /** All running, waiting and stopped transfers; one that stopped in an earlier session is only in `getFileState`. */
  readonly transfers: ReadonlyArray<TransferFacts>
  /** Files that stay on this device. */
  readonly pinned: ReadonlyArray<string>
  /** Files whose copy here was freed on purpose: they are downloaded again only on request. */
  readonly evicted: ReadonlyArray<string>
  readonly cache: {
    /** Bytes of the records' content on this device; shared content counts once. */
    readonly usedBytes: number
    /** `null` = no limit but the browser's. */
    readonly maxBytes: number | null
  }
}
