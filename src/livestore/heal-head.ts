import type { Database } from "./databases.js"
import type { Repair } from "./heal-report.js"

/** What there is before LiveStore has stored anything. */
export const emptyLog: LogFacts = { confirmed: 0, hasPending: false, last: undefined, lastKnown: undefined }

/** Facts read from the event log's database. */
export interface LogFacts {
  /** Last event that the backend has for certain: its row carries the backend's metadata. */
  readonly confirmed: number
  /** Whether events of this device follow the last confirmed one. */
  readonly hasPending: boolean
  /** Last row, or `undefined` in an empty log. */
  readonly last: Place | undefined
  /** Last row whose event this version of the app knows: LiveStore materializes no other. */
  readonly lastKnown: Place | undefined
}

/** Place of an event in LiveStore's order. Events for this device alone count in `client`, after the one in `global`. */
export interface Place {
  readonly global: number
  readonly client: number
  readonly generation: number
}

const isConfirmed = `syncMetadataJson LIKE '{"_tag":"Some"%'`
export const placeColumns =
  "seqNumGlobal AS global, seqNumClient AS client, seqNumRebaseGeneration AS generation"
export const newestFirst = "ORDER BY seqNumGlobal DESC, seqNumClient DESC"

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const lastPlace = (eventlog: Database, where = "1"): Place | undefined =>
  eventlog.select<Place>(`SELECT ${placeColumns} FROM eventlog WHERE ${where} ${newestFirst} LIMIT 1`)[0]

/**
 * Corrects LiveStore's backend head: its note of the last event that it has from the backend.
 *
 * LiveStore 0.4.0 writes it before the events themselves. When its worker ends in between, either the note is beyond
 * the log, and LiveStore never starts again; or it covers events of this device that the backend has not taken: these
 * are never sent, and the events that the backend has in their place are never requested. The note is put back to the
 * last event whose row carries the backend's own data. LiveStore compares the events that it then receives again with
 * those it has.
 */
export const healHead = (
  eventlog: Database,
  knownEvents: ReadonlySet<string>,
): { readonly facts: LogFacts; readonly repairs: readonly Repair[] } => {
  const head = eventlog.select<{ head: number }>("SELECT head FROM __livestore_sync_status")[0]?.head ?? 0
  const last = lastPlace(eventlog)
  const confirmed = findConfirmed(eventlog, Math.min(head, last?.global ?? 0))
  const names = [...knownEvents].map(quoted).join(", ")
  const facts: LogFacts = {
    confirmed,
    hasPending: (last?.global ?? 0) > confirmed,
    last,
    // -1 is LiveStore's mark of an event that it did not know when it stored it.
    lastKnown: lastPlace(eventlog, `schemaHash <> -1 AND name IN (${names})`),
  }
  if (head <= confirmed) return { facts, repairs: [] }
  eventlog.select(`UPDATE __livestore_sync_status SET head = ${confirmed}`)
  return { facts, repairs: [{ what: "backend-head", from: head, to: confirmed }] }
}

/** Last event up to `atMost` that the backend has confirmed. */
const findConfirmed = (eventlog: Database, atMost: number): number => {
  const upTo = `seqNumClient = 0 AND seqNumGlobal <= ${atMost}`
  const found = lastPlace(eventlog, `${upTo} AND ${isConfirmed}`)
  if (found !== undefined) return found.global
  // Some backends send no metadata with an event: a log with events of several devices and no metadata comes from one
  // of those.
  const count = "SELECT count(DISTINCT clientId) AS devices FROM eventlog"
  const devices = eventlog.select<{ devices: number }>(`${count} WHERE ${upTo}`)[0]?.devices ?? 0
  return devices > 1 ? atMost : 0
}
