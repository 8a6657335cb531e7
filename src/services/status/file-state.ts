import type { FileRecord, FileState, FileSyncErrorInfo, TransferState } from "../../types/index.js"
import type { TransferSnapshot } from "../tabs/TabChannel.js"

/** The facts a file's state is made of. */
export interface FileFacts {
  readonly record: FileRecord | undefined
  readonly isPresent: boolean
  /** Uploaded; the event that says so is about to be committed. */
  readonly isConfirming: boolean
  readonly hasRemote: boolean
  readonly upload: TransferSnapshot | undefined
  readonly download: TransferSnapshot | undefined
  /** Why it stopped or was cancelled, possibly in an earlier session; `null` = it did not. */
  readonly storedFailure: FileSyncErrorInfo | null
}

const waitingAs = (transfer: TransferSnapshot): TransferState => {
  if (transfer.phase === "failed") return "error"
  if (transfer.kind === "upload") return transfer.phase === "running" ? "uploading" : "queued-upload"
  return transfer.phase === "running" ? "downloading" : "queued-download"
}

const atRest = (facts: FileFacts, isRemote: boolean): TransferState => {
  if (!facts.hasRemote) return "none"
  if (facts.isPresent && isRemote) return "done"
  if (facts.storedFailure !== null) return "error"
  return facts.isPresent ? "queued-upload" : "none"
}

/** The public state of a file, derived from the facts. */
export const toFileState = (facts: FileFacts): FileState => {
  const { record, isPresent } = facts
  const isRemote = record !== undefined && (record.remoteKey !== null || facts.isConfirming)
  const transfer = facts.upload ?? facts.download
  const bytesTotal = transfer?.bytesTotal || (record?.sizeBytes ?? 0)
  if (record === undefined) {
    return {
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
  }
  const state = transfer === undefined || facts.isConfirming ? atRest(facts, isRemote) : waitingAs(transfer)
  const isSettled = state === "done" || (state === "none" && isPresent)
  const bytesDone = isSettled ? bytesTotal : (transfer?.bytesDone ?? 0)
  return {
    transfer: state,
    progress: isSettled ? 1 : bytesTotal === 0 ? 0 : Math.min(1, bytesDone / bytesTotal),
    bytesDone,
    bytesTotal,
    local: isPresent,
    remote: isRemote,
    error: transfer?.error ?? (state === "error" ? facts.storedFailure : null),
    attempt: transfer?.attempt ?? 0,
    nextRetryAt: transfer?.nextRetryAt ?? null,
  }
}
