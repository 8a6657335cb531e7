import { type ForeignAnswer, RemoteFailure, type RemoteFailureReason } from "../../../../types/index.js"
import { isWebPage } from "../../../../utils/answer-proof.js"
import { parseRetryAfter, serverTimeMs } from "./retry-after.js"

/** An answer that is not a success, whichever way the request was sent. */
export interface Refusal {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly body: string
  /** The request was redirected; what came is another address's answer. */
  readonly isRedirected?: boolean
}

/** The failure for an answer that is not a success; the `reason` in the server's answer counts more than the status. */
export const toRemoteFailure = ({ status, header, body }: Refusal): RemoteFailure => {
  const { word, reason } = readRefusal(status, body)
  const foreign = foreignRefusal(status, header, word)
  if (foreign !== undefined) {
    return new RemoteFailure(
      "NotOurServer",
      `This address does not answer as a file server: it answered ${status}. Is the base URL right?`,
      { status, foreign },
    )
  }
  const retryAfterMs = parseRetryAfter(header("Retry-After"), serverTimeMs(header("Date")))
  return new RemoteFailure(reason, `The server answered ${status}${word === undefined ? "" : ` ${word}`}`, {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

/**
 * What refused, when it was not a file server: the protocol's refusals of a path or a method carry a problem document,
 * those of a proxy, an app's own routes or a sign-in page do not. Refusals about authentication or size count whatever
 * they come from.
 */
const foreignRefusal = (
  status: number,
  header: Refusal["header"],
  word: string | undefined,
): ForeignAnswer | undefined => {
  if (word !== undefined || /^application\/problem\+json\b/i.test(header("Content-Type") ?? ""))
    return undefined
  if (status >= 300 && status < 400) return "redirect"
  if (status === 511) return "redirect"
  if (status === 404 || status === 405 || status === 410 || status === 501) return "not-found-page"
  // A 412 would mean that the content is stored, and only the file server can know that.
  if (status === 412) return "other"
  return status === 400 && isWebPage(header) ? "page" : undefined
}

/** What a refusal means: by the `reason` of a problem document, by the `Code` of an S3 store, or by its status. */
export const readRefusal = (
  status: number,
  body: string,
): { readonly word: string | undefined; readonly reason: RemoteFailureReason } => {
  const given = /<Code>\s*(\w+)\s*<\/Code>/.exec(body)?.[1]
  // A presigned URL that is expired or "not valid yet" shows that two clocks differ, not that access is denied.
  const code = given === "AccessDenied" && staleUrl.test(body) ? "RequestExpired" : given
  const word = code ?? problemReason(body)
  const known = (code === undefined ? reasonOfProblem : reasonOfS3Code).get(word ?? "")
  return { word, reason: known ?? reasonOfStatus(status) }
}

const staleUrl = /<Message>\s*Request (?:has expired|is not (?:yet valid|valid yet))/i

/** What a refusal means when only its status is known. */
const reasonOfStatus = (status: number): RemoteFailureReason => {
  if (status === 0) return "Offline"
  // A failure in the body of a success.
  if (status < 400) return "ServerError"
  if (status === 425) return "ServerError"
  if (status === 501 || status === 505) return "Rejected"
  return reasonByStatus.get(status) ?? (status >= 500 ? "ServerError" : "Rejected")
}

/** The failure of an operation whose signal was aborted. */
export const aborted = (cause?: unknown): RemoteFailure =>
  new RemoteFailure("Aborted", "The request was cancelled", { cause })

/** Whether a thrown value is one of ours; by name as well, because a second copy of the package has its own class. */
export const isRemoteFailure = (thrown: unknown): thrown is RemoteFailure =>
  thrown instanceof RemoteFailure || (thrown as { name?: unknown } | null)?.name === "RemoteFailure"

const reasonByStatus: ReadonlyMap<number, RemoteFailureReason> = new Map([
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "NotFound"],
  [408, "Timeout"],
  [410, "NotFound"],
  [413, "TooLarge"],
  [429, "RateLimited"],
  [504, "Timeout"],
  [507, "QuotaExceeded"],
])

/** Reasons of the protocol's problem documents that say more than their status. */
const reasonOfProblem: ReadonlyMap<string, RemoteFailureReason> = new Map([
  ["DigestMismatch", "IntegrityMismatch"],
  ["Truncated", "ServerError"],
])

/** Error codes of S3 that say more than their status: some passing failures come with a 400 or a 409. */
const reasonOfS3Code: ReadonlyMap<string, RemoteFailureReason> = new Map([
  ["BadDigest", "IntegrityMismatch"],
  ["XAmzContentSHA256Mismatch", "IntegrityMismatch"],
  ["XAmzContentChecksumMismatch", "IntegrityMismatch"],
  ["IncompleteBody", "ServerError"],
  ["RequestTimeout", "Timeout"],
  ["ConditionalRequestConflict", "ServerError"],
  ["OperationAborted", "ServerError"],
  ["EntityTooLarge", "TooLarge"],
  ["QuotaExceeded", "QuotaExceeded"],
  ["SlowDown", "RateLimited"],
  // The signer's clock is wrong, or the signature too old: the next signature may be right.
  ["RequestTimeTooSkewed", "ServerError"],
  ["RequestExpired", "ServerError"],
  ["ExpiredToken", "ServerError"],
])

const problemReason = (body: string): string | undefined => {
  try {
    const problem = JSON.parse(body) as { readonly reason?: unknown } | null
    return typeof problem?.reason === "string" ? problem.reason : undefined
  } catch {
    // A proxy's page, or nothing.
    return undefined
  }
}
