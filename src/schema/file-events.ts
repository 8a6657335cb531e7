import { Events, Schema } from "@livestore/livestore"
import { MetadataSchema } from "./files-table.js"

const CreatedFile = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  mimeType: Schema.String,
  sizeBytes: Schema.Number,
  contentHash: Schema.String,
  path: Schema.String,
  metadata: Schema.optional(MetadataSchema),
  createdAt: Schema.Date,
})

const UpdatedFile = Schema.Struct({
  id: Schema.String,
  /** New content; absent when only name or metadata change. */
  contentHash: Schema.optional(Schema.String),
  mimeType: Schema.optional(Schema.String),
  sizeBytes: Schema.optional(Schema.Number),
  path: Schema.optional(Schema.String),
  name: Schema.optional(Schema.String),
  metadata: Schema.optional(MetadataSchema),
  updatedAt: Schema.Date,
})

const UploadedFile = Schema.Struct({
  id: Schema.String,
  contentHash: Schema.String,
  remoteKey: Schema.String,
})

const DeletedFile = Schema.Struct({ id: Schema.String, deletedAt: Schema.Date })

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
  deleted: Events.synced({
    name: "v1.FileDeleted",
    schema: Schema.Struct({ files: Schema.Array(DeletedFile) }),
  }),
}

/** One member of `v1.FileCreated`. */
export type CreatedFile = typeof CreatedFile.Type
/** One member of `v1.FileUpdated`. */
export type UpdatedFile = typeof UpdatedFile.Type
/** One member of `v1.FileUploaded`. */
export type UploadedFile = typeof UploadedFile.Type
/** One member of `v1.FileDeleted`. */
export type DeletedFile = typeof DeletedFile.Type
