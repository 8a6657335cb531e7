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
  /** The app's metadata merged with metadata found in the content (such as image size); the app's value wins. */
  readonly metadata: FileMetadata | null
  /** The part of `metadata` that was found in the content, by a preprocessor or in a picture; it goes with the content. */
  readonly contentMetadata: FileMetadata | null
  /** When the picked file was last changed, as its system said. */
  readonly lastModified: Date | null
  /** When a picture was taken, as its Exif data said. */
  readonly takenAt: Date | null
  /** When it was added; files that were added together share it. */
  readonly createdAt: Date
  /** Its place among the files that were added together. */
  readonly sequence: number
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
  /** What was found in the content, as in `FileRecord.contentMetadata`. */
  readonly contentMetadata: FileMetadata | null
  readonly lastModified: Date | null
  readonly takenAt: Date | null
  readonly supersededAt: Date
}

/**
 * In which order records are listed: by creation (`newest` first, `oldest` first; files that were added together keep
 * their order in both), by `name` as people count, by the latest change (`changed`), or by when a picture was `taken`
 * (else when the file was last modified, else when it was added), latest first.
 */
export type FileOrder = "newest" | "oldest" | "name" | "changed" | "taken"

/** Which records `listFiles` gives, and in what order. Deleted records are never listed. */
export interface FileQuery {
  /**
   * MIME types and patterns, separated by commas; `!` excludes: `"image/*,video/*"`, `"!image/*"`,
   * `"image/*,!image/gif"`. Default all.
   */
  readonly type?: string
  /** Default `"newest"`. */
  readonly order?: FileOrder
  readonly limit?: number
  readonly offset?: number
}
