import { Effect } from "effect"
import type { ConfigError, StorageError } from "../../errors/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { type FactFile, filesOf } from "../file-records/record-facts.js"
import { Outbox, type OutboxFact } from "./Outbox.js"

/**
 * How long tables that are being changed are waited for: longer than LiveStore was seen to take on a busy machine (11 s).
 * A fact that they only seem to contradict would be given up for good.
 */
export const tablesLimit = "15 seconds"

/** What is known about facts that the sync backend has not confirmed. */
export interface LostOptions {
  /** Whether the content that a file of a fact names is still anywhere: no event may name bytes that are nowhere. */
  readonly isSomewhere: (file: FactFile) => boolean
  /** The log was looked through, and no part of LiveStore still has these to send. */
  readonly areNowhere?: boolean
}

/** Whether the tables do not show something of a fact, and nothing that others did explains it. */
export const isLost = (records: FileRecords["Type"], fact: OutboxFact): boolean =>
  filesOf(fact).some((file) => records.standing(fact, file) === "lost")

/**
 * Commits again what the records do not show of these facts, one after the other, in the order in which they were made,
 * and never over what others did since. Gives the ids of the files that came back. Facts that no longer matter are
 * removed from the outbox.
 */
export const commitLost = (
  facts: ReadonlyArray<OutboxFact>,
  { isSomewhere, areNowhere = false }: LostOptions,
): Effect.Effect<ReadonlyArray<string>, ConfigError | StorageError, FileRecords | Outbox> =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const outbox = yield* Outbox
    const came: Array<string> = []
    for (const fact of facts) {
      yield* records.log.whenTablesAreCurrent(tablesLimit)
      if (filesOf(fact).length === 0) {
        // It is about no record, and committing it twice changes nothing.
        if (!areNowhere) continue
        yield* records.commitAgain([fact])
        yield* outbox.confirm([fact.factId])
        continue
      }
      const files = filesOf(fact).map((file) => ({ file, standing: records.standing(fact, file) }))
      const again = files
        .filter(({ standing }) => standing === "lost" || (areNowhere && standing === "current"))
        .flatMap(({ file }) => (isSomewhere(file) ? [file] : []))
      const mayCome = !areNowhere && (fact.position?.head ?? 0) > (records.log.position()?.head ?? 0)
      const isWaiting = files.some(
        ({ standing }) =>
          standing === "current" ||
          standing === "followed" ||
          // A log that ends before the fact was made is being rebuilt: the fact's record may still arrive.
          (standing === "superseded" && mayCome),
      )
      if (again.length === 0 && isWaiting && !areNowhere) continue
      if (again.length > 0) {
        const args = { ...(fact.args as object), files: again }
        const isKnown = yield* records.commitAgain([{ name: fact.name, args }]).pipe(
          Effect.as(true),
          // Written by another version of this package, which has to commit it itself.
          Effect.catchIf(
            (error) => error._tag === "ConfigError" && error.reason === "InvalidOption",
            (error) => Effect.as(Effect.logWarning("A change cannot be made again", error), false),
          ),
        )
        if (!isKnown) continue
        came.push(...again.map(({ id }) => id))
      }
      // The new fact was journalled before this one is removed: a kill in between leaves two equal ones.
      yield* outbox.confirm([fact.factId])
    }
    return [...new Set(came)]
  })
