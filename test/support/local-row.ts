import type { LocalFileEntry } from "../../src/schema/local-file-state.js"

/** A row of a device's index that says only which content it has of a file. */
export const localRow = (fileId: string, localHash: string): LocalFileEntry => ({
  fileId,
  localHash,
  failedHash: "",
  failedReason: "",
  pinned: false,
  evicted: false,
})
