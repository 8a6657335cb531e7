/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { Clock, Effect } from "effect"
import type { StorageError } from "../../errors/index.js"
import { inOrder, JournalState, readLines, toLines } from "./journal-state.js"
import type { Outbox, OutboxEntry, OutboxFact } from "./Outbox.js"

/** The journals of one store as plain text files. */
export interface JournalFiles {
  readonly append: (journal: string, lines: string) => Effect.Effect<void, StorageError>
  readonly truncate: (journal: string) => Effect.Effect<void, StorageError>
  readonly list: Effect.Effect<ReadonlyArray<string>, StorageError>
  readonly read: (journal: string) => Effect.Effect<string, StorageError>
  readonly remove: (journal: string) => Effect.Effect<void, StorageError>
}

/** Not the journal of a tab: it is there once the store was connected to a sync backend. */
const backendMark = "sync-backend"

interface ReadJournal {
  readonly journal: string
  readonly state: JournalState
  readonly torn: number
  readonly foreign: number
}

/** Reads the journals of other tabs. */
const makeJournalReader = (files: JournalFiles, tabId: string) => {
  // A journal that vanished between listing and reading was adopted by another tab.
  const readState = (journal: string): Effect.Effect<ReadJournal, StorageError> =>
    files.read(journal).pipe(
      Effect.catchIf(
        (error) => error.reason === "NotFound",
        () => Effect.succeed(""),
      ),
      Effect.map((text) => {
        const { entries, torn, foreign } = readLines(text)
        return { journal, state: new JournalState().apply(entries), torn, foreign }
      }),
    )
  const othersJournals = Effect.map(files.list, (journals) =>
    journals.filter((journal) => journal !== tabId && journal !== backendMark),
  )
  return { readState, othersJournals }
}

/** Logs the lines of a journal that cannot be read. */
const report = ({ journal, torn, foreign }: ReadJournal) =>
  torn + foreign === 0
    ? Effect.void
    : Effect.annotateLogs(Effect.logWarning("A journal had lines that cannot be read"), {
        journal,
        torn,
        foreign,
      })

const multipartOf = (state: JournalState): ReadonlyArray<OutboxEntry> =>
  [...state.multipart].map(([contentHash, { uploadId, partBytes }]) => ({
    type: "multipart",
    contentHash,
    uploadId,
    partBytes,
  }))

/** The outbox over any journal files; `tabId` names this tab's own. */
export const makeOutbox = (files: JournalFiles, tabId: string): Outbox["Type"] => {
  const state = new JournalState()
  const listeners = new Set<() => void>()
  // One writer at a time: emptying the journal must not overtake an entry that is on its way.
  const writing = Effect.unsafeMakeSemaphore(1)
  const apply = (entries: ReadonlyArray<OutboxEntry>): void => {
    state.apply(entries)
    for (const listener of listeners) listener()
  }
  const append = (entries: ReadonlyArray<OutboxEntry>) =>
    Effect.zipRight(
      files.append(tabId, toLines(entries)),
      Effect.sync(() => apply(entries)),
    )
  const emptyIfNothingIsOpen = Effect.suspend(() => (state.isEmpty ? files.truncate(tabId) : Effect.void))

  // Later than everything this tab knows, also when the clock was set back.
  let lastAt = 0
  const nextAt = Effect.map(Clock.currentTimeMillis, (now) => (lastAt = Math.max(now, lastAt + 1)))
  const stamped = (entry: OutboxEntry): Effect.Effect<OutboxEntry> =>
    entry.type === "save" && entry.at === undefined
      ? Effect.map(nextAt, (at) => ({ ...entry, at }))
      : Effect.succeed(entry)

  const { readState, othersJournals } = makeJournalReader(files, tabId)

  return {
    append: (entries) =>
      Effect.forEach(entries, stamped).pipe(
        Effect.flatMap(append),
        // The end of a multipart upload may have been the last open entry.
        Effect.zipRight(emptyIfNothingIsOpen),
        writing.withPermits(1),
      ),
    keep: (facts, saves) =>
      Effect.gen(function* () {
        const kept: Array<OutboxFact> = []
        for (const fact of facts)
          kept.push({ ...fact, type: "fact", factId: crypto.randomUUID(), at: yield* nextAt })
        const entries = [...(yield* Effect.forEach(saves, stamped)), ...kept]
        yield* saves.length > 0
          ? append(entries)
          : // A full disk must not prevent a deletion.
            Effect.catchAll(append(entries), (error) =>
              Effect.zipRight(
                Effect.logWarning("A change could not be journalled before it was committed", error),
                Effect.sync(() => apply(entries)),
              ),
            )
        return kept.map(({ factId }) => factId)
      }).pipe(writing.withPermits(1)),
    settle: (saves) =>
      Effect.gen(function* () {
        const settled = saves.filter((save) => state.has(save))
        if (settled.length === 0) return
        yield* append(settled.map(({ id, contentHash }) => ({ type: "settled", id, contentHash })))
        yield* emptyIfNothingIsOpen
      }).pipe(writing.withPermits(1)),
    confirm: (factIds) =>
      Effect.gen(function* () {
        const confirmed = factIds.filter((factId) => state.facts.has(factId))
        if (confirmed.length === 0) return
        yield* append([{ type: "confirmed", factIds: confirmed }])
        yield* emptyIfNothingIsOpen
      }).pipe(writing.withPermits(1)),
    open: Effect.sync(() => state.open),
    now: () => state,
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    committed: (saves) => Effect.sync(() => state.commit(saves)),
    isCommitted: (save) => state.isCommitted(save),
    openEverywhere: Effect.gen(function* () {
      const journals = yield* Effect.forEach(yield* othersJournals, readState)
      return [...journals.flatMap(({ state: { open } }) => open), ...state.open]
    }),
    adopt: (isAlive) =>
      Effect.gen(function* () {
        const left: Array<JournalState> = []
        for (const name of yield* othersJournals) {
          if (yield* isAlive(name)) continue
          const journal = yield* readState(name)
          yield* report(journal)
          const open = inOrder([journal.state])
          lastAt = Math.max(lastAt, ...open.map(({ at }) => at ?? 0))
          const multipart = multipartOf(journal.state)
          // This tab's journal is written before the other one is removed: a kill in between leaves both, which say the
          // same.
          if (open.length + multipart.length > 0) yield* append([...open, ...multipart])
          left.push(journal.state)
          // Entries of a newer version are left to that version.
          if (journal.foreign > 0) continue
          // The dead tab's worker may hold the file a moment longer; what stays is adopted again, which changes nothing.
          yield* Effect.ignore(files.remove(name))
        }
        return inOrder(left)
      }).pipe(writing.withPermits(1)),
    otherTabs: othersJournals,
    multipart: Effect.sync(() => state.multipart),
    hasBackend: Effect.map(files.list, (journals) => journals.includes(backendMark)),
    noteBackend: files.append(backendMark, ""),
  }
}
