import type { Database } from "./databases.js"
import type { Repair } from "./heal-report.js"
import { type Place, placeColumns } from "./heal-head.js"

interface OwnRow extends Place {
  readonly rowid: number
  readonly parentGlobal: number
}

/**
 * Moves events of this device that the backend does not have directly behind the last one that it has.
 *
 * LiveStore 0.4.0 may drop an event between its session and its worker while others come in, and make it again behind
 * the next ones. The backend then never accepts the events behind the gap, because it has no parent for the first of
 * them, and LiveStore waits for ever. They are rebased here, as LiveStore does when events of other devices come in.
 */
export const healOrder = (eventlog: Database, confirmed: number): readonly Repair[] => {
  const rows = eventlog.select<OwnRow>(
    `SELECT rowid, ${placeColumns}, parentSeqNumGlobal AS parentGlobal FROM eventlog
      WHERE seqNumGlobal > ${confirmed} ORDER BY seqNumGlobal, seqNumClient, seqNumRebaseGeneration`,
  )
  if (isInOrder(rows, confirmed)) return []
  const generation = 1 + Math.max(...rows.map((row) => row.generation))
  let last: Place = lastOf(eventlog, confirmed)
  eventlog.select("BEGIN")
  for (const { rowid, client } of rows) {
    const next: Place =
      client > 0
        ? { global: last.global, client: last.client + 1, generation }
        : { global: last.global + 1, client: 0, generation }
    // The parent of a synced event is a synced one; that of an event of this device alone is whatever is before it.
    const parent = client > 0 ? last : { ...last, client: 0 }
    eventlog.select(
      `UPDATE eventlog SET seqNumGlobal = ${next.global}, seqNumClient = ${next.client},
        seqNumRebaseGeneration = ${generation}, parentSeqNumGlobal = ${parent.global},
        parentSeqNumClient = ${parent.client}, parentSeqNumRebaseGeneration = ${parent.generation}
        WHERE rowid = ${rowid}`,
    )
    last = next
  }
  eventlog.select("COMMIT")
  return [{ what: "own-events-moved", count: rows.length, behind: confirmed }]
}

const isInOrder = (rows: readonly OwnRow[], confirmed: number): boolean => {
  let last = confirmed
  for (const { global, client, parentGlobal } of rows) {
    if (client > 0 ? global !== last : global !== last + 1 || parentGlobal !== last) return false
    last = global
  }
  return true
}

/** The last event that the backend has, or one of this device alone that follows it. */
const lastOf = (eventlog: Database, confirmed: number): Place =>
  eventlog.select<Place>(
    `SELECT ${placeColumns} FROM eventlog WHERE seqNumGlobal = ${confirmed}
      ORDER BY seqNumClient DESC, seqNumRebaseGeneration DESC LIMIT 1`,
  )[0] ?? { global: confirmed, client: 0, generation: 0 }
