import type { FailureSide, FileSyncErrorInfo } from "../../types/index.js"

/** The error info of a file whose transfer was cancelled. */
export const cancelled: FileSyncErrorInfo = {
  tag: "TransferError",
  reason: "Aborted",
  side: "local",
  message: "The transfer was cancelled.",
}

const sides: Readonly<Record<string, FailureSide>> = { UploadError: "upload", DownloadError: "download" }

/** An error as plain data, for other tabs and for elements; what an error says of ids and names stays out of it. */
export const toErrorInfo = (error: unknown): FileSyncErrorInfo => {
  const { _tag, reason, summary } = (error ?? {}) as { _tag?: unknown; reason?: unknown; summary?: unknown }
  const tag = typeof _tag === "string" ? _tag : "Error"
  return {
    tag,
    reason: typeof reason === "string" ? reason : "Unknown",
    side: sides[tag] ?? "local",
    message: typeof summary === "string" && summary !== "" ? summary : "Something unexpected went wrong.",
  }
}
