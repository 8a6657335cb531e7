import type { erasedContentsTable, fileVersionsTable } from "../../schema/files-table.js"
import { filesTable } from "../../schema/files-table.js"
import type { ErasedContent } from "./FileRecords.js"
import type { FileMetadata, FileRecord, FileVersion } from "../../types/index.js"

/** Columns of `files` that only SQL uses. */
type InternalColumn = "lostKey" | "erasedAt" | "nameKey" | "datedAt"

/** A row of the `files` table as SQLite gives it. */
export type FileRow = Omit<typeof filesTable.rowSchema.Encoded, InternalColumn>

const internalColumns: ReadonlySet<string> = new Set(
  Object.keys({
    lostKey: true,
    erasedAt: true,
    nameKey: true,
    datedAt: true,
  } satisfies Record<InternalColumn, true>),
)

/** Every column of {@link FileRow}. */
export const fileColumns: ReadonlyArray<string> = Object.keys(filesTable.sqliteDef.columns).filter(
  (column) => !internalColumns.has(column),
)

/** A row of the `fileVersions` table as SQLite gives it. */
export type VersionRow = typeof fileVersionsTable.rowSchema.Encoded

const parseMetadata = (json: string | null): FileMetadata | null => {
  if (json === null) return null
  try {
    return JSON.parse(json) as FileMetadata
  } catch {
    return null // Written by another version; the file itself is whole.
  }
}

const toDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

/** Merges the app's metadata with metadata found in the content; the app's value wins. */
export const mergeMetadata = (app: FileMetadata | null, found: FileMetadata | null): FileMetadata | null =>
  app === null || found === null ? (app ?? found) : { ...found, ...app }

/** The part of a record's metadata that the app gave. */
export const appMetadataOf = ({ metadata, contentMetadata }: FileRecord): FileMetadata | null => {
  if (metadata === null || contentMetadata === null) return metadata
  const said = Object.entries(metadata).filter(
    ([name, value]) =>
      !Object.hasOwn(contentMetadata, name) ||
      JSON.stringify(value) !== JSON.stringify(contentMetadata[name]),
  )
  return said.length === 0 ? null : Object.fromEntries(said)
}

/** A row as the record that users see. */
export const toRecord = (row: FileRow): FileRecord => {
  const contentMetadata = parseMetadata(row.contentMetadata)
  return {
    id: row.id,
    name: row.name,
    mimeType: row.mimeType,
    sizeBytes: row.sizeBytes,
    contentHash: row.contentHash,
    path: row.path,
    remoteKey: row.remoteKey,
    metadata: mergeMetadata(parseMetadata(row.metadata), contentMetadata),
    contentMetadata,
    lastModified: toDate(row.lastModified),
    takenAt: toDate(row.takenAt),
    createdAt: new Date(row.createdAt),
    sequence: row.sequence,
    updatedAt: new Date(row.updatedAt),
    deletedAt: toDate(row.deletedAt),
  }
}

/** A row as the version that users see. */
export const toVersion = (row: VersionRow): FileVersion => ({
  fileId: row.fileId,
  contentHash: row.contentHash,
  mimeType: row.mimeType,
  sizeBytes: row.sizeBytes,
  remoteKey: row.remoteKey,
  contentMetadata: parseMetadata(row.contentMetadata),
  lastModified: toDate(row.lastModified),
  takenAt: toDate(row.takenAt),
  supersededAt: new Date(row.supersededAt),
})

/** A row of the `erasedContents` table as SQLite gives it. */
export type ErasedRow = typeof erasedContentsTable.rowSchema.Encoded

/** A row of the `erasedContents` table as the services use it. */
export const toErasedContent = (row: ErasedRow): ErasedContent => ({
  contentHash: row.contentHash,
  remoteKey: row.remoteKey,
  erasedAt: new Date(row.erasedAt),
  isRemoteErased: row.isRemoteErased !== 0,
})
