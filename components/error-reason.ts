import type { Term } from "./localize/strings.js"

const terms: Readonly<Record<string, Term>> = {
  Offline: "errorOffline",
  Timeout: "errorOffline",
  QuotaExceeded: "errorQuota",
  TooLarge: "errorTooLarge",
  NotFound: "errorNotFound",
  Unauthorized: "errorForbidden",
  Forbidden: "errorForbidden",
  IntegrityMismatch: "errorDamaged",
  Aborted: "errorAborted",
}

/** The sentence that tells a person what went wrong, from an engine error or its plain form. */
export const termForError = (error: unknown): Term => terms[reasonOf(error)] ?? "errorUnknown"

/** The `reason` of an engine error, `"Aborted"` for an abort, else `"Unknown"`. */
export const reasonOf = (error: unknown): string => {
  if (typeof error !== "object" || error === null) return "Unknown"
  if ("reason" in error && typeof error.reason === "string") return error.reason
  return "name" in error && error.name === "AbortError" ? "Aborted" : "Unknown"
}
