import { expect } from "@esm-bundle/chai"
import type { RemoteFailureReason } from "../../../../types/index.js"
import { toRemoteFailure } from "./failure.js"

const problem = (reason: string) => JSON.stringify({ reason, title: reason })
const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`

const table: ReadonlyArray<readonly [status: number, body: string, reason: RemoteFailureReason]> = [
  // By status alone: a HEAD, a proxy, a foreign server.
  [0, "", "Offline"],
  [200, xml("InternalError"), "ServerError"],
  [302, "", "NotOurServer"],
  [400, "", "Rejected"],
  [401, "", "Unauthorized"],
  [403, "", "Forbidden"],
  [404, "", "NotOurServer"],
  [405, "", "NotOurServer"],
  [408, "", "Timeout"],
  [409, "", "Rejected"],
  [410, "", "NotOurServer"],
  [411, "", "Rejected"],
  [412, "", "NotOurServer"],
  [412, problem("PreconditionFailed"), "Rejected"],
  [413, "<html>too large</html>", "TooLarge"],
  [415, "", "Rejected"],
  [416, "", "Rejected"],
  [425, "", "ServerError"],
  [429, "", "RateLimited"],
  [431, "", "Rejected"],
  [500, "", "ServerError"],
  [501, "", "NotOurServer"],
  [502, "<html>bad gateway</html>", "ServerError"],
  [503, "", "ServerError"],
  [504, "", "Timeout"],
  [507, "", "QuotaExceeded"],
  [511, "<html>sign in</html>", "NotOurServer"],
  [520, "", "ServerError"],
  [530, "", "ServerError"],
  // By our own protocol's word.
  [400, problem("BadRequest"), "Rejected"],
  [400, problem("BadKey"), "Rejected"],
  [400, problem("BadDigest"), "Rejected"],
  [400, problem("DigestMismatch"), "IntegrityMismatch"],
  [400, problem("Truncated"), "ServerError"],
  [401, problem("Unauthorized"), "Unauthorized"],
  [403, problem("OriginNotAllowed"), "Forbidden"],
  [404, problem("NotFound"), "NotFound"],
  [404, problem("UploadNotFound"), "NotFound"],
  [405, problem("MethodNotAllowed"), "Rejected"],
  [409, problem("PartMismatch"), "Rejected"],
  [413, problem("TooLarge"), "TooLarge"],
  [429, problem("RateLimited"), "RateLimited"],
  [501, problem("NotSupported"), "Rejected"],
  [503, problem("Unavailable"), "ServerError"],
  [507, problem("QuotaExceeded"), "QuotaExceeded"],
  [400, problem("toString"), "Rejected"],
  [400, "null", "Rejected"],
  [500, '{"reason":7}', "ServerError"],
  // By the word of an S3 store.
  [400, xml("BadDigest"), "IntegrityMismatch"],
  [400, xml("XAmzContentSHA256Mismatch"), "IntegrityMismatch"],
  [400, xml("RequestTimeout"), "Timeout"],
  [400, xml("IncompleteBody"), "ServerError"],
  [400, xml("EntityTooLarge"), "TooLarge"],
  [403, xml("AccessDenied"), "Forbidden"],
  [403, xml("QuotaExceeded"), "QuotaExceeded"],
  [403, xml("RequestTimeTooSkewed"), "ServerError"],
  [403, xml("AccessDenied").replace("no", "Request has expired"), "ServerError"],
  [403, xml("AccessDenied").replace("no", "Request is not yet valid"), "ServerError"],
  [404, xml("NoSuchKey"), "NotFound"],
  [409, xml("ConditionalRequestConflict"), "ServerError"],
  [503, xml("SlowDown"), "RateLimited"],
]

describe("toRemoteFailure", () => {
  for (const [status, body, reason] of table) {
    it(`says ${reason} for ${status} ${body}`, () => {
      const failure = toRemoteFailure({ status, body, header: () => null })
      expect(failure.reason).equal(reason)
      expect(failure.status).equal(status)
      expect(failure.retryAfterMs).equal(undefined)
    })
  }

  it("counts a date in Retry-After from the server's own clock", () => {
    const headers = new Headers({
      Date: "Wed, 21 Oct 2015 07:28:00 GMT",
      "Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT",
    })
    const failure = toRemoteFailure({ status: 503, body: "", header: (name) => headers.get(name) })
    expect(failure.retryAfterMs).equal(30_000)
  })
})
