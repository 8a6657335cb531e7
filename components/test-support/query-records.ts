import type { FileQuery, FileRecord } from "../../src/client/filesync.js"

/** The records a query asks for, in its order. */
export const queryRecords = (
  records: Iterable<FileRecord>,
  { type, order = "newest", offset = 0, limit = Number.POSITIVE_INFINITY }: FileQuery,
): ReadonlyArray<FileRecord> => {
  const matches = [...records].filter(
    ({ mimeType }) => type === undefined || mimeType === type || mimeType.startsWith(type.replace(/\*$/, "")),
  )
  const time = (record: FileRecord) => record.createdAt.getTime()
  matches.sort((a, b) =>
    order === "name"
      ? a.name.localeCompare(b.name)
      : order === "oldest"
        ? time(a) - time(b)
        : time(b) - time(a),
  )
  return matches.slice(offset, offset + limit)
}
