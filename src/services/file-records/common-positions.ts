import { type Position, positionColumns } from "./all-rows.js"

/** Whether a row is in the same place and state. */
export const isSamePosition = (one: Position, other: Position | undefined): boolean =>
  other !== undefined && positionColumns.every((column) => one[column] === other[column])

/** Whether two rows have the same state, at whatever revision. */
export const isSameState = (one: Position, other: Position): boolean =>
  positionColumns.every((column) => column === "revision" || one[column] === other[column])

/**
 * The rows up to which two lists agree, both oldest first, `actual` without gaps. Seen rows that are in no actual place
 * have left it.
 */
export const commonRows = (
  seen: ReadonlyArray<Position>,
  actual: ReadonlyArray<Position>,
): ReadonlyArray<Position> => {
  const byRevision = new Map(seen.map((row) => [row.revision, row]))
  const end = actual.findIndex((row) => !isSamePosition(row, byRevision.get(row.revision)))
  return end === -1 ? actual : actual.slice(0, end)
}
