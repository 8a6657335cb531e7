import type { FileVersion } from "../../types/index.js"
import type { QueryRows } from "./change-feed.js"
import type { ExpiredContent, SupersededContent } from "./FileRecords.js"
import { toVersion, type VersionRow } from "./record-row.js"

/** SQL for the time at which content lost its record, as this device counts it: not before it received the event. */
const lostHere = (lostAt: string): string => `MAX(${lostAt}, IFNULL(heardAt, 0))`

/** Earlier contents of a record, newest first. */
export const readVersions = (query: QueryRows, fileId: string): ReadonlyArray<FileVersion> =>
  query<VersionRow>(
    `SELECT fileId, contentHash, mimeType, sizeBytes, remoteKey, contentMetadata, lastModified, takenAt,
      ${lostHere("supersededAt")} AS supersededAt
    FROM fileVersions LEFT JOIN localVersions USING (contentHash) WHERE fileId = $fileId ORDER BY 9 DESC`,
    { fileId },
  ).map(toVersion)

/** Whether a version or a deleted record that lost it since then has this content. */
export const isRestorable = (query: QueryRows, contentHash: string, since: number): boolean =>
  query(
    `SELECT 1 FROM fileVersions LEFT JOIN localVersions USING (contentHash)
      WHERE contentHash = $contentHash AND ${lostHere("supersededAt")} > $since
    UNION ALL SELECT 1 FROM files LEFT JOIN localVersions USING (contentHash)
      WHERE contentHash = $contentHash AND deletedAt IS NOT NULL AND ${lostHere("deletedAt")} > $since LIMIT 1`,
    { contentHash, since },
  ).length > 0

/** Every superseded content, once. */
export const readSuperseded = (query: QueryRows): ReadonlyArray<SupersededContent> =>
  query(
    `SELECT contentHash, MAX(sizeBytes) AS sizeBytes, MAX(remoteKey) AS remoteKey,
      MAX(supersededAt) AS supersededAt FROM (
        SELECT contentHash, sizeBytes, remoteKey, supersededAt FROM fileVersions
        UNION ALL SELECT contentHash, sizeBytes, remoteKey, deletedAt FROM files WHERE deletedAt IS NOT NULL
      ) GROUP BY contentHash`,
    {},
  )

/**
 * Contents that lost their record at `since` or before, and not later. Of deleted records only those that this device
 * still has in its index: the rest were dealt with.
 */
export const readExpired = (query: QueryRows, since: number): ReadonlyArray<ExpiredContent> =>
  query(
    `SELECT contentHash, MAX(${lostHere("lostAt")}) AS lostAt FROM (
      SELECT contentHash, supersededAt AS lostAt FROM fileVersions
      UNION ALL SELECT contentHash, deletedAt FROM localFileState JOIN files ON id = fileId WHERE deletedAt IS NOT NULL
    ) LEFT JOIN localVersions USING (contentHash)
    GROUP BY contentHash HAVING MAX(${lostHere("lostAt")}) <= $since`,
    { since },
  )

/** Whether there is a version that lost until then. */
export const hasVersionUntil = (query: QueryRows, until: number): boolean =>
  query(
    `SELECT 1 FROM fileVersions LEFT JOIN localVersions USING (contentHash) WHERE ${lostHere("supersededAt")} <= $until LIMIT 1`,
    { until },
  ).length > 0

/** Whether a live record, or a version of one, has the content; `exceptId` does not count. */
export const isReferenced = (query: QueryRows, contentHash: string, exceptId: string): boolean =>
  query(
    `SELECT 1 FROM files WHERE contentHash = $contentHash AND deletedAt IS NULL AND id <> $exceptId
    UNION ALL SELECT 1 FROM fileVersions JOIN files ON files.id = fileVersions.fileId
      WHERE fileVersions.contentHash = $contentHash AND deletedAt IS NULL AND files.id <> $exceptId
    LIMIT 1`,
    { contentHash, exceptId },
  ).length > 0
