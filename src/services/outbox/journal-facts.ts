import { Effect, FiberRef, Layer } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { Outbox, type OutboxSave } from "./Outbox.js"

const accompanying = FiberRef.unsafeMake<ReadonlyArray<OutboxSave>>([])

/** Commits new content after journalling its saves together with the facts of the commit. */
export const withSaves = <A, E, R>(commit: Effect.Effect<A, E, R>, saves: ReadonlyArray<OutboxSave>) =>
  Effect.locally(commit, accompanying, saves)

/** Writes every synced event about files to the outbox before it is committed. */
export const layerFactJournal = Layer.scopedDiscard(
  Effect.gen(function* () {
    const records = yield* FileRecords
    const outbox = yield* Outbox
    yield* records.journalWith({
      keep: (facts) =>
        Effect.flatMap(FiberRef.get(accompanying), (saves) =>
          Effect.map(outbox.keep(facts, saves), (factIds) => Effect.ignore(outbox.confirm(factIds))),
        ),
    })
  }),
)
