import { Effect } from "effect"
import type { StorageError } from "../../errors/index.js"
import { fromLines, JournalState, toLines } from "./journal-state.js"
import type { Outbox, OutboxEntry } from "./Outbox.js"

/** The journals of one store as plain text files. */
export interface JournalFiles {
  readonly append: (journal: string, lines: string) => Effect.Effect<void, StorageError>
  readonly truncate: (journal: string) => Effect.Effect<void, StorageError>
  readonly list: Effect.Effect<ReadonlyArray<string>, StorageError>
  readonly read: (journal: string) => Effect.Effect<string, StorageError>
  readonly remove: (journal: string) => Effect.Effect<void, StorageError>
}

/** The outbox over any journal files; `tabId` names this tab's own. */
export const makeOutbox = (files: JournalFiles, tabId: string): Outbox["Type"] => {
  const state = new JournalState()
  // One writer at a time: emptying the journal must not overtake an entry that is on its way.
  const writing = Effect.unsafeMakeSemaphore(1)
  const append = (entries: ReadonlyArray<OutboxEntry>) =>
    Effect.zipRight(
      files.append(tabId, toLines(entries)),
      Effect.sync(() => void state.apply(entries)),
    )
  // A journal that vanished between listing and reading was adopted by another tab.
  const readState = (journal: string) =>
    files.read(journal).pipe(
      Effect.catchIf(
        (error) => error.reason === "NotFound",
        () => Effect.succeed(""),
      ),
      Effect.map((lines) => new JournalState().apply(fromLines(lines))),
    )

  return {
    append: (entries) =>
      append(entries).pipe(
        // The end of an upload in parts may have been the last thing to remember.
        Effect.zipRight(Effect.suspend(() => (state.isEmpty ? files.truncate(tabId) : Effect.void))),
        writing.withPermits(1),
      ),
    settle: (saves) =>
      Effect.gen(function* () {
        const settled = saves.filter((save) => state.has(save))
        if (settled.length === 0) return
        yield* append(settled.map(({ id, contentHash }) => ({ type: "settled", id, contentHash })))
        if (state.isEmpty) yield* files.truncate(tabId)
      }).pipe(writing.withPermits(1)),
    open: Effect.sync(() => state.open),
    committed: (saves) => Effect.sync(() => state.commit(saves)),
    isCommitted: (save) => state.isCommitted(save),
    openEverywhere: Effect.gen(function* () {
      const others = (yield* files.list).filter((journal) => journal !== tabId)
      const states = yield* Effect.forEach(others, readState)
      return [...states.flatMap(({ open }) => open), ...state.open]
    }),
    adopt: (isAlive) =>
      Effect.gen(function* () {
        const adopted: Array<OutboxEntry & { readonly type: "save" }> = []
        for (const journal of yield* files.list) {
          if (journal === tabId || (yield* isAlive(journal))) continue
          const left = yield* readState(journal)
          const multipart = [...left.multipart].map(([contentHash, upload]) => ({
            type: "multipart" as const,
            contentHash,
            uploadId: upload.uploadId,
            partBytes: upload.partBytes,
          }))
          // Ours first, then theirs goes: a kill in between leaves both, which says the same twice.
          if (!left.isEmpty || multipart.length > 0) yield* append([...left.open, ...multipart])
          // The dead tab's worker may hold the file a moment longer; what stays is adopted again and says nothing new.
          yield* Effect.ignore(files.remove(journal))
          adopted.push(...left.open)
        }
        return adopted
      }).pipe(writing.withPermits(1)),
    otherTabs: Effect.map(files.list, (journals) => journals.filter((journal) => journal !== tabId)),
    multipart: Effect.sync(() => state.multipart),
  }
}
