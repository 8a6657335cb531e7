import { Context, type Effect, type Scope } from "effect"
import type { IntegrityError, StorageError } from "../../errors/index.js"

/** What writing a file stored. */
export interface StoredContent {
  /** SHA-256 of the bytes, lower-case hex. */
  readonly contentHash: string
  readonly sizeBytes: number
  /** The same content was here before; nothing was written. */
  readonly existed: boolean
}

/** Hints for how a file URL answers; they can only narrow. */
export interface FileUrlHints {
  readonly mimeType: string
  readonly name: string
}

/** A download on its way to this device's storage. */
export interface FileReceiver {
  /** Bytes that are here from an earlier attempt. */
  readonly offset: number
  /** Resolves when the next piece may come; then the buffer may be filled again. */
  readonly write: (bytes: Uint8Array<ArrayBuffer>) => Effect.Effect<void, StorageError>
  /** Discards the bytes received so far, because the remote sends the file from the start. */
  readonly restart: Effect.Effect<void, StorageError>
  /** Verifies and publishes. Fails with `IntegrityError` (`HashMismatch`), and then nothing is kept. */
  readonly publish: Effect.Effect<void, StorageError | IntegrityError>
}

/** Bytes that are stored beside contents. */
export interface SpaceBeside {
  readonly thumbnailBytes: number
  /** Of downloads and saves that run, or were broken off. */
  readonly unfinishedBytes: number
}

/** Space on this device, in bytes. */
export interface SpaceEstimate {
  readonly usageBytes: number
  readonly quotaBytes: number
  readonly persisted: boolean
}

/** Bytes on this device, named by their SHA-256; written once, never overwritten. */
export class LocalFileStorage extends Context.Tag("filesync/LocalFileStorage")<
  LocalFileStorage,
  {
    /** `memory`: the browser offers no file storage, and everything is gone with the tab. */
    readonly kind: "opfs" | "memory"
    /**
     * Copies a file in and hashes it on the way. `onNew` is called with content that was not here before, also when the
     * write is interrupted too late to stop it. Fails with `StorageError` (`QuotaExceeded`, `Changed`, …).
     */
    readonly writeFile: (
      file: Blob,
      onProgress?: (loadedBytes: number) => void,
      onNew?: (contentHash: string) => void,
    ) => Effect.Effect<StoredContent, StorageError>
    /** The bytes, without name or type; backed by disk. Fails with `StorageError` (`NotFound`). */
    readonly readFile: (contentHash: string) => Effect.Effect<Blob, StorageError>
    /** Removes bytes without asking who needs them: only the garbage collection may call it. */
    readonly deleteFile: (contentHash: string) => Effect.Effect<void, StorageError>
    readonly fileExists: (contentHash: string) => Effect.Effect<boolean, StorageError>
    /** Many look-ups at once, in the order asked. */
    readonly filesExist: (
      contentHashes: ReadonlyArray<string>,
    ) => Effect.Effect<ReadonlyArray<boolean>, StorageError>
    /** Every content hash here; takes about 0.4 s for 10,000 files. */
    readonly listFiles: Effect.Effect<ReadonlyArray<string>, StorageError>
    /** What takes space beside contents; looks at every such file. */
    readonly spaceBeside: Effect.Effect<SpaceBeside, StorageError>
    /** The SHA-256 the stored bytes really have. */
    readonly hashStored: (contentHash: string) => Effect.Effect<string, StorageError>
    /** Opens a download; closing the scope without publishing keeps what came for a resume. */
    readonly receive: (contentHash: string) => Effect.Effect<FileReceiver, StorageError, Scope.Scope>
    /** Stores a small download that is in memory. Fails with `IntegrityError` when its bytes are not these. */
    readonly storeVerified: (
      contentHash: string,
      bytes: Uint8Array<ArrayBuffer>,
    ) => Effect.Effect<void, StorageError | IntegrityError>
    /** Removes unfinished bytes, except of these downloads. */
    readonly sweepUnfinished: (keep: ReadonlyArray<string>) => Effect.Effect<void, StorageError>
    /** A URL that shows the file, to be given back. Fails with `StorageError` (`NotFound`). */
    readonly getFileUrl: (contentHash: string, hints: FileUrlHints) => Effect.Effect<string, StorageError>
    readonly releaseFileUrl: (url: string) => Effect.Effect<void>
    readonly estimate: Effect.Effect<SpaceEstimate>
    /** Asks the browser not to evict this site's storage; gives whether it promised that. */
    readonly persist: Effect.Effect<boolean>
  }
>() {}
