import type { LiveStoreSchema } from "@livestore/livestore"
import { checkWhole, isDamage } from "./check-whole.js"
import { type Database, type Databases, isNew, waitUntilFree, withDatabases } from "./databases.js"
import { emptyLog, healHead } from "./heal-head.js"
import type { HealReport, Repair, UnsyncedEvent } from "./heal-report.js"
import { healOrder } from "./heal-order.js"
import { healState } from "./heal-state.js"

/** What `healLiveStore` needs to know of the app's store. */
export interface HealOptions {
  /** The schema that the app's worker has. */
  readonly schema: LiveStoreSchema
  /** LiveStore's folder in OPFS: `livestore-<storeId>@6`, or the `directory` that the adapter was given with `@6`. */
  readonly folder: FileSystemDirectoryHandle
  /** Also reads both databases as a whole and compares them with their indexes. Default: `false`. */
  readonly thorough?: boolean
}

/**
 * Checks LiveStore's databases and repairs what a worker that ended between two of LiveStore's writes has left: the
 * note of what the backend has, a gap between events that were not sent, and a state that does not belong to the event
 * log. It never changes what an event says, and never rejects.
 *
 * Runs in a dedicated worker, before LiveStore opens its storage and while this tab holds LiveStore's leader lock; so
 * `makeHealedWorker` calls it.
 */
export const healLiveStore = async ({
  schema,
  folder,
  thorough = false,
}: HealOptions): Promise<HealReport> => {
  const { hash, migrations, tables } = schema.state.sqlite
  const isManual = migrations.strategy === "manual"
  // LiveStore's own way to name it.
  const stateFile = `state${isManual ? "fixed" : hash}.db`
  try {
    if (await isNew(folder)) return { _tag: "NotChecked", reason: "new" }
    if (!(await waitUntilFree(folder))) return { _tag: "NotChecked", reason: "in-use" }
    return await withDatabases(folder.name, stateFile, (databases) =>
      healDatabases(databases, {
        thorough,
        knownEvents: new Set(schema.eventsDefsMap.keys()),
        // An app with its own migrations could not rebuild its state from the log.
        tables: isManual ? undefined : [...tables.values()].map(({ sqliteDef }) => sqliteDef.name),
      }),
    )
  } catch (cause) {
    return { _tag: "Failed", cause }
  }
}

const healDatabases = (
  databases: Databases,
  options: {
    readonly thorough: boolean
    readonly knownEvents: ReadonlySet<string>
    readonly tables: readonly string[] | undefined
  },
): HealReport => {
  const { eventlog, filesAdded } = databases
  const added: Repair[] = filesAdded === 0 ? [] : [{ what: "files-added", count: filesAdded }]
  try {
    const format = formatOf(eventlog)
    if (format === "unknown") return { _tag: "NotChecked", reason: "unknown-format" }
    if (options.thorough) checkWhole(eventlog)
    const { facts, repairs } =
      format === "empty" ? { facts: emptyLog, repairs: [] } : healHead(eventlog, options.knownEvents)
    const moved = format === "empty" ? [] : healOrder(eventlog, facts.confirmed)
    const { tables, thorough } = options
    const wasReceiving = repairs.length > 0
    const wereMoved = moved.length > 0
    const ofState =
      tables === undefined ? [] : healState(databases, facts, { tables, wasReceiving, wereMoved, thorough })
    const all = [...added, ...repairs, ...moved, ...ofState]
    return all.length === 0 ? { _tag: "Sound" } : { _tag: "Healed", repairs: all }
  } catch (cause) {
    if (!isDamage(cause)) throw cause
    return { _tag: "Damaged", cause, unsynced: readUnsynced(eventlog) }
  }
}

/** Columns of LiveStore's storage format 6 that are read or relied on here. */
const columnsOf = {
  eventlog: [
    "seqNumGlobal",
    "seqNumClient",
    "seqNumRebaseGeneration",
    "parentSeqNumGlobal",
    "parentSeqNumClient",
    "parentSeqNumRebaseGeneration",
    "name",
    "argsJson",
    "clientId",
    "schemaHash",
    "syncMetadataJson",
  ],
  __livestore_sync_status: ["head"],
}

const formatOf = (eventlog: Database): "known" | "empty" | "unknown" => {
  const columns = Object.entries(columnsOf).map(([table, expected]) => ({
    expected,
    found: new Set(eventlog.select<{ name: string }>(`PRAGMA table_info(${table})`).map(({ name }) => name)),
  }))
  // LiveStore makes what is not there yet.
  if (columns.some(({ found }) => found.size === 0)) return "empty"
  return columns.every(({ expected, found }) => expected.every((name) => found.has(name)))
    ? "known"
    : "unknown"
}

interface LogRow {
  readonly rowid: number
  readonly name: string
  readonly argsJson: string
  readonly seqNum: number
  readonly isOwn: number
}

/** Reads the newest events until one that the backend has, or one that cannot be read. */
const readUnsynced = (eventlog: Database): readonly UnsyncedEvent[] => {
  const unsynced: UnsyncedEvent[] = []
  const columns = `rowid, name, argsJson, seqNumGlobal AS seqNum, syncMetadataJson NOT LIKE '{"_tag":"Some"%' AS isOwn`
  let before = Number.MAX_SAFE_INTEGER
  try {
    for (;;) {
      const row = eventlog.select<LogRow>(
        `SELECT ${columns} FROM eventlog WHERE seqNumClient = 0 AND rowid < ${before} ORDER BY rowid DESC LIMIT 1`,
      )[0]
      if (row === undefined || row.isOwn === 0) break
      unsynced.unshift({ name: row.name, args: JSON.parse(row.argsJson), seqNum: row.seqNum })
      before = row.rowid
    }
  } catch {
    // What was read until here is handed over; more cannot be had.
  }
  return unsynced
}
