import { toContentDigest } from "../../src/utils/content-hash.js"
import { evaluateConditions } from "../conditions.js"
import type { ObjectStorage } from "../object-storage.js"
import { HttpProblem } from "../problem.js"
import { noteReuse } from "../reuse-notes.js"
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
  const onlyIfAbsent = headers.get("If-None-Match")?.trim() === "*"
  if (headers.has("If-None-Match") || headers.has("If-Match")) {
    const current = await storage.head(route.key)
    const verdict = evaluateConditions("PUT", headers, current && (current.contentHash ?? current.etag))
    if (verdict === "failed" && !onlyIfAbsent) throw failedCondition()
    if (verdict === "failed") throw await alreadyThere(storage, route.key, contentHash)
  }
  const { outcome } = await storage.write(route.key, request.body ?? new Uint8Array(0), {
    sizeBytes,
    contentHash,
    mimeType: hintedType(headers.get("Content-Type")),
    onlyIfAbsent,
  })
  if (outcome === "already-there") throw await alreadyThere(storage, route.key, contentHash)
  return Response.json(
    { key: route.key, sizeBytes, contentHash },
    { status: outcome === "created" ? 201 : 200, headers: storedHeaders(contentHash) },
  )
}

/** What tells a client which bytes are stored. */
export const storedHeaders = (contentHash: string): Record<string, string> => ({
  ETag: `"${contentHash}"`,
  "Repr-Digest": toContentDigest(contentHash),
  "Cache-Control": "no-store",
})

/** The refusal that an uploader takes for success; the object is noted as used again. */
export const alreadyThere = async (
  storage: ObjectStorage,
  key: string,
  contentHash: string,
): Promise<HttpProblem> => {
  await noteReuse(storage, key)
  return new HttpProblem("AlreadyThere", "The store has this content already.", { ETag: `"${contentHash}"` })
}

const failedCondition = (): HttpProblem =>
  new HttpProblem("PreconditionFailed", "The condition does not hold.")
