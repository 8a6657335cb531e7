import { Effect } from "effect"
import { InvalidFileError } from "../../errors/index.js"
import type { EditFileOptions, FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { appMetadataOf, mergeMetadata } from "../file-records/record-row.js"
import { Observers } from "../notifications/Observers.js"
import { appEventsOf } from "./app-events.js"
import { checkMetadata, normalizeMimeType, normalizeName } from "./validate.js"

/** Changes of records that move no bytes. */
export const makeEdit = Effect.gen(function* () {
  const records = yield* FileRecords
  const observers = yield* Observers

  const editFile = Effect.fn("FileStorage.editFile")(function* (fileId: string, changes: EditFileOptions) {
    const before = yield* findLive(records, fileId)
    const { name, mimeType, metadata } = yield* Effect.try({
      try: () => check(changes, before),
      catch: (error) => error as InvalidFileError,
    })
    const after: FileRecord = {
      ...before,
      name: name ?? before.name,
      mimeType: mimeType ?? before.mimeType,
      metadata: mergeMetadata(metadata ?? appMetadataOf(before), before.contentMetadata),
    }
    const appEvents = yield* appEventsOf(changes.commit, after)
    const isChanged = name !== undefined || mimeType !== undefined || metadata !== undefined
    if (!isChanged && appEvents.length === 0) return
    yield* records.update(isChanged ? [{ id: fileId, name, mimeType, metadata }] : [], appEvents)
    if (isChanged) observers.emit({ type: "updated", fileId, contentHash: before.contentHash })
  })

  return { editFile }
})

/** Validates the changes and gives those that differ from the record. Throws `InvalidFileError`. */
const check = (changes: EditFileOptions, before: FileRecord) => {
  const { name, mimeType, metadata } = changes ?? {}
  if (name !== undefined && (typeof name !== "string" || name.trim() === ""))
    throw new InvalidFileError({ reason: "InvalidName" })
  const newName = name === undefined ? undefined : normalizeName(name)
  const newType = mimeType === undefined ? undefined : normalizeMimeType(mimeType)
  const newMetadata = metadata === undefined ? undefined : (checkMetadata(metadata, before.name) ?? {})
  return {
    name: newName === before.name ? undefined : newName,
    mimeType: newType === before.mimeType ? undefined : newType,
    metadata: newMetadata,
  }
}
