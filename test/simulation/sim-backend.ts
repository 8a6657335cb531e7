import { type FileFact, FileTables } from "../../src/services/file-records/record-log.js"

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

  open(): SimSession {
    const session = new SimSession(this)
    this.#sessions.add(session)
    return session
  }

  close(session: SimSession): void {
    this.#sessions.delete(session)
  }

  tablesFor(session: SimSession): FileTables {
    const tables = new FileTables()
    for (const fact of this.#backend.facts.slice(0, this.pulled)) tables.apply(fact)
    for (const fact of this.pending) tables.apply(fact)
    for (const fact of session.unacknowledged) tables.apply(fact)
    return tables
  }

  /** Takes what tabs committed onto disk. */
  acknowledge(): void {
    const took = [...this.#sessions].flatMap((session) => session.unacknowledged.splice(0))
    this.pending.push(...took)
    this.#changed()
    for (const session of this.#sessions) session.acknowledgeNow()
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

/** One tab's view of its device's LiveStore. */
export class SimSession {
  readonly unacknowledged: Array<FileFact> = []
  #tables: FileTables | undefined
  readonly #store: SimLiveStore
  readonly #listeners = new Set<() => void>()
  readonly #waiting = new Set<() => void>()
  #isAlive = true

  constructor(store: SimLiveStore) {
    this.#store = store
  }

  get tables(): FileTables {
    this.#tables ??= this.#store.tablesFor(this)
    return this.#tables
  }

  commit(facts: ReadonlyArray<FileFact>): void {
    if (!this.#isAlive) return
    this.unacknowledged.push(...facts)
    this.changed()
  }

  changed(): void {
    this.#tables = undefined
    if (this.#isAlive) for (const listener of this.#listeners) listener()
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  whenAcknowledged(onAcknowledged: () => void): () => void {
    if (this.unacknowledged.length === 0) queueMicrotask(onAcknowledged)
    else this.#waiting.add(onAcknowledged)
    return () => void this.#waiting.delete(onAcknowledged)
  }

  acknowledgeNow(): void {
    for (const onAcknowledged of this.#waiting) onAcknowledged()
    this.#waiting.clear()
  }

  /** The tab is gone: what it committed and nobody acknowledged is lost. */
  kill(): void {
    this.#isAlive = false
    this.#listeners.clear()
    this.#waiting.clear()
    this.#store.close(this)
  }
}
