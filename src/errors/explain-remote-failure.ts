import type { RemoteFailureReason } from "../types/remote-storage-adapter.js"

type Explanation = readonly [why: string, advice?: string]

const explanations: Record<RemoteFailureReason, Explanation> = {
  Offline: ["the remote cannot be reached", "It is tried again when the connection returns."],
  Timeout: ["the remote did not answer in time", "It is tried again."],
  ServerError: ["the remote had an error", "It is tried again."],
  NotOurServer: [
    "this address does not answer as a file server",
    "Is the base URL right, and is there a sign-in page in between? It is tried again.",
  ],
  RateLimited: ["the remote asks to slow down", "It is tried again later."],
  Unauthorized: ["the remote does not know who is asking", "Sign in again, then retry."],
  Forbidden: ["the remote refuses this", "Check the permissions, then retry."],
  NotFound: ["the remote does not have it", "It is tried again once another device has uploaded it."],
  TooLarge: ["the remote does not take files of this size"],
  QuotaExceeded: ["the remote has no space left"],
  Rejected: ["the remote rejected the request"],
  IntegrityMismatch: ["the bytes that arrived are not the expected ones", "It is tried again."],
  Aborted: ["it was cancelled", "Retry to continue."],
  Unknown: ["of an unexpected error"],
}

/** Reasons that mean something else when bytes were to be sent. */
const uploadExplanations: Partial<Record<RemoteFailureReason, Explanation>> = {
  NotFound: ["the server does not know the remote's address", "Check the address of the remote."],
}

/** The words for a remote failure; every remote error says the same thing the same way. */
export const explainRemoteFailure = (
  reason: RemoteFailureReason,
  side: "upload" | "download" = "download",
): { readonly why: string; readonly advice?: string } => {
  const [why, advice] = (side === "upload" ? uploadExplanations[reason] : undefined) ?? explanations[reason]
  return advice === undefined ? { why } : { why, advice }
}
