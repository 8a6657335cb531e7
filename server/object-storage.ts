/** What a store knows about one object without reading it. */
export interface StoredObject {
  readonly key: string
  readonly sizeBytes: number
  /** SHA-256 of the bytes as hex; `undefined` for bytes that were stored without a declared hash. */
  readonly contentHash: string | undefined
  readonly mimeType: string
  /** The store's own tag for these bytes, without quotes. */
  readonly etag: string
  /** When the bytes became visible, in ms since the Unix epoch. */
  readonly storedAtMs: number
}

/** A stretch of bytes, both ends included. */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

/** What is known about bytes before they are written. */
export interface WriteFacts {
  readonly sizeBytes: number
  /** The store must refuse other bytes. `undefined` only for parts, whose whole is checked later. */
  readonly contentHash: string | undefined
  readonly mimeType: string
  readonly onlyIfAbsent: boolean
}

/** What became of a write; `etag` is empty when nothing was written. */
export interface WriteResult {
  readonly outcome: "created" | "replaced" | "already-there"
  readonly etag: string
}

/** Why a store could not do what was asked. */
export type StorageFailureReason =
  | "DigestMismatch"
  | "Truncated"
  | "PartMismatch"
  | "QuotaExceeded"
  | "Unavailable"

/** What a store throws for a failure it understands; anything else counts as a defect. */
export class StorageFailure extends Error {
  override readonly name = "StorageFailure"
  readonly reason: StorageFailureReason
  constructor(reason: StorageFailureReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** One stored multipart part, as the protocol shows it. */
export interface StoredPart {
  readonly partNumber: number
  readonly etag: string
  readonly sizeBytes: number
}

/** An upload that was begun and neither completed nor aborted. */
export interface PendingUpload {
  readonly key: string
  readonly uploadId: string
  readonly begunAtMs: number
}

/** Large objects in parts. Nothing is visible under the key before `complete` has checked the whole. */
export interface MultipartStorage {
  begin(key: string, facts: { readonly mimeType: string }): Promise<{ readonly uploadId: string }>
  /** Idempotent: a part may be sent again and replaces the earlier one. `undefined` = no such upload. */
  writePart(
    key: string,
    uploadId: string,
    partNumber: number,
    body: ReadableStream<Uint8Array>,
    facts: { readonly sizeBytes: number; readonly contentHash: string | undefined },
  ): Promise<StoredPart | undefined>
  /** In order of part number. `undefined` = no such upload. */
  listParts(key: string, uploadId: string): Promise<ReadonlyArray<StoredPart> | undefined>
  /**
   * Joins the parts, checks the whole, publishes it and forgets the upload. `undefined` = no such upload.
   * No parts = the store may hold them joined already: a completion that was cut off, or one presigned PUT.
   * Fails with `StorageFailure` (`DigestMismatch`), and then the upload is forgotten as well.
   */
  complete(
    key: string,
    uploadId: string,
    parts: ReadonlyArray<StoredPart>,
    facts: { readonly contentHash: string },
  ): Promise<"created" | "already-there" | undefined>
  /** Resolves as well when there is no such upload. */
  abort(key: string, uploadId: string): Promise<void>
  listUploads(prefix: string): AsyncIterable<PendingUpload>
}

/** What a presigned URL may be used for, and nothing else. */
export interface SignRequest {
  readonly method: "GET" | "PUT"
  readonly key: string
  readonly contentHash: string | undefined
  readonly sizeBytes: number | undefined
  readonly mimeType: string
  readonly part: { readonly uploadId: string; readonly partNumber: number } | undefined
  readonly expiresInSeconds: number
  /** With `GET`: what the answer says the file is. Default: bytes to save. */
  readonly shown?: { readonly mimeType: string; readonly disposition: string }
}

/** A presigned URL: works without further credentials until it expires; the headers must be sent exactly as given. */
export interface SignedRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Set when the bytes are checked and published only by completing this upload (with no parts) afterwards. */
  readonly uploadId?: string
}

/** Where the handler keeps bytes: R2, any S3, a disk. Keys have been checked before they come here. */
export interface ObjectStorage {
  /** For logs, such as `r2`. */
  readonly name: string
  /** Least size of a part but the last, in bytes, when the store has one of its own. */
  readonly minPartBytes?: number
  head(key: string): Promise<StoredObject | undefined>
  read(
    key: string,
    span?: ByteSpan,
  ): Promise<{ readonly object: StoredObject; readonly body: ReadableStream<Uint8Array> } | undefined>
  /** Streams bytes in and publishes them at once when they are complete and have the promised hash. */
  write(key: string, body: ReadableStream<Uint8Array> | Uint8Array, facts: WriteFacts): Promise<WriteResult>
  /** Resolves as well when the key is absent. */
  remove(keys: ReadonlyArray<string>): Promise<void>
  /** In order of key. `cursor` continues where an earlier page ended; `startAfter` is a key, and need not exist. */
  list(options: {
    readonly prefix: string
    readonly cursor?: string | undefined
    readonly startAfter?: string | undefined
    readonly limit?: number
  }): Promise<{ readonly objects: ReadonlyArray<StoredObject>; readonly cursor: string | undefined }>
  readonly multipart: MultipartStorage
  /** Missing = bytes can only go through the handler. */
  readonly sign?: (request: SignRequest) => Promise<SignedRequest>
}
