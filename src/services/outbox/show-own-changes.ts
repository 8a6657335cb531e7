import { Effect } from "effect"
import type { ConfigError, StorageError } from "../../errors/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { filesOf } from "../file-records/record-facts.js"
import { commitLost, isLost, tablesLimit } from "./commit-lost.js"
import { Outbox } from "./Outbox.js"

/** Resolves once this tab's tables show what this device did to these files, as far as that is not confirmed yet. */
export type ShowOwnChanges = (
  fileIds: ReadonlyArray<string>,
) => Effect.Effect<void, ConfigError | StorageError>

/**
 * For whoever decides by the tables that nothing is to be done. LiveStore 0.4.0 may have undone a change in this tab that
 * its log still has: a file whose deletion is undone looks as if it need not be restored, and would be deleted after all.
 */
export const makeShowOwnChanges = Effect.gen(function* () {
  const records = yield* FileRecords
  const outbox = yield* Outbox
  const context = yield* Effect.context<FileRecords | Outbox>()
  const show: ShowOwnChanges = (fileIds) =>
    Effect.gen(function* () {
      const { facts, factsByFile } = outbox.now()
      const changed = new Set(fileIds.filter((fileId) => factsByFile.has(fileId)))
      if (changed.size === 0) return
      yield* records.log.whenTablesAreCurrent(tablesLimit)
      const own = [...facts.values()].filter((fact) => filesOf(fact).some(({ id }) => changed.has(id)))
      if (own.some((fact) => isLost(records, fact)))
        yield* Effect.provide(commitLost(own, { isSomewhere: () => true }), context)
    })
  return show
})
