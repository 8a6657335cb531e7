import { Effect } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { Observers } from "../notifications/Observers.js"

/** Deletions, which can be undone for a while. */
export const makeDelete = Effect.gen(function* () {
  const records = yield* FileRecords
  const observers = yield* Observers

  /** All of them or none: nothing is deleted when one id is unknown. */
  const deleteFiles = Effect.fn("FileStorage.deleteFiles")(function* (fileIds: ReadonlyArray<string>) {
    const live = [...new Set(fileIds)].filter((fileId) => !records.isDeleted(fileId))
    yield* Effect.forEach(live, (fileId) => findLive(records, fileId), { discard: true })
    if (live.length === 0) return
    yield* records.remove(live)
    for (const fileId of live) observers.emit({ type: "deleted", fileId })
  })

  return { deleteFiles, deleteFile: (fileId: string) => deleteFiles([fileId]) }
})
