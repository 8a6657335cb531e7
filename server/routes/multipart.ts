import type { StoredPart } from "../object-storage.js"
import { type PresenceClaim, presenceClaim } from "../presence-claim.js"
import { HttpProblem } from "../problem.js"
import {
  declaredDigest,
  declaredSizeBytes,
  field,
  hintedType,
  readJson,
  requiredHash,
  requirePlainBody,
} from "./declared-body.js"
import { alreadyThere, goneMeanwhile, storedHeaders } from "./put-file.js"
import type { RouteContext } from "./route-context.js"

/** A list of 10,000 parts with long tags, in bytes. */
const maxCompleteBytes = 4 * 1024 ** 2

/** A 201 with the upload's id and the sizes its parts may have; a 412 when the content is there and `If-None-Match: *` was sent. */
export const beginUpload = async ({
  request,
  route,
  storage,
  limits,
  uploadLifetimeMs,
}: RouteContext): Promise<Response> => {
  if (request.headers.get("If-None-Match")?.trim() === "*") {
    const there = await (await presenceClaim(storage)).there(route.key)
    if (there !== undefined) throw alreadyThere(there)
  }
  const { uploadId } = await storage.multipart.begin(route.key, {
    mimeType: hintedType(request.headers.get("Content-Type")),
  })
  const { maxBodyBytes: maxPartBytes, maxParts } = limits
  const minPartBytes = leastPartBytes(storage, limits)
  return Response.json(
    {
      key: route.key,
      uploadId,
      minPartBytes,
      maxPartBytes,
      maxParts,
      expiresAt: new Date(Date.now() + uploadLifetimeMs).toISOString(),
    },
    { status: 201, headers: { "Cache-Control": "no-store" } },
  )
}

/** A 200 with the part's tag; parts may come in any order, at the same time, and more than once. */
export const putPart = async ({ request, route, storage, limits }: RouteContext): Promise<Response> => {
  requirePlainBody(request.headers)
  if (route.partNumber > limits.maxParts) {
    throw new HttpProblem("TooLarge", `An upload may have ${limits.maxParts} parts.`)
  }
  const sizeBytes = declaredSizeBytes(request.headers, limits.maxBodyBytes)
  if (sizeBytes === 0) throw new HttpProblem("BadRequest", "A part must not be empty.")
  const contentHash = declaredDigest(request.headers)
  const body = request.body ?? new Blob([]).stream()
  const part = await storage.multipart.writePart(route.key, route.uploadId, route.partNumber, body, {
    sizeBytes,
    contentHash,
  })
  if (part === undefined) throw noSuchUpload()
  return Response.json(part, { headers: { ETag: `"${part.etag}"`, "Cache-Control": "no-store" } })
}

/** A 200 with the parts that are stored, in order. */
export const listParts = async ({ route, storage }: RouteContext): Promise<Response> => {
  const parts = await storage.multipart.listParts(route.key, route.uploadId)
  if (parts === undefined) throw noSuchUpload()
  return Response.json(
    { key: route.key, uploadId: route.uploadId, parts },
    { headers: { "Cache-Control": "no-store" } },
  )
}

/**
 * A 201 once the joined parts have the right SHA-256, a 200 when the content was there already (also when this upload
 * was completed before and the answer was lost), a 409 when the parts are not the stored ones, a 400 for wrong bytes.
 */
export const completeUpload = async (context: RouteContext): Promise<Response> => {
  const { request, route, storage, limits } = context
  const body = await readJson(request, maxCompleteBytes)
  const declared = field(body, "contentHash")
  if (declared !== undefined && (typeof declared !== "string" || !/^[0-9a-f]{64}$/.test(declared))) {
    throw new HttpProblem("BadDigest", "contentHash is 64 lower-case hex digits.")
  }
  const contentHash = requiredHash(route.key, declared)
  const stored = await storage.multipart.listParts(route.key, route.uploadId)
  const parts = stored === undefined ? [] : choose(stored, field(body, "parts"))
  limitParts(parts, leastPartBytes(storage, limits), limits.maxObjectBytes)
  const claim = await presenceClaim(storage)
  const outcome = await storage.multipart.complete(route.key, route.uploadId, parts, { contentHash })
  if (outcome === undefined) return completedBefore(context, claim, contentHash)
  const isThere =
    outcome === "created" ? await claim.stored(route.key) : (await claim.there(route.key)) !== undefined
  if (!isThere) throw goneMeanwhile()
  const sizeBytes =
    stored === undefined
      ? ((await storage.head(route.key))?.sizeBytes ?? 0)
      : parts.reduce((sum, part) => sum + part.sizeBytes, 0)
  return Response.json(
    { key: route.key, sizeBytes, contentHash },
    { status: outcome === "created" ? 201 : 200, headers: storedHeaders(contentHash) },
  )
}

/** Always a 204. */
export const abortUpload = async ({ route, storage }: RouteContext): Promise<Response> => {
  await storage.multipart.abort(route.key, route.uploadId)
  return new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } })
}

const noSuchUpload = (): HttpProblem =>
  new HttpProblem("UploadNotFound", "There is no such upload; it was completed, aborted, or has expired.")

const completedBefore = async (
  { route }: RouteContext,
  claim: PresenceClaim,
  contentHash: string,
): Promise<Response> => {
  const object = await claim.there(route.key)
  if (object?.contentHash !== contentHash) throw noSuchUpload()
  return Response.json(
    { key: route.key, sizeBytes: object.sizeBytes, contentHash },
    { status: 200, headers: storedHeaders(contentHash) },
  )
}

/** The stored parts that the client names, which must be 1 to n and carry the tags it was given. */
const choose = (stored: ReadonlyArray<StoredPart>, named: unknown): ReadonlyArray<StoredPart> => {
  if (!Array.isArray(named) || named.length === 0) throw new HttpProblem("BadRequest", "Name the parts.")
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]))
  return named.map((entry: unknown, index) => {
    const part = byNumber.get(index + 1)
    if (
      field(entry, "partNumber") !== index + 1 ||
      part === undefined ||
      field(entry, "etag") !== part.etag
    ) {
      throw new HttpProblem("PartMismatch", `Part ${index + 1} is missing or is not the one that is stored.`)
    }
    return part
  })
}

const leastPartBytes = (storage: RouteContext["storage"], limits: RouteContext["limits"]): number =>
  Math.max(limits.minPartBytes, storage.minPartBytes ?? 0)

const limitParts = (parts: ReadonlyArray<StoredPart>, minPartBytes: number, maxObjectBytes: number): void => {
  if (parts.slice(0, -1).some((part) => part.sizeBytes < minPartBytes)) {
    throw new HttpProblem("BadRequest", `Every part but the last needs ${minPartBytes} bytes.`)
  }
  if (parts.reduce((sum, part) => sum + part.sizeBytes, 0) > maxObjectBytes) {
    throw new HttpProblem("TooLarge", `An object may have ${maxObjectBytes} bytes.`)
  }
}
