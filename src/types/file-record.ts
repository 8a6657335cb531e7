/** A value that survives JSON unchanged; what file metadata may hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | ReadonlyArray<JsonValue>
  | { readonly [key: string]: JsonValue }

/** App-defined facts that travel with a record to every device. Keep it small: it is stored in the event log for ever. */
export type FileMetadata = { readonly [key: string]: JsonValue }

/** What a user calls a file: one row of the synced `files` table. Many records may share one content. */
export interface FileRecord {
  readonly id: string
  /** The name the file had when it was picked; never used as a path. */
  readonly name: string
  readonly mimeType: string
  readonly sizeBytes: number
  /** SHA-256 of the stored bytes, lower-case hex, 64 digits. */
  readonly contentHash: string
  /** Where the bytes are on a device that has them, relative to the OPFS root. */
  readonly path: string
  /** Object key once some device has uploaded this content; `null` until then. */
  readonly remoteKey: string | null
  readonly metadata: FileMetadata | null
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Set = tombstone: the record is deleted on every device. */
  readonly deletedAt: Date | null
}

/** Content a record had before, which newer content replaced; it can be restored for a while. */
export interface FileVersion {
  readonly fileId: string
  readonly contentHash: string
  readonly mimeType: string
  readonly sizeBytes: number
  /** Object key, or `null` when it was replaced before any device had uploaded it. */
  readonly remoteKey: string | null
  readonly supersededAt: Date
}

/** Which records `listFiles` gives, and in what order. Deleted records are never listed. */
export interface FileQuery {
  /** A MIME type or a pattern such as `image/*`; default all. */
  readonly type?: string
  /** Default `"newest"` (by creation). */
  readonly order?: "newest" | "oldest" | "name"
  readonly limit?: number
  readonly offset?: number
}
