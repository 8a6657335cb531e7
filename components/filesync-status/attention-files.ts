import type { FileRecord, FileState, FileSyncClient } from "../../src/client/global-client.js"

/** Further files are only counted: a page full of errors does not help. */
const maxShown = 20

/** A file that stopped, and what the engine knows about it. */
export interface StoppedFile {
  readonly record: FileRecord
  readonly state: FileState
}

/** The newest files that stopped, failed or cancelled. Reads every record, so ask only when they have changed. */
export const stoppedFilesOf = (engine: FileSyncClient): ReadonlyArray<StoppedFile> => {
  const stopped: Array<StoppedFile> = []
  for (const record of engine.listFiles()) {
    const state = engine.getFileState(record.id)
    if (state.transfer === "error") stopped.push({ record, state })
    if (stopped.length === maxShown) break
  }
  return stopped
}
