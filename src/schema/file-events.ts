import { Events, Schema } from "@livestore/livestore"
import { MetadataSchema } from "./files-table.js"

/** Fields that describe content, in a new record and when a record gets other content. */
const aboutContent = {
  /** Metadata that was found in the content, by a preprocessor or in an image. */
  contentMetadata: Schema.optional(MetadataSchema),
  lastModified: Schema.optional(Schema.Date),
  takenAt: Schema.optional(Schema.Date),
}

const CreatedFile = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  mimeType: Schema.String,
  sizeBytes: Schema.Number,
  contentHash: Schema.String,
  path: Schema.String,
  ...aboutContent,
  metadata: Schema.optional(MetadataSchema),
  /** Files that were added together share it. */
  createdAt: Schema.Date,
  /** The place among the files that were added together; default 0. */
  sequence: Schema.optional(Schema.Number),
})

const UpdatedFile = Schema.Struct({
  id: Schema.String,
  /** New content; absent when only name, type or metadata change. With it, the members about content are replaced. */
  contentHash: Schema.optional(Schema.String),
  mimeType: Schema.optional(Schema.String),
  sizeBytes: Schema.optional(Schema.Number),
  path: Schema.optional(Schema.String),
  ...aboutContent,
  name: Schema.optional(Schema.String),
  metadata: Schema.optional(MetadataSchema),
  updatedAt: Schema.Date,
})

const UploadedFile = Schema.Struct({
  id: Schema.String,
  contentHash: Schema.String,
  remoteKey: Schema.String,
})

const MissingFile = Schema.Struct({
  id: Schema.String,
  contentHash: Schema.String,
  remoteKey: Schema.String,
})

const DeletedFile = Schema.Struct({ id: Schema.String, deletedAt: Schema.Date })
const RestoredFile = Schema.Struct({ id: Schema.String, restoredAt: Schema.Date })
const ErasedFile = Schema.Struct({ id: Schema.String, erasedAt: Schema.Date })
const ErasedContent = Schema.Struct({ contentHash: Schema.String, erasedAt: Schema.Date })

/** The synced facts about files. Each carries up to `maxFilesPerEvent` files. */
export const fileEvents = {
  created: Events.synced({
    name: "v1.FileCreated",
    schema: Schema.Struct({ files: Schema.Array(CreatedFile) }),
  }),
  updated: Events.synced({
    name: "v1.FileUpdated",
    schema: Schema.Struct({ files: Schema.Array(UpdatedFile) }),
  }),
  uploaded: Events.synced({
    name: "v1.FileUploaded",
    schema: Schema.Struct({ files: Schema.Array(UploadedFile) }),
  }),
  /** A device did not find a record's content at its key; devices that have the bytes check the remote, and upload what is missing. */
  missing: Events.synced({
    name: "v1.FileMissing",
    schema: Schema.Struct({ files: Schema.Array(MissingFile) }),
  }),
  deleted: Events.synced({
    name: "v1.FileDeleted",
    schema: Schema.Struct({ files: Schema.Array(DeletedFile) }),
  }),
  /** A deletion is undone; deletions later in LiveStore's order delete again. */
  restored: Events.synced({
    name: "v1.FileRestored",
    schema: Schema.Struct({ files: Schema.Array(RestoredFile) }),
  }),
  /**
   * A record is erased: only its id stays, and no event about it has any effect, wherever it is in LiveStore's order.
   */
  erased: Events.synced({
    name: "v1.FileErased",
    schema: Schema.Struct({ files: Schema.Array(ErasedFile) }),
  }),
  /** The remote's objects of erased content are deleted, for erasures up to that time. */
  contentErased: Events.synced({
    name: "v1.ContentErased",
    schema: Schema.Struct({ contents: Schema.Array(ErasedContent) }),
  }),
}

/** One member of `v1.FileCreated`. */
export type CreatedFile = typeof CreatedFile.Type
/** One member of `v1.FileUpdated`. */
export type UpdatedFile = typeof UpdatedFile.Type
/** One member of `v1.FileUploaded`. */
export type UploadedFile = typeof UploadedFile.Type
/** One member of `v1.FileMissing`. */
export type MissingFile = typeof MissingFile.Type
/** One member of `v1.FileDeleted`. */
export type DeletedFile = typeof DeletedFile.Type
/** One member of `v1.FileRestored`. */
export type RestoredFile = typeof RestoredFile.Type
/** One member of `v1.FileErased`. */
export type ErasedFile = typeof ErasedFile.Type
/** One member of `v1.ContentErased`. */
export type ErasedContent = typeof ErasedContent.Type
