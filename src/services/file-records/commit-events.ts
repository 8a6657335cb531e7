import { Effect } from "effect"
import { ConfigError, type InvalidFileError, type StorageError } from "../../errors/index.js"
import { fileEvents } from "../../schema/file-events.js"
import {
  type AttachedStore,
  assertValidEvents,
  decodeEvent,
  encodeEvent,
  type MadeEvent,
} from "./attached-store.js"
import type { QueryRows } from "./change-feed.js"
import type { FactJournal } from "./FileRecords.js"
import {
  filesOf,
  type LoggedEvent,
  type RecordFact,
  type RecordPosition,
  type RecordsView,
} from "./record-facts.js"
import { type StoreLog, storeClosed } from "./StoreLog.js"

/**
 * How long a commit waits while LiveStore changes this tab's tables. A person waits for it; what is committed too early is
 * found when the sync backend confirms it.
 */
const tablesLimit = "1 second"

const ownNames: ReadonlySet<string> = new Set(Object.values(fileEvents).map(({ name }) => name))

/** Names of the synced events about files. */
export const factNames: ReadonlyArray<string> = [...ownNames]

/** What the tables say of a record's past and present. */
export const makeRecordsView = (query: QueryRows): RecordsView => ({
  positionOf: (fileId) =>
    query<RecordPosition>(
      "SELECT contentHash, remoteKey, lostKey, updatedAt, deletedAt FROM files WHERE id = $fileId",
      { fileId },
    )[0],
  hadContent: (fileId, contentHash, until) =>
    query(
      "SELECT 1 FROM fileVersions WHERE fileId = $fileId AND contentHash = $contentHash AND supersededAt >= $until",
      { fileId, contentHash, until },
    ).length > 0,
})

/** Commits to a store: events are validated, and the device's own facts journalled, before the commit. */
export const makeCommit = (
  store: AttachedStore,
  log: StoreLog,
  view: RecordsView,
  fork: (effect: Effect.Effect<void>) => unknown,
) => {
  let journal: FactJournal | undefined

  // Making an event checks its arguments and throws; committing a bad one would shut the store down.
  const make = (events: () => ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<MadeEvent>, ConfigError> =>
    Effect.try({
      try: () => events() as ReadonlyArray<MadeEvent>,
      catch: (cause) =>
        new ConfigError({
          reason: "InvalidOption",
          detail: `a file record cannot be stored: ${String(cause)}`,
        }),
    })

  const toFact = (event: MadeEvent): RecordFact => {
    const logged = encodeEvent(store, event)
    const before: Record<string, RecordPosition> = {}
    for (const { id } of filesOf(logged)) {
      const position = view.positionOf(id)
      if (position !== undefined) before[id] = position
    }
    return { ...logged, before, position: log.position() }
  }

  const ownFacts = (events: ReadonlyArray<MadeEvent>) =>
    Effect.gen(function* () {
      // A store that was shut down goes on taking events, and does nothing with them.
      if (log.progress() === undefined) return yield* storeClosed("it was shut down")
      const own = journal === undefined ? [] : events.filter(({ name }) => ownNames.has(name))
      return yield* Effect.try({ try: () => own.map(toFact), catch: storeClosed })
    })
  const keep = (facts: ReadonlyArray<RecordFact>) =>
    facts.length === 0 || journal === undefined ? Effect.succeed(Effect.void) : journal.keep(facts)
  const intoStore = (events: ReadonlyArray<MadeEvent>) =>
    Effect.try({ try: () => store.commit(...events), catch: storeClosed })

  const commit = (events: () => ReadonlyArray<unknown>): Effect.Effect<void, ConfigError | StorageError> =>
    Effect.gen(function* () {
      yield* log.whenTablesAreCurrent(tablesLimit)
      const made = yield* make(events)
      if (made.length === 0) return
      const takeBack = yield* Effect.flatMap(ownFacts(made), keep)
      yield* log.whenTablesAreCurrent(tablesLimit)
      yield* Effect.tapError(intoStore(made), () => takeBack)
    }).pipe(Effect.uninterruptible)

  /**
   * For events that no caller waits for and that the next start would make again: journalled after the commit, without
   * waiting for the disk.
   */
  const commitFirst = (events: () => ReadonlyArray<unknown>): Effect.Effect<void, ConfigError> =>
    Effect.gen(function* () {
      yield* log.whenTablesAreCurrent(tablesLimit)
      const made = yield* make(events)
      if (made.length === 0) return
      const facts = yield* ownFacts(made)
      yield* intoStore(made)
      fork(Effect.ignore(keep(facts)))
    }).pipe(Effect.uninterruptible)

  /** For client-only events, which are not journalled. */
  const commitLocal = (events: () => ReadonlyArray<unknown>): Effect.Effect<void, ConfigError> =>
    Effect.catchTag(commit(events), "StorageError", () => Effect.void)

  const commitWith = (own: () => ReadonlyArray<unknown>, appEvents: ReadonlyArray<unknown>) =>
    Effect.try({
      try: () => assertValidEvents(store, appEvents),
      catch: (error) => error as InvalidFileError,
    }).pipe(Effect.zipRight(commit(() => [...own(), ...appEvents])))

  return {
    commit,
    commitFirst,
    commitLocal,
    commitWith,
    commitAgain: (events: ReadonlyArray<LoggedEvent>) =>
      commit(() => events.map((event) => decodeEvent(store, event))),
    journalWith: (given: FactJournal) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          journal = given
        }),
        () =>
          Effect.sync(() => {
            journal = undefined
          }),
      ),
  }
}
