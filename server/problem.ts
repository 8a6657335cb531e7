/** Why a request was refused; clients decide by this reason, never by the sentence. `PROTOCOL.md` lists them. */
export type ProblemReason =
  | "BadRequest"
  | "BadKey"
  | "BadDigest"
  | "DigestMismatch"
  | "Truncated"
  | "Unauthorized"
  | "Forbidden"
  | "OriginNotAllowed"
  | "NotFound"
  | "UploadNotFound"
  | "MethodNotAllowed"
  | "PartMismatch"
  | "InUse"
  | "LengthRequired"
  | "AlreadyThere"
  | "PreconditionFailed"
  | "TooLarge"
  | "UnsupportedEncoding"
  | "RangeNotSatisfiable"
  | "RateLimited"
  | "HeadersTooLarge"
  | "ServerError"
  | "NotSupported"
  | "Unavailable"
  | "QuotaExceeded"

const statusOf: Readonly<Record<ProblemReason, number>> = {
  BadRequest: 400,
  BadKey: 400,
  BadDigest: 400,
  DigestMismatch: 400,
  Truncated: 400,
  Unauthorized: 401,
  Forbidden: 403,
  OriginNotAllowed: 403,
  NotFound: 404,
  UploadNotFound: 404,
  MethodNotAllowed: 405,
  PartMismatch: 409,
  InUse: 409,
  LengthRequired: 411,
  AlreadyThere: 412,
  PreconditionFailed: 412,
  TooLarge: 413,
  UnsupportedEncoding: 415,
  RangeNotSatisfiable: 416,
  RateLimited: 429,
  HeadersTooLarge: 431,
  ServerError: 500,
  NotSupported: 501,
  Unavailable: 503,
  QuotaExceeded: 507,
}

/** A refusal with a reason; thrown anywhere below the handler, which turns it into an answer. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem"
  readonly reason: ProblemReason
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  constructor(reason: ProblemReason, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail)
    this.reason = reason
    this.status = statusOf[reason]
    this.headers = headers
  }
}

/** What a problem looks like on the wire (RFC 9457). */
const problemBody = (problem: HttpProblem): Record<string, unknown> => ({
  type: `urn:livestore-filesync:problem:${problem.reason}`,
  title: problem.reason,
  status: problem.status,
  detail: problem.message,
  reason: problem.reason,
})

/** The answer for a problem; a HEAD gets no body. */
export const problemResponse = (problem: HttpProblem, method: string): Response =>
  new Response(method === "HEAD" ? null : JSON.stringify(problemBody(problem)), {
    status: problem.status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...problem.headers,
    },
  })
