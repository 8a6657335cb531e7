import type { FileSyncErrorInfo } from "../../types/index.js"

/** What stands for the error of a file whose transfer somebody cancelled. */
export const cancelled: FileSyncErrorInfo = {
  tag: "TransferError",
  reason: "Aborted",
  message: "The transfer was cancelled.",
}

/** An error as plain data, for other tabs and for elements. */
export const toErrorInfo = (error: unknown): FileSyncErrorInfo => {
  const { _tag, reason, message } = (error ?? {}) as { _tag?: unknown; reason?: unknown; message?: unknown }
  return {
    tag: typeof _tag === "string" ? _tag : "Error",
    reason: typeof reason === "string" ? reason : "Unknown",
    message: typeof message === "string" && message !== "" ? message : String(error),
  }
}
