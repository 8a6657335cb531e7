import type { FileState, SyncStatus, VerifyReport } from "../../src/client/global-client.js"

/** State of a file that does not exist. */
export const nothingKnown: FileState = {
  transfer: "none",
  progress: 0,
  bytesDone: 0,
  bytesTotal: 0,
  local: false,
  remote: false,
  error: null,
  attempt: 0,
  nextRetryAt: null,
}

/** Status of an engine that has nothing to do. */
export const atRest: SyncStatus = {
  state: "idle",
  online: true,
  leader: true,
  paused: false,
  uploading: 0,
  downloading: 0,
  queuedUploads: 0,
  queuedDownloads: 0,
  saving: 0,
  savingBytesDone: 0,
  savingBytesTotal: 0,
  failed: 0,
  cancelled: 0,
  onlyHere: 0,
  unsynced: 0,
  store: "open",
  cause: null,
  nextTryAt: null,
  bytesDone: 0,
  bytesTotal: 0,
  usageBytes: 0,
  quotaBytes: 0,
  persisted: true,
  storage: "opfs",
  hasRemote: true,
}

/** What verifying finds when there is nothing to verify. */
export const nothingFound: VerifyReport = {
  checked: 0,
  missing: [],
  extra: [],
  corrupt: [],
  notUploaded: [],
  orphaned: [],
}
