import type { FileMetadata, FileRecord } from "../../types/index.js"

/** A row of the `files` table as SQLite gives it. */
export interface FileRow {
  readonly id: string
  readonly name: string
  readonly mimeType: string
  readonly sizeBytes: number
  readonly contentHash: string
  readonly path: string
  readonly remoteKey: string | null
  readonly metadata: string | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly deletedAt: number | null
  readonly revision: number
}

const parseMetadata = (json: string | null): FileMetadata | null => {
  if (json === null) return null
  try {
    return JSON.parse(json) as FileMetadata
  } catch {
    return null // Written by another version; the file itself is whole.
  }
}

/** A row as the record that users see. */
export const toRecord = (row: FileRow): FileRecord => ({
  id: row.id,
  name: row.name,
  mimeType: row.mimeType,
  sizeBytes: row.sizeBytes,
  contentHash: row.contentHash,
  path: row.path,
  remoteKey: row.remoteKey,
  metadata: parseMetadata(row.metadata),
  createdAt: new Date(row.createdAt),
  updatedAt: new Date(row.updatedAt),
  deletedAt: row.deletedAt === null ? null : new Date(row.deletedAt),
})
