import type { FileQuery, FileRecord } from "../../src/client/global-client.js"
import { compareRecords } from "../../src/utils/compare-records.js"
import { matchesTypes, typePatterns } from "../../src/utils/type-patterns.js"

/** The records a query asks for, in its order. */
export const queryRecords = (
  records: Iterable<FileRecord>,
  { type, order, offset = 0, limit = Number.POSITIVE_INFINITY }: FileQuery,
): ReadonlyArray<FileRecord> => {
  const types = typePatterns(type)
  return [...records]
    .filter(({ mimeType }) => matchesTypes(mimeType, types))
    .toSorted(compareRecords(order))
    .slice(offset, offset + limit)
}
