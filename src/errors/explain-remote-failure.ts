import type { RemoteFailureReason } from "../types/remote-storage-adapter.js"

const explanations: Record<RemoteFailureReason, readonly [why: string, advice?: string]> = {
  Offline: ["the remote cannot be reached", "It is tried again when the connection returns."],
  Timeout: ["the remote did not answer in time", "It is tried again."],
  ServerError: ["the remote had an error", "It is tried again."],
  RateLimited: ["the remote asks to slow down", "It is tried again later."],
  Unauthorized: ["the remote does not know who is asking", "Sign in again, then retry."],
  Forbidden: ["the remote refuses this", "Check the permissions, then retry."],
  NotFound: ["the remote does not have it", "Retry once another device has uploaded it."],
  TooLarge: ["the remote does not take files of this size"],
  QuotaExceeded: ["the remote has no space left"],
  Rejected: ["the remote rejected the request"],
  IntegrityMismatch: ["the bytes that arrived are not the expected ones", "It is tried again."],
  Aborted: ["it was cancelled", "Retry to continue."],
  Unknown: ["of an unexpected error"],
}

/** The words for a remote failure; every remote error says the same thing the same way. */
export const explainRemoteFailure = (
  reason: RemoteFailureReason,
): { readonly why: string; readonly advice?: string } => {
  const [why, advice] = explanations[reason]
  return advice === undefined ? { why } : { why, advice }
}
