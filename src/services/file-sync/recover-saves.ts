import { Effect } from "effect"
import type { ConfigError, InvalidFileError, StorageError } from "../../errors/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { fromOutboxSave, Outbox, type OutboxSave } from "../outbox/Outbox.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"
import { LocalIndex } from "./local-index.js"

/**
 * Finishes what tabs that are gone left behind: saves whose commit LiveStore never kept are committed again. Gives
 * the ids of the files that came back.
 */
export const recoverSaves: Effect.Effect<
  ReadonlyArray<string>,
  StorageError | ConfigError | InvalidFileError,
  FileRecords | LocalFileStorage | Outbox | TabLocks | LocalIndex
> = Effect.gen(function* () {
  const records = yield* FileRecords
  const local = yield* LocalFileStorage
  const outbox = yield* Outbox
  const locks = yield* TabLocks
  const index = yield* LocalIndex
  const names = lockNames(records.storeId)

  const left = yield* outbox.adopt((tabId) => locks.isHeld(names.tab(tabId)))
  if (left.length === 0) return []
  const here = yield* local.filesExist(left.map(({ contentHash }) => contentHash))
  const saves = left.filter((_, at) => here[at])
  yield* index.setPresent(saves.map(({ contentHash }) => contentHash))
  // Bytes that are gone cannot be promised any more; what is settled otherwise was finished before the kill.
  const lost = left.filter((_, at) => !here[at])
  yield* outbox.settle([...lost, ...saves.filter((save) => isSettled(records, save))])

  const unknown = saves.filter(({ id }) => records.get(id) === undefined && !records.isDeleted(id))
  const newest = [...new Map(unknown.map((save) => [save.id, save])).values()]
  yield* records.create(newest.map(fromOutboxSave), [])
  const updates = saves.filter((save) => save.isUpdate && isNewerThanRecord(records, save))
  yield* records.update(
    updates.map(({ id, contentHash, mimeType, sizeBytes, path, name, metadata }) => ({
      id,
      content: { contentHash, mimeType, sizeBytes, path },
      name,
      metadata: metadata ?? undefined,
    })),
    [],
  )
  return [...new Set([...newest, ...updates].map(({ id }) => id))]
})

/** Whether a journalled save needs its protection no longer: deleted, uploaded, or followed by newer content. */
export const isSettled = (records: FileRecords["Type"], save: OutboxSave): boolean => {
  const record = records.get(save.id)
  if (record === undefined) return records.isDeleted(save.id)
  if (record.contentHash === save.contentHash) return record.remoteKey !== null
  return !isNewerThanRecord(records, save)
}

// The commit of this content was lost: the record still is what it was before the save.
const isNewerThanRecord = (records: FileRecords["Type"], save: OutboxSave): boolean => {
  const record = records.get(save.id)
  return (
    record !== undefined &&
    record.contentHash !== save.contentHash &&
    record.updatedAt.getTime() < save.createdAt
  )
}
