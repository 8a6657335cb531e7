import { Effect } from "effect"
import type { ConfigError, InvalidFileError, StorageError } from "../../errors/index.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { markPresent } from "../cache/mark-present.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { contentOf } from "../file-records/content-of.js"
import { type FactFile, filesOf } from "../file-records/record-facts.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { Observers } from "../notifications/Observers.js"
import { commitLost } from "../outbox/commit-lost.js"
import { fromOutboxSave, Outbox, type OutboxFact, type OutboxSave } from "../outbox/Outbox.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"
import { isSaveComplete } from "./is-save-complete.js"

/** How long this tab waits for LiveStore to show it what a tab that is gone had committed. */
const catchUpFor = "1 second"

/**
 * Finishes what tabs that are gone left behind: saves and facts that LiveStore never kept are committed again, in the
 * order in which they were made. Gives the ids of the files that came back.
 */
export const recoverSaves: Effect.Effect<
  ReadonlyArray<string>,
  StorageError | ConfigError | InvalidFileError,
  FileRecords | LocalFileStorage | Outbox | TabLocks | PresenceIndex | TabChannel | Observers
> = Effect.gen(function* () {
  const records = yield* FileRecords
  const local = yield* LocalFileStorage
  const outbox = yield* Outbox
  const locks = yield* TabLocks
  const index = yield* PresenceIndex
  const names = lockNames(records.storeId)

  const adopted = yield* outbox.adopt((tabId) => locks.isHeld(names.tab(tabId)))
  if (adopted.length === 0) return []
  const facts = adopted.filter((entry) => entry.type === "fact")
  const saves = adopted.filter((entry) => entry.type === "save")

  const contents = [
    ...new Set([
      ...saves.map(({ contentHash }) => contentHash),
      ...facts.flatMap((fact) => filesOf(fact).flatMap(hashOf)),
    ]),
  ]
  const present = yield* local.filesExist(contents)
  const here = new Set(contents.filter((_, at) => present[at]))
  yield* markPresent([...here])
  const uploaded = new Set(
    facts.filter(({ name }) => name === "v1.FileUploaded").flatMap((fact) => filesOf(fact).flatMap(hashOf)),
  )
  const isRemote = (contentHash: string): boolean =>
    uploaded.has(contentHash) || records.withContent(contentHash).some(({ remoteKey }) => remoteKey !== null)
  const isSomewhere = (file: FactFile): boolean =>
    hashOf(file).every((contentHash) => here.has(contentHash) || isRemote(contentHash))

  yield* catchUp(facts)
  const changed = yield* commitLost(facts, { isSomewhere })
  // Set again: before the commit there was no record whose row could hold it.
  if (changed.length > 0) yield* index.setPresent([...here])
  const created = yield* recoverRecords(saves.filter(({ contentHash }) => here.has(contentHash)))
  // Bytes that are gone cannot be promised any more; the rest was followed by something newer.
  yield* outbox.settle(
    saves.filter((save) => !here.has(save.contentHash) || isSaveComplete(records, outbox, save)),
  )
  return [...new Set([...changed, ...created])]
})

const hashOf = (file: FactFile): ReadonlyArray<string> => {
  const contentHash = file["contentHash"]
  return typeof contentHash === "string" ? [contentHash] : []
}

/**
 * What a tab that is gone committed last may be known to LiveStore's leader and not yet to this tab. Waits for it only
 * when something seems to be lost.
 */
const catchUp = (facts: ReadonlyArray<OutboxFact>) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const seemsLost = (): boolean =>
      facts.some((fact) => filesOf(fact).some((file) => records.standing(fact, file) === "lost"))
    const behind = Math.max(0, ...facts.flatMap(({ position }) => position?.head ?? []))
    const hasSeenAll = (): boolean => (records.log.position()?.head ?? 0) > behind
    if (facts.every(({ position }) => position === null)) return
    yield* Effect.sleep("50 millis").pipe(
      Effect.repeat({ until: () => !seemsLost() || hasSeenAll() }),
      Effect.when(() => seemsLost() && !hasSeenAll()),
      Effect.timeoutOption(catchUpFor),
    )
  })

/** Records that the store does not have, because LiveStore lost or reset its storage; their contents are here. */
const recoverRecords = (saves: ReadonlyArray<OutboxSave>) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const outbox = yield* Outbox
    const index = yield* PresenceIndex
    // Of several saves of one record, only the last can be what it should be now.
    const last = [...new Map(saves.map((save) => [save.id, save])).values()]
    const unknown = last.filter(({ id }) => records.get(id) === undefined && !records.isDeleted(id))
    yield* records.create(unknown.map(fromOutboxSave), [])
    yield* index.setPresent(unknown.map(({ contentHash }) => contentHash))
    // When other devices know a record with older content, its creation proves nothing: the update decides.
    const isUpdate = (save: OutboxSave): boolean => unknown.includes(save) && save.previousHash !== null
    const updates = last.filter((save) => isUpdate(save) || hasLostUpdate(records, save))
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
    return [...unknown, ...updates].map(({ id }) => id)
  })

// For journals of an older version, which held no facts. The commit was lost if the record has other content and never
// had this one before. Decided by content, because clocks jump.
const hasLostUpdate = (records: FileRecords["Type"], { id, contentHash, at }: OutboxSave): boolean => {
  const record = records.get(id)
  return (
    at === undefined &&
    record !== undefined &&
    record.contentHash !== contentHash &&
    !records.versions(id).some((version) => version.contentHash === contentHash)
  )
}
