import type { FailureSide } from "../src/client/global-client.js"
import type { Term } from "./localize/strings.js"

const terms: Readonly<Record<string, Term>> = {
  Offline: "errorOffline",
  Timeout: "errorOffline",
  ServerError: "errorServer",
  RateLimited: "errorServer",
  QuotaExceeded: "errorServerFull",
  TooLarge: "errorTooLarge",
  NotFound: "errorNotFound",
  Unauthorized: "errorSignedOut",
  Forbidden: "errorForbidden",
  Rejected: "errorRejected",
  IntegrityMismatch: "errorDamaged",
  Aborted: "errorAborted",
  NotOurServer: "errorAddress",
  Paused: "errorPaused",
  NotStarted: "errorNotStarted",
}

/** Reasons that mean something else by where it failed. */
const termsOfSide: Readonly<Record<FailureSide, Readonly<Record<string, Term>>>> = {
  upload: { NotFound: "errorAddress" },
  download: {},
  local: { QuotaExceeded: "errorQuota" },
}

/** The message key that says what went wrong, from an engine error or its plain form. */
export const termForError = (error: unknown): Term => {
  const reason = reasonOf(error)
  return termsOfSide[sideOf(error)][reason] ?? terms[reason] ?? "errorUnknown"
}

/** The `reason` of an engine error, `"Aborted"` for an abort, else `"Unknown"`. */
export const reasonOf = (error: unknown): string => {
  if (typeof error !== "object" || error === null) return "Unknown"
  if ("reason" in error && typeof error.reason === "string") return error.reason
  return "name" in error && error.name === "AbortError" ? "Aborted" : "Unknown"
}

/** Where it failed; of a thrown error its tag shows that. */
const sideOf = (error: unknown): FailureSide => {
  const { side, tag, _tag } = (error ?? {}) as Partial<Record<"side" | "tag" | "_tag", unknown>>
  if (side === "upload" || side === "download" || side === "local") return side
  const kind = tag ?? _tag
  return kind === "UploadError" ? "upload" : kind === "DownloadError" ? "download" : "local"
}
