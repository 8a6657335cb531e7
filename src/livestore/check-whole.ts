import type { Database } from "./databases.js"

/** SQLite's error codes for a damaged database, and for a file that is not a database. */
const damageCodes = new Set([11, 26])

class DamagedDatabase extends Error {
  readonly code = 11
}

/** Whether SQLite says by this that a database is damaged. */
export const isDamage = (cause: unknown): boolean =>
  damageCodes.has((cause as { readonly code?: number } | undefined)?.code ?? 0)

/** Fails when a database contradicts itself anywhere. */
export const checkWhole = (database: Database): void => {
  const found = database.select<{ quick_check: string }>("PRAGMA quick_check(1)")[0]?.quick_check
  if (found !== undefined && found !== "ok") throw new DamagedDatabase(found)
}
