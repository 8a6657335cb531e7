import type { CreatedFile, DeletedFile, UpdatedFile, UploadedFile } from "./file-events.js"

/** One SQL statement of a materializer. */
export interface Statement {
  readonly sql: string
  readonly bindValues: Record<string, string | number | null>
  readonly writeTables: ReadonlySet<string>
}

/**
 * Every fact gives its row the next revision, one that changes nothing included: when facts are put into another order
 * (a rebase), one that changed something before may change nothing now, and whoever follows the table by its revisions
 * has to see that.
 */
const nextRevision = "(SELECT COALESCE(MAX(revision), 0) + 1 FROM files)"
const writesFiles: ReadonlySet<string> = new Set(["files"])
const writesVersions: ReadonlySet<string> = new Set(["fileVersions"])

const toJson = (metadata: unknown): string | null =>
  metadata === undefined ? null : JSON.stringify(metadata)

/**
 * Inserts records, a hundred as fast as ten one by one; a second event for the same id changes nothing. The places of
 * those in the order of revisions stay empty.
 */
export const insertFiles = (files: ReadonlyArray<CreatedFile>): ReadonlyArray<Statement> => [
  {
    sql: `INSERT INTO files (id, name, mimeType, sizeBytes, contentHash, path, remoteKey, metadata, createdAt, updatedAt, deletedAt, revision)
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
        json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'), NULL,
        json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[7]'), NULL,
        ${nextRevision} + key
      FROM json_each($files) WHERE true
      ON CONFLICT (id) DO NOTHING`,
    bindValues: {
      files: JSON.stringify(
        files.map((file) => [
          file.id,
          file.name,
          file.mimeType,
          file.sizeBytes,
          file.contentHash,
          file.path,
          toJson(file.metadata),
          file.createdAt.getTime(),
        ]),
      ),
    },
    writeTables: writesFiles,
  },
]

/**
 * Updates a live record: last writer wins. New content clears the remote key and keeps the old content as a version;
 * a tombstone stays one.
 */
export const updateFile = (file: UpdatedFile): ReadonlyArray<Statement> => {
  const updatedAt = file.updatedAt.getTime()
  const keepVersion: Statement = {
    sql: `INSERT INTO fileVersions (fileId, contentHash, mimeType, sizeBytes, remoteKey, supersededAt)
      SELECT id, contentHash, mimeType, sizeBytes, remoteKey, $updatedAt FROM files
      WHERE id = $id AND deletedAt IS NULL AND contentHash <> $contentHash
      ON CONFLICT (fileId, contentHash) DO UPDATE SET supersededAt = excluded.supersededAt, remoteKey = excluded.remoteKey`,
    bindValues: { id: file.id, contentHash: file.contentHash ?? "", updatedAt },
    writeTables: writesVersions,
  }
  const update: Statement = {
    sql: `UPDATE files SET
        remoteKey = CASE WHEN $contentHash IS NULL OR $contentHash = contentHash THEN remoteKey ELSE NULL END,
        contentHash = COALESCE($contentHash, contentHash),
        mimeType = COALESCE($mimeType, mimeType),
        sizeBytes = COALESCE($sizeBytes, sizeBytes),
        path = COALESCE($path, path),
        name = COALESCE($name, name),
        metadata = COALESCE($metadata, metadata),
        updatedAt = $updatedAt,
        revision = ${nextRevision}
      WHERE id = $id AND deletedAt IS NULL`,
    bindValues: {
      id: file.id,
      contentHash: file.contentHash ?? null,
      mimeType: file.mimeType ?? null,
      sizeBytes: file.sizeBytes ?? null,
      path: file.path ?? null,
      name: file.name ?? null,
      metadata: toJson(file.metadata),
      updatedAt,
    },
    writeTables: writesFiles,
  }
  const touch: Statement = {
    sql: `UPDATE files SET revision = ${nextRevision} WHERE id = $id AND deletedAt IS NOT NULL`,
    bindValues: { id: file.id },
    writeTables: writesFiles,
  }
  return file.contentHash === undefined ? [update, touch] : [keepVersion, update, touch]
}

/** Notes the remote key, unless the record has moved on to other content. */
export const markUploaded = (file: UploadedFile): ReadonlyArray<Statement> => [
  {
    sql: `UPDATE files SET
        remoteKey = CASE WHEN contentHash = $contentHash THEN $remoteKey ELSE remoteKey END,
        revision = ${nextRevision}
      WHERE id = $id`,
    bindValues: { id: file.id, contentHash: file.contentHash, remoteKey: file.remoteKey },
    writeTables: writesFiles,
  },
]

/** Turns a record into a tombstone; the first deletion's time stays. */
export const deleteFile = (file: DeletedFile): ReadonlyArray<Statement> => [
  {
    sql: `UPDATE files SET deletedAt = COALESCE(deletedAt, $deletedAt), revision = ${nextRevision} WHERE id = $id`,
    bindValues: { id: file.id, deletedAt: file.deletedAt.getTime() },
    writeTables: writesFiles,
  },
]
