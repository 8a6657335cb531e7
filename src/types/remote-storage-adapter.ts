import type { FileRecord } from "./file-record.js"

/** Why a remote operation failed; retry decisions look at this and nothing else. */
export type RemoteFailureReason =
  | "Offline"
  | "Timeout"
  | "ServerError"
  /** What answered is not the file server: a sign-in page, an index page, an empty success. The address may be wrong. */
  | "NotOurServer"
  | "RateLimited"
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "TooLarge"
  | "QuotaExceeded"
  | "Rejected"
  | "IntegrityMismatch"
  | "Aborted"
  | "Unknown"

/**
 * What answered in place of a file server: `page` = HTML under a success, `redirect` = another address (often a
 * sign-in), `empty` = a success that holds nothing, `not-found-page` = a refusal of the path by something else,
 * `other` = a success in which nothing shows that the content is meant.
 */
export type ForeignAnswer = "page" | "redirect" | "empty" | "not-found-page" | "other"

/** What an adapter throws. A class so that `instanceof` works, plain so that adapters need no Effect. */
export class RemoteFailure extends Error {
  override readonly name = "RemoteFailure"
  readonly reason: RemoteFailureReason
  /** HTTP status when there was one. */
  readonly status: number | undefined
  /** The server's `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined
  /** What answered in place of a file server, where something did. */
  readonly foreign: ForeignAnswer | undefined
  constructor(
    reason: RemoteFailureReason,
    message: string,
    options: {
      readonly status?: number
      readonly retryAfterMs?: number
      readonly foreign?: ForeignAnswer
      readonly cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.reason = reason
    this.status = options.status
    this.retryAfterMs = options.retryAfterMs
    this.foreign = options.foreign
  }
}

/** What every remote operation receives. */
export interface RemoteRequest {
  /** Object key, `<storeId>/<hash>` unless the app supplies `keyOf`. */
  readonly key: string
  /** SHA-256 of the content, lower-case hex. */
  readonly contentHash: string
  /** The record this is done for: name, type, app metadata. */
  readonly record: FileRecord
  /** Aborting must close the connection. */
  readonly signal: AbortSignal
}

/** What a shared address gives, and for how long. */
export interface ShareRequest extends RemoteRequest {
  /** 1 to 604,800: seven days. */
  readonly expiresInSeconds: number
  /** `inline`: shown where the type is safe to show; `attachment`: saved. */
  readonly disposition: "inline" | "attachment"
}

/** Bytes to send; the blob is backed by disk, so read it in slices and never whole. */
export interface UploadRequest extends RemoteRequest {
  readonly body: Blob
  readonly onProgress: (loadedBytes: number, totalBytes: number) => void
}

/** Which bytes to fetch; `offset` above 0 asks for a resume. */
export interface DownloadRequest extends RemoteRequest {
  readonly offset: number
  /** `ETag` of the first part, to be sent as `If-Range` when resuming. */
  readonly etag: string | undefined
}

/** A started download. The engine checks the hash; the adapter only moves bytes. */
export interface DownloadAnswer {
  readonly body: ReadableStream<Uint8Array>
  /**
   * Whether `body` takes a reader that brings its own buffer, as those of `fetch` do; then a large download leaves
   * nothing to the garbage collector. Not for streams of blobs: such readers hang there in Chromium 156. Default `false`.
   */
  readonly fillsBuffers?: boolean
  /** Where `body` begins: the asked offset, or 0 when the store sent the whole. */
  readonly offset: number
  /** Size of the whole object, when known. */
  readonly totalBytes: number | undefined
  readonly etag: string | undefined
  /**
   * Whether the answer itself names the wanted content. `false` = it does not, and bytes of another hash then count as
   * the answer of something that is no file server, not as damage. Default: unknown.
   */
  readonly isProven?: boolean
}

/** One stored multipart part. */
export interface UploadedPart {
  /** 1 to 10,000. */
  readonly partNumber: number
  readonly etag: string
  readonly sizeBytes: number
}

/** Size and number of parts that a store accepts. */
export interface PartLimits {
  /** Smallest legal size of every part but the last, in bytes. */
  readonly minPartBytes: number
  /** Largest legal size of a part, in bytes. Default 5 GiB, as in S3. */
  readonly maxPartBytes?: number
  /** Default 10,000, as in S3. */
  readonly maxParts?: number
}

/** Large files as parts, resumable after days. */
export interface MultipartSupport extends PartLimits {
  /** Limits of the store, where it gives them; they override the adapter's. */
  begin(
    request: RemoteRequest,
  ): Promise<({ readonly uploadId: string } & Partial<PartLimits>) | "already-there">
  uploadPart(
    request: UploadRequest & { readonly uploadId: string; readonly partNumber: number },
  ): Promise<UploadedPart>
  listParts(request: RemoteRequest & { readonly uploadId: string }): Promise<ReadonlyArray<UploadedPart>>
  complete(
    request: RemoteRequest & { readonly uploadId: string; readonly parts: ReadonlyArray<UploadedPart> },
  ): Promise<void>
  abort(request: RemoteRequest & { readonly uploadId: string }): Promise<void>
}

/** A member of a batch. */
export type BatchMember = Omit<RemoteRequest, "signal">

/** Many small files in one request; one member's failure is its own. */
export interface BatchSupport {
  readonly maxFiles: number
  readonly maxFileBytes: number
  readonly maxTotalBytes: number
  /** A result for each member, in order. Throws only when the request as a whole failed. */
  uploadMany(request: {
    readonly files: ReadonlyArray<BatchMember & { readonly body: Blob }>
    readonly signal: AbortSignal
  }): Promise<ReadonlyArray<{ readonly key: string } | RemoteFailure>>
  /**
   * Gives each member's bytes as they arrive, in order, by its place in `files`. Throws only when the request as a
   * whole failed; members reported before that are good.
   */
  downloadMany(request: {
    readonly files: ReadonlyArray<BatchMember>
    readonly signal: AbortSignal
    readonly onFile: (at: number, result: Uint8Array<ArrayBuffer> | RemoteFailure) => Promise<void>
  }): Promise<void>
}

/** How the service worker can read the remote without a page; no token ever goes into a URL. */
export interface ServiceWorkerSource {
  /** A GET of `<baseUrl>/files/<key>` gives the bytes. */
  readonly baseUrl: string
  readonly credentials?: RequestCredentials
  /** Headers for the request, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  /** The address speaks HTTP protocol v1, so the worker may also upload when no page is left. Default `false`. */
  readonly takesUploads?: boolean
}

/** Where bytes go. Implementations throw {@link RemoteFailure}; anything else counts as `Unknown`. */
export interface RemoteStorageAdapter {
  /** For logs and errors, such as `http`. */
  readonly name: string
  /** `false` = this device only; nothing is ever queued. Default `true`. */
  readonly enabled?: boolean
  /** Idempotent: resolves as well when the content is already there. Must send nothing then where the store allows. */
  upload(request: UploadRequest): Promise<{ readonly key: string }>
  download(request: DownloadRequest): Promise<DownloadAnswer>
  /** Idempotent: resolves when the object is gone or never was. */
  delete(request: RemoteRequest): Promise<void>
  /** Resolves when the remote can be reached; asked only while transfers fail. */
  checkHealth(request: { readonly signal: AbortSignal }): Promise<void>
  /** Size of the stored object, or `undefined` when absent. */
  head?(request: RemoteRequest): Promise<{ readonly sizeBytes: number; readonly etag?: string } | undefined>
  /** Whether exactly this content is at its key and will stay: the server's garbage collection must count it as referenced again. */
  isStored?(request: RemoteRequest): Promise<boolean>
  /** Files above a threshold are sent in parts when this is present. */
  readonly multipart?: MultipartSupport
  /** Small files travel together when this is present. */
  readonly batch?: BatchSupport
  serviceWorkerSource?(): Promise<ServiceWorkerSource>
  /** A URL with which anyone can read one object until it expires; fails with status 501 where the store behind it cannot. */
  shareUrl?(request: ShareRequest): Promise<string>
  /** Calls back after each time `serviceWorkerSource` would give something else, such as a refreshed token. */
  onServiceWorkerSourceChange?(listener: () => void): () => void
}
