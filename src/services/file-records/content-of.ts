import type { FileRecord } from "../../types/index.js"
import type { NewContent } from "./FileRecords.js"

/** The fields of a record that change with its content. */
export const contentOf = (record: FileRecord): NewContent => ({
  contentHash: record.contentHash,
  mimeType: record.mimeType,
  sizeBytes: record.sizeBytes,
  path: record.path,
  contentMetadata: record.contentMetadata,
  lastModified: record.lastModified,
  takenAt: record.takenAt,
})
