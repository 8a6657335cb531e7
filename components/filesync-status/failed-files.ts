import type { FileRecord, FileState, FileSyncClient } from "../../src/client/filesync.js"

/** More are counted in the line above; a page of errors helps nobody. */
const maxShown = 5

/** A file that stopped, and what the engine knows about it. */
export interface FailedFile {
  readonly record: FileRecord
  readonly state: FileState
}

/** The newest files that stopped with an error. Reads every record, so ask only when they have changed. */
export const failedFilesOf = (engine: FileSyncClient): ReadonlyArray<FailedFile> => {
  const failed: Array<FailedFile> = []
  for (const record of engine.listFiles()) {
    const state = engine.getFileState(record.id)
    if (state.transfer === "error") failed.push({ record, state })
    if (failed.length === maxShown) break
  }
  return failed
}
