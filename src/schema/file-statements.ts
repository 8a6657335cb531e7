import type { filesTable } from "./files-table.js"
import { nameKey } from "../utils/name-key.js"
import type {
  CreatedFile,
  DeletedFile,
  ErasedContent,
  ErasedFile,
  MissingFile,
  RestoredFile,
  UpdatedFile,
  UploadedFile,
} from "./file-events.js"

/** One SQL statement of a materializer. */
export interface Statement {
  readonly sql: string
  readonly bindValues: Record<string, string | number | null>
  readonly writeTables: ReadonlySet<string>
}

/**
 * Every fact gives its row the next revision, one that changes nothing included: when facts are put into another order
 * (a rebase), one that changed something before may change nothing now, and a reader that follows the table by its revisions
 * has to see that.
 */
const nextRevision = "(SELECT COALESCE(MAX(revision), 0) + 1 FROM files)"
const writesFiles: ReadonlySet<string> = new Set(["files"])
const writesVersions: ReadonlySet<string> = new Set(["fileVersions"])
const writesErased: ReadonlySet<string> = new Set(["erasedContents"])

const toJson = (metadata: unknown): string | null =>
  metadata === undefined ? null : JSON.stringify(metadata)

const toMs = (date: Date | undefined): number | null => date?.getTime() ?? null

/** Columns that are empty in a new record, and `revision`, which SQL computes. */
type LaterColumn = "remoteKey" | "lostKey" | "deletedAt" | "erasedAt" | "revision"

/** All other columns of a new record, with their values. */
const createdColumns: Readonly<
  Record<Exclude<keyof typeof filesTable.Type, LaterColumn>, (file: CreatedFile) => string | number | null>
> = {
  id: (file) => file.id,
  name: (file) => file.name,
  nameKey: (file) => nameKey(file.name),
  mimeType: (file) => file.mimeType,
  sizeBytes: (file) => file.sizeBytes,
  contentHash: (file) => file.contentHash,
  path: (file) => file.path,
  metadata: (file) => toJson(file.metadata),
  contentMetadata: (file) => toJson(file.contentMetadata),
  lastModified: (file) => toMs(file.lastModified),
  takenAt: (file) => toMs(file.takenAt),
  datedAt: (file) => (file.takenAt ?? file.lastModified ?? file.createdAt).getTime(),
  createdAt: (file) => file.createdAt.getTime(),
  sequence: (file) => file.sequence ?? 0,
  updatedAt: (file) => file.createdAt.getTime(),
}
const createdNames = Object.keys(createdColumns)
const createdValues = Object.values(createdColumns)

/**
 * Inserts records; a hundred in one statement are as fast as ten one by one. A second event for the same id changes
 * nothing, and its revision stays unused.
 */
export const insertFiles = (files: ReadonlyArray<CreatedFile>): ReadonlyArray<Statement> => [
  {
    sql: `INSERT INTO files (${createdNames.join(", ")}, revision)
      SELECT ${createdNames.map((_, at) => `json_extract(value, '$[${at}]')`).join(", ")}, ${nextRevision} + key
      FROM json_each($files) WHERE true
      ON CONFLICT (id) DO NOTHING`,
    bindValues: { files: JSON.stringify(files.map((file) => createdValues.map((valueOf) => valueOf(file)))) },
    writeTables: writesFiles,
  },
]

/**
 * Updates a record: last writer wins. New content clears the remote key and keeps the old content as a version. A
 * deleted record stays deleted but takes the change, so that restoring it loses nothing; content that is added to an
 * erased record is erased as well. When a device's clock is behind, the version is dated as late as the content it
 * replaces.
 */
export const updateFile = (file: UpdatedFile): ReadonlyArray<Statement> => {
  const updatedAt = file.updatedAt.getTime()
  const contentHash = file.contentHash ?? null
  const keepVersion: Statement = {
    sql: `INSERT INTO fileVersions
        (fileId, contentHash, mimeType, sizeBytes, remoteKey, contentMetadata, lastModified, takenAt, supersededAt)
      SELECT id, contentHash, mimeType, sizeBytes, remoteKey, contentMetadata, lastModified, takenAt,
        MAX(updatedAt, $updatedAt)
      FROM files WHERE id = $id AND erasedAt IS NULL AND contentHash <> $contentHash
      ON CONFLICT (fileId, contentHash) DO UPDATE SET supersededAt = excluded.supersededAt,
        remoteKey = COALESCE(excluded.remoteKey, remoteKey), contentMetadata = excluded.contentMetadata, mimeType = excluded.mimeType,
        lastModified = excluded.lastModified, takenAt = excluded.takenAt`,
    bindValues: { id: file.id, contentHash, updatedAt },
    writeTables: writesVersions,
  }
  const eraseLate: Statement = {
    sql: `INSERT INTO erasedContents (contentHash, remoteKey, erasedAt, isRemoteErased)
      SELECT $contentHash, NULL, $updatedAt, 0 FROM files WHERE id = $id AND erasedAt IS NOT NULL
      ON CONFLICT (contentHash) DO NOTHING`,
    bindValues: { id: file.id, contentHash, updatedAt },
    writeTables: writesErased,
  }
  const update: Statement = {
    sql: `UPDATE files SET
        remoteKey = CASE WHEN $contentHash IS NULL OR $contentHash = contentHash THEN remoteKey ELSE NULL END,
        lostKey = CASE WHEN $contentHash IS NULL OR $contentHash = contentHash THEN lostKey ELSE NULL END,
        contentMetadata = CASE WHEN $contentHash IS NULL THEN contentMetadata ELSE $contentMetadata END,
        lastModified = CASE WHEN $contentHash IS NULL THEN lastModified ELSE $lastModified END,
        takenAt = CASE WHEN $contentHash IS NULL THEN takenAt ELSE $takenAt END,
        datedAt = CASE WHEN $contentHash IS NULL THEN datedAt ELSE COALESCE($takenAt, $lastModified, createdAt) END,
        contentHash = COALESCE($contentHash, contentHash),
        mimeType = COALESCE($mimeType, mimeType),
        sizeBytes = COALESCE($sizeBytes, sizeBytes),
        path = COALESCE($path, path),
        name = COALESCE($name, name),
        nameKey = COALESCE($nameKey, nameKey),
        metadata = COALESCE($metadata, metadata),
        updatedAt = $updatedAt,
        revision = ${nextRevision}
      WHERE id = $id AND erasedAt IS NULL`,
    bindValues: {
      id: file.id,
      contentHash,
      contentMetadata: toJson(file.contentMetadata),
      lastModified: toMs(file.lastModified),
      takenAt: toMs(file.takenAt),
      mimeType: file.mimeType ?? null,
      sizeBytes: file.sizeBytes ?? null,
      path: file.path ?? null,
      name: file.name ?? null,
      nameKey: file.name === undefined ? null : nameKey(file.name),
      metadata: toJson(file.metadata),
      updatedAt,
    },
    writeTables: writesFiles,
  }
  const touch: Statement = {
    sql: `UPDATE files SET revision = ${nextRevision} WHERE id = $id AND erasedAt IS NOT NULL`,
    bindValues: { id: file.id },
    writeTables: writesFiles,
  }
  return contentHash === null ? [update, touch] : [keepVersion, eraseLate, update, touch]
}

/**
 * Notes the remote key. When the record has other content by now, the key goes to the earlier version, in whatever
 * order the two events come.
 */
export const markUploaded = (file: UploadedFile): ReadonlyArray<Statement> => [
  {
    sql: `UPDATE files SET
        remoteKey = CASE WHEN contentHash = $contentHash THEN $remoteKey ELSE remoteKey END,
        revision = ${nextRevision}
      WHERE id = $id`,
    bindValues: { id: file.id, contentHash: file.contentHash, remoteKey: file.remoteKey },
    writeTables: writesFiles,
  },
  {
    sql: "UPDATE fileVersions SET remoteKey = $remoteKey WHERE fileId = $id AND contentHash = $contentHash",
    bindValues: { id: file.id, contentHash: file.contentHash, remoteKey: file.remoteKey },
    writeTables: writesVersions,
  },
]

/**
 * Withdraws a record's key. Only once for each key of each content: after a device with the bytes has confirmed that
 * they are there, another report would be answered in the same way, for ever.
 */
export const markMissing = (file: MissingFile): ReadonlyArray<Statement> => {
  const isFirst = "contentHash = $contentHash AND remoteKey = $remoteKey AND lostKey IS NOT $remoteKey"
  return [
    {
      sql: `UPDATE files SET
        remoteKey = CASE WHEN ${isFirst} THEN NULL ELSE remoteKey END,
        lostKey = CASE WHEN ${isFirst} THEN $remoteKey ELSE lostKey END,
        revision = ${nextRevision}
      WHERE id = $id`,
      bindValues: { id: file.id, contentHash: file.contentHash, remoteKey: file.remoteKey },
      writeTables: writesFiles,
    },
  ]
}

/** Turns a record into a tombstone; the first deletion's time stays. */
export const deleteFile = (file: DeletedFile): ReadonlyArray<Statement> => [
  {
    sql: `UPDATE files SET deletedAt = COALESCE(deletedAt, $deletedAt), revision = ${nextRevision} WHERE id = $id`,
    bindValues: { id: file.id, deletedAt: file.deletedAt.getTime() },
    writeTables: writesFiles,
  },
]

/** Undoes a deletion. */
export const restoreFile = (file: RestoredFile): ReadonlyArray<Statement> => [
  {
    sql: `UPDATE files SET
        updatedAt = CASE WHEN deletedAt IS NULL OR erasedAt IS NOT NULL THEN updatedAt ELSE $restoredAt END,
        deletedAt = CASE WHEN erasedAt IS NULL THEN NULL ELSE deletedAt END,
        revision = ${nextRevision}
      WHERE id = $id`,
    bindValues: { id: file.id, restoredAt: file.restoredAt.getTime() },
    writeTables: writesFiles,
  },
]

/**
 * Erases a record: keeps only its id, notes which contents are erased with it, and deletes its versions. A record that
 * does not exist yet cannot be created afterwards.
 */
export const eraseFile = (file: ErasedFile): ReadonlyArray<Statement> => {
  const bindValues = { id: file.id, erasedAt: file.erasedAt.getTime() }
  return [
    {
      sql: `INSERT INTO erasedContents (contentHash, remoteKey, erasedAt, isRemoteErased)
        SELECT contentHash, MAX(remoteKey), $erasedAt, 0 FROM (
          SELECT contentHash, COALESCE(remoteKey, lostKey) AS remoteKey FROM files WHERE id = $id AND erasedAt IS NULL
          UNION ALL SELECT contentHash, remoteKey FROM fileVersions WHERE fileId = $id
        ) GROUP BY contentHash HAVING true
        ON CONFLICT (contentHash) DO UPDATE SET remoteKey = COALESCE(excluded.remoteKey, remoteKey),
          erasedAt = excluded.erasedAt, isRemoteErased = 0`,
      bindValues,
      writeTables: writesErased,
    },
    {
      sql: "DELETE FROM fileVersions WHERE fileId = $id",
      bindValues: { id: file.id },
      writeTables: writesVersions,
    },
    {
      sql: `INSERT INTO files (id, createdAt, updatedAt, datedAt, deletedAt, erasedAt, revision)
        VALUES ($id, $erasedAt, $erasedAt, $erasedAt, $erasedAt, $erasedAt, ${nextRevision})
        ON CONFLICT (id) DO UPDATE SET name = '', nameKey = '', mimeType = 'application/octet-stream', sizeBytes = 0,
          contentHash = '', path = '', remoteKey = NULL, lostKey = NULL, metadata = NULL, contentMetadata = NULL, lastModified = NULL,
          takenAt = NULL, deletedAt = COALESCE(deletedAt, excluded.deletedAt),
          erasedAt = COALESCE(erasedAt, excluded.erasedAt), revision = excluded.revision`,
      bindValues,
      writeTables: writesFiles,
    },
  ]
}

/** Notes that the remote's object of erased content is gone, unless the content was erased again since. */
export const markContentErased = (content: ErasedContent): ReadonlyArray<Statement> => [
  {
    sql: "UPDATE erasedContents SET isRemoteErased = 1 WHERE contentHash = $contentHash AND erasedAt <= $erasedAt",
    bindValues: { contentHash: content.contentHash, erasedAt: content.erasedAt.getTime() },
    writeTables: writesErased,
  },
]
