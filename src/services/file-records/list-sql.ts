import type { FileQuery } from "../../types/index.js"

const orders = {
  newest: "createdAt DESC, id DESC",
  oldest: "createdAt ASC, id ASC",
  name: "name COLLATE NOCASE ASC, id ASC",
} as const

const toLikePattern = (type: string): string =>
  type.replaceAll(/[\\%_]/g, (character) => `\\${character}`).replaceAll("*", "%")

const toCount = (value: number | undefined, otherwise: number): number =>
  value === undefined || !Number.isFinite(value) ? otherwise : Math.max(0, Math.floor(value))

/** The SQL of a file query; values are bound, never spliced in. */
export const listSql = (
  query: FileQuery = {},
): { readonly sql: string; readonly bindValues: Record<string, string | number> } => {
  const hasType = query.type !== undefined && query.type !== "" && query.type !== "*" && query.type !== "*/*"
  const order = orders[query.order ?? "newest"] ?? orders.newest
  return {
    sql: `SELECT * FROM files WHERE deletedAt IS NULL${hasType ? " AND mimeType LIKE $type ESCAPE '\\'" : ""} ORDER BY ${order} LIMIT $limit OFFSET $offset`,
    bindValues: {
      ...(hasType ? { type: toLikePattern(query.type ?? "") } : {}),
      // SQLite reads a negative limit as "no limit".
      limit: toCount(query.limit, -1),
      offset: toCount(query.offset, 0),
    },
  }
}
