import { answerByteRange, parseByteRange } from "../../src/utils/byte-range.js"
import { toContentDigest } from "../../src/utils/content-hash.js"
import { servingHeaders } from "../../src/utils/serving-headers.js"
import { evaluateConditions, rangeApplies } from "../conditions.js"
import type { StoredObject } from "../object-storage.js"
import { presenceClaim } from "../presence-claim.js"
import { HttpProblem } from "../problem.js"
import type { RouteContext } from "./route-context.js"

/** A 200, a 206 for a satisfiable range, a 304 or 412 by conditions, a 404, or a 416. HEAD gives the headers alone. */
export const getFile = async (context: RouteContext): Promise<Response> => {
  const { request, route, storage } = context
  const { headers, method } = request
  const asksMore = ["Range", "If-Match", "If-None-Match"].some((name) => headers.has(name))
  if (method === "GET" && !asksMore) {
    const found = await storage.read(route.key)
    if (found === undefined) throw notFound()
    return new Response(found.body, { status: 200, headers: wholeHeaders(context, found.object) })
  }

  // The form in which an uploader asks whether it need send anything: the answer is a promise.
  const isProbe =
    method === "HEAD" && headers.get("If-None-Match")?.trim() === "*" && context.mayAccess(route.key, "write")
  const object = isProbe
    ? await (await presenceClaim(storage)).there(route.key)
    : await storage.head(route.key)
  if (object === undefined) {
    if (isProbe && prefersAbsent204(headers)) return absentResponse()
    if (headers.has("If-Match")) throw new HttpProblem("PreconditionFailed", "There is nothing at this key.")
    throw notFound()
  }
  const verdict = evaluateConditions(method, headers, tagOf(object))
  if (verdict === "failed") throw new HttpProblem("PreconditionFailed", "The condition does not hold.")
  if (verdict === "not-modified")
    return new Response(null, { status: 304, headers: notModifiedHeaders(context, object) })
  if (method === "HEAD") return new Response(null, { status: 200, headers: wholeHeaders(context, object) })

  // RFC 9110 gives Range a meaning for GET only.
  const range = parseByteRange(
    rangeApplies(headers, tagOf(object)) ? headers.get("Range") : null,
    object.sizeBytes,
  )
  const length = answerByteRange(range, object.sizeBytes)
  if (range.kind === "unsatisfiable") {
    throw new HttpProblem("RangeNotSatisfiable", "The file does not have the bytes of this range.", {
      "Content-Range": `bytes */${object.sizeBytes}`,
      "Accept-Ranges": "bytes",
    })
  }
  const found = await storage.read(route.key, range.kind === "part" ? range : undefined)
  if (found === undefined) throw notFound()
  if (range.kind === "whole")
    return new Response(found.body, { status: 200, headers: wholeHeaders(context, object) })
  return new Response(found.body, {
    status: 206,
    headers: { ...fileHeaders(context, object), ...length.headers },
  })
}

const absentPreference = "absent=204"

/** Whether the client prefers 204 to 404: browsers log a 404 as an error, and a probe before a new upload is not an error. */
const prefersAbsent204 = (headers: Headers): boolean =>
  (headers.get("Prefer") ?? "").split(",").some((preference) => preference.trim() === absentPreference)

const absentResponse = (): Response =>
  new Response(null, {
    status: 204,
    headers: { "Preference-Applied": absentPreference, "Cache-Control": "no-store" },
  })

const notFound = (): HttpProblem => new HttpProblem("NotFound", "There is nothing at this key.")

const tagOf = (object: StoredObject): string => object.contentHash ?? object.etag

const fileHeaders = (context: RouteContext, object: StoredObject): Record<string, string> => ({
  ...(context.shown === undefined ? ownHeaders(context, object) : sharedHeaders(context.shown, object)),
  ...(object.contentHash === undefined ? {} : { "Repr-Digest": toContentDigest(object.contentHash) }),
})

const ownHeaders = ({ resourcePolicy }: RouteContext, object: StoredObject): Record<string, string> =>
  servingHeaders({ mimeType: object.mimeType, contentHash: tagOf(object), resourcePolicy })

/** A link may be used by any page, and for as long as it is valid: its signature is all the permission there is. */
const sharedHeaders = (
  { mimeType, name, download, maxAgeSeconds }: NonNullable<RouteContext["shown"]>,
  object: StoredObject,
): Record<string, string> => ({
  ...servingHeaders({ mimeType, name, download, contentHash: tagOf(object), resourcePolicy: "cross-origin" }),
  "Cache-Control": `private, max-age=${maxAgeSeconds}, no-transform`,
})

const wholeHeaders = (context: RouteContext, object: StoredObject): Record<string, string> => ({
  ...fileHeaders(context, object),
  ...answerByteRange({ kind: "whole" }, object.sizeBytes).headers,
  ...(object.contentHash === undefined ? {} : { "Content-Digest": toContentDigest(object.contentHash) }),
})

const notModifiedHeaders = (context: RouteContext, object: StoredObject): Record<string, string> => {
  const names = new Set(["ETag", "Cache-Control", "Repr-Digest"])
  return Object.fromEntries(Object.entries(fileHeaders(context, object)).filter(([name]) => names.has(name)))
}
