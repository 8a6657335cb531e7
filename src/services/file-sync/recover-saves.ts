import { Effect } from "effect"
import type { ConfigError, InvalidFileError, StorageError } from "../../errors/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { contentOf } from "../file-records/content-of.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { fromOutboxSave, Outbox, type OutboxSave } from "../outbox/Outbox.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"
import { isSettled } from "./is-settled.js"
import { LocalIndex } from "../cache/local-index.js"
import { noteFound } from "../cache/note-found.js"
import type { Observers } from "../notifications/observers.js"

/**
 * Finishes what tabs that are gone left behind: saves whose commit LiveStore never kept are committed again. Gives
 * the ids of the files that came back.
 */
export const recoverSaves: Effect.Effect<
  ReadonlyArray<string>,
  StorageError | ConfigError | InvalidFileError,
  FileRecords | LocalFileStorage | Outbox | TabLocks | LocalIndex | TabChannel | Observers
> = Effect.gen(function* () {
  const records = yield* FileRecords
  const local = yield* LocalFileStorage
  const outbox = yield* Outbox
  const locks = yield* TabLocks
  const index = yield* LocalIndex
  const names = lockNames(records.storeId)

  const adopted = yield* outbox.adopt((tabId) => locks.isHeld(names.tab(tabId)))
  if (adopted.length === 0) return []
  // Of several saves of one record, only the last can be what it should be now.
  const left = [...new Map(adopted.map((save) => [save.id, save])).values()]
  const here = yield* local.filesExist(left.map(({ contentHash }) => contentHash))
  const saves = left.filter((_, at) => here[at])
  yield* noteFound(saves.map(({ contentHash }) => contentHash))

  const unknown = saves.filter(({ id }) => records.get(id) === undefined && !records.isDeleted(id))
  yield* records.create(unknown.map(fromOutboxSave), [])
  // Again: before, there was no record whose row could say so.
  yield* index.setPresent(unknown.map(({ contentHash }) => contentHash))
  // Of a record that other devices know with older content, the first says nothing: it is the update that tells.
  const isUpdate = (save: OutboxSave): boolean => unknown.includes(save) && save.previousHash !== null
  const updates = saves.filter((save) => isUpdate(save) || hasLostUpdate(records, save))
  yield* records.update(
    updates.map((save) => ({
      id: save.id,
      content: contentOf(fromOutboxSave(save)),
      name: save.name,
      metadata: save.metadata ?? undefined,
    })),
    [],
  )
  yield* outbox.committed(saves)
  // Bytes that are gone cannot be promised any more; the rest was followed by something newer.
  // By content: a kill between adopting a journal and removing it leaves the same save in two.
  const isKept = (save: OutboxSave): boolean =>
    saves.some(({ id, contentHash }) => id === save.id && contentHash === save.contentHash)
  yield* outbox.settle(adopted.filter((save) => !isKept(save) || isSettled(records, outbox, save)))
  return [...new Set([...unknown, ...updates].map(({ id }) => id))]
})

// The commit was lost: the record has other content, and this one is none that it had before. Told by content, because
// clocks jump; and not by the content before, because commits before it may have been lost as well.
const hasLostUpdate = (records: FileRecords["Type"], { id, contentHash }: OutboxSave): boolean => {
  const record = records.get(id)
  return (
    record !== undefined &&
    record.contentHash !== contentHash &&
    !records.versions(id).some((version) => version.contentHash === contentHash)
  )
}
