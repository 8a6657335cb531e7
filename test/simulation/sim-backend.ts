import { type FileFact, FileTables } from "../../src/services/file-records/record-log.js"
import { fileSyncSchema } from "../../src/schema/index.js"
import {
  deviceDocument,
  type LocalFileEntry,
  localFileStateSet,
  setLocalFileStates,
} from "../../src/schema/local-file-state.js"
import {
  hearOfVersions,
  localVersionsHeard,
  localVersionsPruned,
  pruneVersions,
} from "../../src/schema/local-versions.js"
import type { Statement } from "../../src/schema/file-statements.js"
import { factsOf, type SimEvent, statementsOf } from "./event-facts.js"
import { SimDatabase } from "./sim-database.js"

/** What a session needs of its device. */
export interface SessionDevice {
  readonly allLocal: () => ReadonlyArray<LocalFileEntry>
  readonly setLocal: (entries: ReadonlyArray<LocalFileEntry>) => void
  /** When the device learned of versions. */
  readonly heard: () => ReadonlyArray<Statement>
  readonly changeVersions: (statements: ReadonlyArray<Statement>, isLearned: boolean) => void
  readonly isPaused: () => boolean
  readonly setPaused: (paused: boolean) => void
  /** The session committed something. */
  readonly committed: () => void
  /** Calls after as long as messages between tabs take. */
  readonly later: (run: () => void) => void
}

/** The sync backend: one total order of facts for everybody. */
export class SimBackend {
  readonly facts: Array<FileFact> = []
}

/**
 * A device's LiveStore: what it pulled, what it has yet to push, and what its tabs have committed that is not on
 * disk yet. Pulling puts others' facts before its own pending ones, which is a rebase.
 */
export class SimLiveStore {
  pulled = 0
  pending: Array<FileFact> = []
  readonly #backend: SimBackend
  readonly #sessions = new Set<SimSession>()

  constructor(backend: SimBackend) {
    this.#backend = backend
  }

  open(device: SessionDevice): SimSession {
    const session = new SimSession(this, device)
    this.#sessions.add(session)
    return session
  }

  close(session: SimSession): void {
    this.#sessions.delete(session)
  }

  get facts(): ReadonlyArray<FileFact> {
    return this.#backend.facts
  }

  get sessions(): Iterable<SimSession> {
    return this.#sessions
  }

  /** What is on this device's disk, as plain tables. */
  get tables(): FileTables {
    const tables = new FileTables()
    for (const fact of this.facts.slice(0, this.pulled)) tables.apply(fact)
    for (const fact of this.pending) tables.apply(fact)
    return tables
  }

  /** Takes what tabs committed onto disk. */
  acknowledge(): void {
    const took = [...this.#sessions].flatMap((session) => session.unacknowledged.splice(0))
    this.pending.push(...took)
    this.#changed()
  }

  /** Pulls what is new, then pushes its own behind it. */
  sync(): void {
    this.pulled = this.#backend.facts.length
    this.#backend.facts.push(...this.pending)
    this.pending = []
    this.pulled = this.#backend.facts.length
    this.#changed()
  }

  /** LiveStore throws its storage away: what was not pushed is gone. */
  reset(): void {
    this.pending = []
    this.pulled = 0
  }

  #changed(): void {
    for (const session of this.#sessions) session.changed()
  }
}

/** What a session sees of its device's LiveStore. */
interface Seen {
  readonly pulled: number
  readonly pending: ReadonlyArray<FileFact>
}

/**
 * One tab's view of its device's LiveStore, over a real SQLite: what others did comes to it a while after the device has
 * it, its own commits at once.
 */
export class SimSession {
  readonly storeId = "sim"
  readonly schema = fileSyncSchema
  readonly unacknowledged: Array<FileFact> = []
  readonly #store: SimLiveStore
  readonly #device: SessionDevice
  readonly #database = new SimDatabase()
  readonly #listeners = new Set<() => void>()
  /** Committed here, and not yet in what it has seen of the device. */
  #own: ReadonlyArray<FileFact> = []
  #seen: Seen = { pulled: 0, pending: [] }
  #isRefreshing = false
  #isAlive = true

  constructor(store: SimLiveStore, device: SessionDevice) {
    this.#store = store
    this.#device = device
    this.refresh()
  }

  /** As LiveStore's `query`, of plain SQL. */
  query(asked: { readonly query: string; readonly bindValues?: Record<string, string | number> }): unknown {
    return this.#database.query(asked.query, asked.bindValues)
  }

  commit(...events: ReadonlyArray<SimEvent>): void {
    if (!this.#isAlive) return
    const facts: Array<FileFact> = []
    for (const event of events) {
      if (event.name === localFileStateSet.name) this.#device.setLocal(event.args.files)
      else if (event.name === localVersionsHeard.name)
        this.#device.changeVersions(hearOfVersions(event.args), true)
      else if (event.name === localVersionsPruned.name)
        this.#device.changeVersions(pruneVersions(event.args), false)
      else if (event.name === deviceDocument.set.name) this.#device.setPaused(event.args.value.paused)
      else facts.push(...factsOf(event))
    }
    if (facts.length === 0) return
    this.unacknowledged.push(...facts)
    this.#own = [...this.#own, ...facts]
    this.#database.run(statementsOf(facts))
    this.#notify()
    this.#device.committed()
  }

  subscribe(_query: unknown, onUpdate: (rows: ReadonlyArray<unknown>) => void): () => void {
    const listener = (): void => {
      const [row] = this.#database.query("SELECT MAX(revision) AS revision FROM files")
      const device = JSON.stringify({ paused: this.#device.isPaused() })
      onUpdate([{ revision: row?.["revision"] ?? null, device }])
    }
    this.#listeners.add(listener)
    listener()
    return () => void this.#listeners.delete(listener)
  }

  syncStatus() {
    const upstream = this.#seen.pulled + this.#seen.pending.length
    return {
      isSynced: this.unacknowledged.length === 0,
      localHead: `e${upstream + this.#own.length}`,
      upstreamHead: `e${upstream}`,
      pendingCount: this.unacknowledged.length,
    }
  }

  /** The device has news: the session gets them in a while, all that there are by then. */
  changed(): void {
    if (this.#isRefreshing || !this.#isAlive) return
    this.#isRefreshing = true
    this.#device.later(() => {
      this.#isRefreshing = false
      if (this.#isAlive) this.refresh()
    })
  }

  refresh(): void {
    const { pulled, pending } = this.#store
    const confirmed = this.#store.facts.slice(this.#seen.pulled, pulled)
    this.#seen = { pulled, pending: [...pending] }
    this.#own = [...this.unacknowledged]
    this.#database.rebase(statementsOf(confirmed), [
      ...statementsOf([...pending, ...this.#own]),
      ...setLocalFileStates(this.#device.allLocal()),
      ...this.#device.heard(),
    ])
    this.#notify()
  }

  /** What this device knows of its files is the same in all its tabs. */
  localChanged(entries: ReadonlyArray<LocalFileEntry>): void {
    if (this.#isAlive) this.#database.run(setLocalFileStates(entries))
  }

  versionsChanged(statements: ReadonlyArray<Statement>): void {
    if (this.#isAlive) this.#database.run(statements)
  }

  pausedChanged(): void {
    if (this.#isAlive) this.#notify()
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }

  /** The tab is gone: what it committed and the backend did not acknowledge is lost. */
  kill(): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    this.#listeners.clear()
    this.#store.close(this)
    // A caller that still asks gets no answer, as of a store that was shut down.
    this.#database.close()
  }
}
