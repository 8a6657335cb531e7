import type { CreatedFile, UpdatedFile } from "../../schema/file-events.js"
import type { FileRecord } from "../../types/index.js"
import { aboutContent, present, toPlain } from "./event-members.js"
import type { FileChange, NewContent } from "./FileRecords.js"
import { appMetadataOf } from "./record-row.js"

/** A new record as a member of `v1.FileCreated`. */
export const toCreated = (record: FileRecord): CreatedFile => ({
  id: record.id,
  name: record.name,
  mimeType: record.mimeType,
  sizeBytes: record.sizeBytes,
  contentHash: record.contentHash,
  path: record.path,
  ...aboutContent(record),
  ...present("metadata", toPlain(appMetadataOf(record))),
  createdAt: record.createdAt,
  sequence: record.sequence,
})

/** A change as a member of `v1.FileUpdated`. */
export const toUpdated = (
  { id, content, mimeType, name, metadata }: FileChange,
  updatedAt: Date,
): UpdatedFile => ({
  id,
  ...(content === undefined ? present("mimeType", mimeType) : toNewContent(content)),
  ...present("name", name),
  ...present("metadata", toPlain(metadata)),
  updatedAt,
})

const toNewContent = (content: NewContent) => ({
  contentHash: content.contentHash,
  mimeType: content.mimeType,
  sizeBytes: content.sizeBytes,
  path: content.path,
  ...aboutContent(content),
})

/** The object key of a change's content as a member of `v1.FileUploaded`. */
export const toUploaded = ({ id, content, remoteKey }: FileChange) =>
  content === undefined || remoteKey === undefined
    ? []
    : [{ id, contentHash: content.contentHash, remoteKey }]
