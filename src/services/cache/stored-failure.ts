import type { FileRecord, FileSyncErrorInfo } from "../../types/index.js"
import type { FileFlags } from "../tabs/TabChannel.js"

/** Flags of a file whose transfer has not stopped. */
export const noFailure: Pick<FileFlags, "failedHash" | "failedReason"> = { failedHash: "", failedReason: "" }

/** Flags of a file whose transfer stopped: durable, so that the next session knows it and why. */
export const failureFlags = (contentHash: string, info: FileSyncErrorInfo): typeof noFailure => ({
  failedHash: contentHash,
  failedReason: JSON.stringify(info),
})

/** Whether a transfer of the record's present content stopped. */
export const hasFailed = ({ failedHash }: FileFlags, { contentHash }: FileRecord): boolean =>
  failedHash === contentHash

/** Whether it was an upload that stopped, or found its bytes gone, and was not cancelled. */
export const isUploadFailure = (flags: FileFlags): boolean => {
  const { tag, reason } = storedFailure(flags)
  return tag === "UploadError" || (tag === "StorageError" && reason === "NotFound")
}

/** Whether a download found nothing where a record said that it is. */
export const isLostObject = (flags: FileFlags): boolean => {
  const { tag, reason } = storedFailure(flags)
  return tag === "DownloadError" && reason === "NotFound"
}

/** Whether it stopped because a person cancelled it: not a failure, and never undone automatically. */
export const wasCancelled = (flags: FileFlags): boolean =>
  flags.failedHash !== "" && storedFailure(flags).reason === "Aborted"

/** The stored reason why the transfer stopped. */
export const storedFailure = ({ failedReason }: FileFlags): FileSyncErrorInfo => {
  try {
    return JSON.parse(failedReason) as FileSyncErrorInfo
  } catch {
    return { tag: "TransferError", reason: "Unknown", side: "local", message: failedReason } // Written by another version.
  }
}
