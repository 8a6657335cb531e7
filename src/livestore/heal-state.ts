import type { Database, Databases } from "./databases.js"
import { checkWhole } from "./check-whole.js"
import { type LogFacts, newestFirst, type Place, placeColumns } from "./heal-head.js"
import type { Repair, StateFault } from "./heal-report.js"

const isBefore = (one: Place, other: Place): boolean =>
  one.global < other.global || (one.global === other.global && one.client < other.client)

const origin: Place = { global: 0, client: 0, generation: 0 }

const changesets = "__livestore_session_changeset"

/** Facts read from the state database. */
interface StateFacts {
  /** `false` when LiveStore will create it itself. */
  readonly exists: boolean
  readonly hasAllTables: boolean
  /** Last event in it. LiveStore removes the notes of earlier ones, at times before it writes those of later ones. */
  readonly last: Place | undefined
}

const readState = (state: Database, tables: Iterable<string>): StateFacts => {
  const names = new Set(
    state
      .select<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .map(({ name }) => name),
  )
  if (!names.has(changesets)) return { exists: false, hasAllTables: false, last: undefined }
  const newest = state.select<Place>(`SELECT ${placeColumns} FROM ${changesets} ${newestFirst} LIMIT 1`)[0]
  return { exists: true, hasAllTables: [...tables].every((table) => names.has(table)), last: newest }
}

/** What is wrong with a state, given the log and whether the backend head had to be put back. */
const findFault = (
  { hasAllTables, last }: StateFacts,
  log: LogFacts,
  wasReceiving: boolean,
): StateFault | "no-head" | undefined => {
  if (!hasAllTables) return "incomplete"
  // LiveStore may have been taking events of this device back out of the state, one by one.
  if (wasReceiving && log.hasPending) return "rolled-back"
  if (log.last === undefined) return last === undefined ? undefined : "ahead"
  // Notes of earlier events are removed just before events of others are written, and the state is then that of the log.
  if (last === undefined) return wasReceiving ? "no-head" : "behind"
  if (isBefore(log.last, last)) return "ahead"
  return isBefore(last, log.lastKnown ?? origin) ? "behind" : undefined
}

/**
 * Makes sure that LiveStore's state is that of its event log. LiveStore writes them one after the other, and never
 * compares them: what only one of them has stays so for good.
 */
export const healState = (
  { state, removeState }: Databases,
  log: LogFacts,
  options: {
    readonly tables: Iterable<string>
    /** Whether LiveStore was taking in events from the backend when its worker ended. */
    readonly wasReceiving: boolean
    /** Whether events of the log were moved. */
    readonly wereMoved: boolean
    readonly thorough: boolean
  },
): readonly Repair[] => {
  const remove = (reason: StateFault): readonly Repair[] => {
    removeState()
    return [{ what: "state-removed", reason }]
  }
  try {
    if (options.thorough) checkWhole(state)
    const facts = readState(state, options.tables)
    if (!facts.exists) return []
    if (options.wereMoved) return remove("events-moved")
    const fault = findFault(facts, log, options.wasReceiving)
    if (fault === undefined) return []
    if (fault !== "no-head") return remove(fault)
    return [noteHead(state, log.last ?? origin)]
  } catch {
    return remove("damaged")
  }
}

/** Notes the last event of a state that is right: pages that read the state begin after it. */
const noteHead = (state: Database, { global, client, generation }: Place): Repair => {
  state.select(
    `INSERT INTO ${changesets} (seqNumGlobal, seqNumClient, seqNumRebaseGeneration) VALUES (${global}, ${client}, ${generation})`,
  )
  return { what: "state-head", to: global }
}
