import { RemoteFailure, type RemoteFailureReason } from "../../../../types/index.js"

const reasonOf = (status: number): RemoteFailureReason => {
  if (status === 401) return "Unauthorized"
  if (status === 403) return "Forbidden"
  if (status === 404 || status === 410) return "NotFound"
  if (status === 408) return "Timeout"
  if (status === 413) return "TooLarge"
  if (status === 429) return "RateLimited"
  if (status === 507) return "QuotaExceeded"
  if (status >= 500) return "ServerError"
  return "Rejected"
}

/** `Retry-After` in milliseconds: seconds or an HTTP date; `undefined` when there is none to understand. */
export const parseRetryAfter = (header: string | null, now: number): number | undefined => {
  if (header === null || header.trim() === "") return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** The failure for an answer that is not a success. `digestRefused`: the server saw other bytes than were announced. */
export const toRemoteFailure = (answer: {
  readonly status: number
  readonly retryAfter: string | null
  readonly digestRefused?: boolean
}): RemoteFailure => {
  const reason = answer.digestRefused ? "IntegrityMismatch" : reasonOf(answer.status)
  const retryAfterMs = parseRetryAfter(answer.retryAfter, Date.now())
  return new RemoteFailure(reason, `The server answered ${answer.status}`, {
    status: answer.status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}
