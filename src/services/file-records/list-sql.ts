import type { FileOrder, FileQuery } from "../../types/index.js"
import { typePatterns } from "../../utils/type-patterns.js"

const orders: Readonly<Record<FileOrder, string>> = {
  newest: "createdAt DESC, sequence ASC, id ASC",
  oldest: "createdAt ASC, sequence ASC, id ASC",
  name: "nameKey ASC, name ASC, id ASC",
  changed: "updatedAt DESC, sequence ASC, id ASC",
  taken: "datedAt DESC, sequence ASC, id ASC",
}

const toLikePattern = (type: string): string =>
  type.replaceAll(/[\\%_]/g, (character) => `\\${character}`).replaceAll("*", "%")

const toCount = (value: number | undefined, otherwise: number): number =>
  value === undefined || !Number.isFinite(value) ? otherwise : Math.max(0, Math.floor(value))

/** The SQL of a file query; values are bound, never spliced in. `deletedSince`: of deleted records instead. */
export const listSql = (
  query: FileQuery = {},
  deletedSince?: number,
): { readonly sql: string; readonly bindValues: Record<string, string | number> } => {
  const { included, excluded } = typePatterns(query.type)
  const bindValues: Record<string, string | number> = {}
  const isLike = (pattern: string, at: number, kind: string): string => {
    bindValues[`${kind}${at}`] = toLikePattern(pattern)
    return `mimeType LIKE $${kind}${at} ESCAPE '\\'`
  }
  const anyOf = included.map((pattern, at) => isLike(pattern, at, "type"))
  const noneOf = excluded.map((pattern, at) => `NOT ${isLike(pattern, at, "not")}`)
  const conditions = [
    deletedSince === undefined
      ? "deletedAt IS NULL"
      : `erasedAt IS NULL AND (deletedAt > $since
      OR deletedAt IS NOT NULL AND contentHash IN (SELECT contentHash FROM localVersions WHERE heardAt > $since))`,
    ...(anyOf.length === 0 ? [] : [`(${anyOf.join(" OR ")})`]),
    ...noneOf,
  ]
  const byDeletion = deletedSince !== undefined && query.order === undefined
  const order = byDeletion
    ? "deletedAt DESC, sequence ASC, id ASC"
    : (orders[query.order ?? "newest"] ?? orders.newest)
  return {
    sql: `SELECT * FROM files WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT $limit OFFSET $offset`,
    bindValues: {
      ...bindValues,
      ...(deletedSince === undefined ? {} : { since: deletedSince }),
      // SQLite reads a negative limit as "no limit".
      limit: toCount(query.limit, -1),
      offset: toCount(query.offset, 0),
    },
  }
}
