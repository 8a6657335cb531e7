/// <reference types="@livestore/wa-sqlite" />
import { loadSqlite3Wasm } from "@livestore/sqlite-wasm/load-wasm"
import { AccessHandlePoolVFS } from "@livestore/wa-sqlite/src/examples/AccessHandlePoolVFS.js"

/** One of LiveStore's SQLite databases. Fails with what SQLite reports. */
export interface Database {
  /** Runs statements, and returns the rows of all of them. */
  readonly select: <Row>(sql: string) => readonly Row[]
}

/** The databases that LiveStore keeps of one store on this device. */
export interface Databases {
  readonly eventlog: Database
  readonly state: Database
  /** Closes the state database and removes it with its journal; LiveStore then rebuilds it from the event log. */
  readonly removeState: () => void
  /** How many files were added to the folder, because there were too few of them for LiveStore. */
  readonly filesAdded: number
}

/** LiveStore's own name for its event log, in every folder. */
const eventlogFile = "eventlog.db"

/** A worker that was just terminated may still hold the folder's files, and LiveStore gives up at once. */
const askAgainAfterMs = 50
const longestWaitMs = 5_000

const isFree = async (folder: FileSystemDirectoryHandle): Promise<boolean> => {
  const files: FileSystemFileHandle[] = []
  for await (const entry of folder.values()) {
    if (entry.kind === "file") files.push(entry as FileSystemFileHandle)
  }
  const opened = await Promise.allSettled(files.map((file) => file.createSyncAccessHandle()))
  for (const one of opened) if (one.status === "fulfilled") one.value.close()
  return opened.every(({ status }) => status === "fulfilled")
}

/** Waits until no other worker has a file of the folder open. Resolves with whether that is so. */
export const waitUntilFree = async (folder: FileSystemDirectoryHandle): Promise<boolean> => {
  const endAt = performance.now() + longestWaitMs
  while (!(await isFree(folder))) {
    if (performance.now() > endAt) return false
    await new Promise((resolve) => setTimeout(resolve, askAgainAfterMs))
  }
  return true
}

/** Whether LiveStore has never been in this folder. */
export const isNew = async (folder: FileSystemDirectoryHandle): Promise<boolean> => {
  for await (const _ of folder.keys()) return false
  return true
}

type Sqlite = Awaited<ReturnType<typeof loadSqlite3Wasm>>

/** Members of the file system that its type declaration leaves out. */
interface PoolFiles {
  readonly jDelete: (fileName: string, syncDirectory: number) => number
  readonly close: () => Promise<void>
  readonly getCapacity: () => number
  readonly addCapacity: (count: number) => Promise<unknown>
}

/**
 * As many as LiveStore makes: it keeps its databases in files that it creates beforehand, and creates them only in an
 * empty folder. A first start that ended while they were created leaves too few, and then no database can ever be
 * opened.
 */
const filesOfFolder = 21

const completeFolder = async (files: PoolFiles): Promise<number> => {
  const missing = Math.max(0, filesOfFolder - files.getCapacity())
  if (missing > 0) await files.addCapacity(missing)
  return missing
}

const openFiles = async (sqlite: Sqlite, folderName: string): Promise<PoolFiles> => {
  const files = (await AccessHandlePoolVFS.create(folderName, moduleOf(sqlite))) as unknown
  sqlite.vfs_register(files as Parameters<Sqlite["vfs_register"]>[0], false)
  return files as PoolFiles
}

/** The WebAssembly module with which file systems are registered; LiveStore attaches it to its SQLite. */
const moduleOf = (sqlite: Sqlite): unknown => (sqlite as unknown as { readonly module: unknown }).module

/**
 * Runs `use` with LiveStore's databases, and closes every file of the folder afterwards. The SQLite is LiveStore's own.
 * The file system has the same layout on disk as LiveStore's, which cannot be used here because it waits for
 * LiveStore's own opening. Rejects when the databases cannot be opened, and with what `use` throws.
 */
export const withDatabases = async <A>(
  folderName: string,
  stateFile: string,
  use: (databases: Databases) => A,
): Promise<A> => {
  const sqlite = await loadSqlite3Wasm()
  const files = await openFiles(sqlite, folderName)
  const connections: number[] = []
  const open = (fileName: string): { readonly database: Database; readonly close: () => void } => {
    const connection = sqlite.open_v2Sync(fileName, undefined, folderName)
    connections.push(connection)
    return {
      database: { select: (sql) => select(sqlite, connection, sql) },
      close: () => closeQuietly(sqlite, connection),
    }
  }
  try {
    const filesAdded = await completeFolder(files)
    const eventlog = open(eventlogFile)
    const state = open(stateFile)
    const removeState = (): void => {
      state.close()
      for (const name of [stateFile, `${stateFile}-journal`]) files.jDelete(name, 0)
    }
    return use({ eventlog: eventlog.database, state: state.database, removeState, filesAdded })
  } finally {
    for (const connection of connections) closeQuietly(sqlite, connection)
    await files.close()
  }
}

const rowCode = 100

const select = <Row>(sqlite: Sqlite, connection: number, sql: string): readonly Row[] => {
  const rows: Row[] = []
  const statements = sqlite.statements(connection, sql, { unscoped: true })
  try {
    for (const statement of statements) {
      const names = sqlite.column_names(statement)
      while (sqlite.step(statement) === rowCode) {
        rows.push(Object.fromEntries(names.map((name, at) => [name, sqlite.column(statement, at)])) as Row)
      }
    }
    return rows
  } finally {
    for (const statement of statements) sqlite.finalize(statement)
  }
}

/** One may be closed already, and a damaged one may fail even at this; its files are closed with the folder. */
const closeQuietly = (sqlite: Sqlite, connection: number): void => {
  try {
    sqlite.close(connection)
  } catch {
    // See above.
  }
}
