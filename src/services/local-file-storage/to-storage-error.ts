import { StorageError, type StorageErrorReason } from "../../errors/index.js"

// Keyed by the name of the DOMException, which is all the platform says; `WorkerError` is the I/O worker's own.
const reasons: Readonly<Record<string, StorageErrorReason>> = {
  QuotaExceededError: "QuotaExceeded",
  NotFoundError: "NotFound",
  NotReadableError: "Changed",
  AbortError: "Aborted",
  NoModificationAllowedError: "Locked",
  InvalidModificationError: "Locked",
  TimeoutError: "Locked",
  SecurityError: "Unavailable",
  NotAllowedError: "Unavailable",
  NotSupportedError: "Unavailable",
  InvalidStateError: "Unavailable",
  WorkerError: "Unavailable",
  TypeMismatchError: "Damaged",
  UnknownError: "Damaged",
  OperationError: "Damaged",
  EncodingError: "Damaged",
  DataError: "Damaged",
}

/** The typed error for a failure of the platform's storage. */
export const toStorageError =
  (operation: string, subject?: string) =>
  (cause: unknown): StorageError => {
    const name = (cause as { readonly name?: unknown } | null)?.name
    const reason = (typeof name === "string" ? reasons[name] : undefined) ?? "Unknown"
    return new StorageError({ reason, operation, subject, cause })
  }
