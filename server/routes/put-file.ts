import { toContentDigest } from "../../src/utils/content-hash.js"
import { evaluateConditions } from "../conditions.js"
import { StorageFailure, type StoredObject } from "../object-storage.js"
import { presenceClaim } from "../presence-claim.js"
import { HttpProblem } from "../problem.js"
import {
  declaredDigest,
  declaredSizeBytes,
  hintedType,
  requiredHash,
  requirePlainBody,
} from "./declared-body.js"
import type { RouteContext } from "./route-context.js"

/** Either a 201 (new), a 200 (replaced by the same bytes), or a 412 (already there and `If-None-Match: *` was sent). */
export const putFile = async ({ request, route, storage, limits }: RouteContext): Promise<Response> => {
  const { headers } = request
  requirePlainBody(headers)
  const sizeBytes = declaredSizeBytes(headers, Math.min(limits.maxBodyBytes, limits.maxObjectBytes))
  const contentHash = requiredHash(route.key, declaredDigest(headers))
  const onlyIfAbsent = headers.get("If-None-Match")?.trim() === "*" && !headers.has("If-Match")
  // With `*` the store's own condition decides, in one request.
  if (!onlyIfAbsent && (headers.has("If-None-Match") || headers.has("If-Match"))) {
    const current = await storage.head(route.key)
    const verdict = evaluateConditions("PUT", headers, current && (current.contentHash ?? current.etag))
    if (verdict === "failed") throw new HttpProblem("PreconditionFailed", "The condition does not hold.")
  }
  const claim = await presenceClaim(storage)
  const { outcome } = await storage.write(route.key, request.body ?? new Uint8Array(0), {
    sizeBytes,
    contentHash,
    mimeType: hintedType(headers.get("Content-Type")),
    onlyIfAbsent,
  })
  if (outcome === "already-there") {
    const there = await claim.there(route.key)
    throw there === undefined ? goneMeanwhile() : alreadyThere(there)
  }
  if (!(await claim.stored(route.key))) throw goneMeanwhile()
  return Response.json(
    { key: route.key, sizeBytes, contentHash },
    { status: outcome === "created" ? 201 : 200, headers: storedHeaders(contentHash) },
  )
}

/** The headers that show a client which bytes are stored. */
export const storedHeaders = (contentHash: string): Record<string, string> => ({
  ETag: `"${contentHash}"`,
  "Repr-Digest": toContentDigest(contentHash),
  "Cache-Control": "no-store",
})

/** The refusal that an uploader takes for success; its `ETag` is that of what is there. */
export const alreadyThere = ({ contentHash, etag }: StoredObject): HttpProblem =>
  new HttpProblem("AlreadyThere", "The store has this content already.", {
    ETag: `"${contentHash ?? etag}"`,
    ...(contentHash === undefined ? {} : { "Repr-Digest": toContentDigest(contentHash) }),
  })

/** A garbage collection is deleting what is at the key: no client may be answered that it is there. */
export const goneMeanwhile = (): StorageFailure =>
  new StorageFailure("Unavailable", "the object is being deleted; it can be stored again in a moment")
