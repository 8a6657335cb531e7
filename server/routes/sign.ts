import { isContentHash } from "../../src/utils/content-hash.js"
import { contentHashOfKey } from "../object-key.js"
import type { SignRequest } from "../object-storage.js"
import { presenceClaim } from "../presence-claim.js"
import { HttpProblem, type ProblemReason } from "../problem.js"
import { isUploadId } from "../route.js"
import { field, hintedType, readJson } from "./declared-body.js"
import type { RouteContext } from "./route-context.js"

/** URLs signed in one request: the parts that are in flight, with room. */
const maxSignatures = 100

/** A 200 with one result per request, in order; a 501 when the store's bytes can only go through here. */
export const signRequests = async (context: RouteContext): Promise<Response> => {
  const { request, storage } = context
  if (storage.sign === undefined)
    throw new HttpProblem("NotSupported", "This store gives no URLs of its own.")
  const requests = field(await readJson(request, maxSignatures * 2000), "requests")
  if (!Array.isArray(requests) || requests.length > maxSignatures) {
    throw new HttpProblem("BadRequest", `Ask for up to ${maxSignatures} signatures.`)
  }
  const sign = storage.sign.bind(storage)
  const claim = await presenceClaim(storage)
  const results = await Promise.all(
    requests.map(async (entry: unknown) => {
      const wanted = readSignRequest(entry, context)
      if (typeof wanted === "string") return { status: new HttpProblem(wanted, "").status, reason: wanted }
      // Bytes that go past here are promised by the store alone, so none may begin while their key is being deleted.
      if (wanted.method === "PUT" && !(await claim.mayStore(wanted.key))) {
        return { status: new HttpProblem("Unavailable", "").status, reason: "Unavailable" }
      }
      const signed = await sign(wanted)
      const expiresAt = new Date(Date.now() + wanted.expiresInSeconds * 1000).toISOString()
      return { status: 200, key: wanted.key, method: wanted.method, ...signed, expiresAt }
    }),
  )
  return Response.json({ results }, { headers: { "Cache-Control": "no-store" } })
}

const readSignRequest = (entry: unknown, context: RouteContext): SignRequest | ProblemReason => {
  const { limits, isKey, mayAccess } = context
  const method = field(entry, "method")
  const key = field(entry, "key")
  const sizeBytes = field(entry, "sizeBytes")
  const declared = field(entry, "contentHash")
  const mimeType = field(entry, "mimeType")
  const part = readPart(entry)
  if (method !== "GET" && method !== "PUT") return "BadRequest"
  if (typeof key !== "string" || !isKey(key)) return "BadKey"
  if (!mayAccess(key, method === "GET" ? "read" : "write")) return "Forbidden"
  if (
    part === "bad" ||
    (declared !== undefined && !(typeof declared === "string" && isContentHash(declared)))
  ) {
    return "BadRequest"
  }
  if (method === "PUT") {
    if (typeof sizeBytes !== "number" || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
      return "LengthRequired"
    if (sizeBytes > limits.maxBodyBytes) return "TooLarge"
  }
  const promised = contentHashOfKey(key)
  const isWhole = part === undefined
  if (isWhole && promised !== undefined && declared !== undefined && promised !== declared)
    return "DigestMismatch"
  return {
    method,
    key,
    part,
    contentHash: (declared as string | undefined) ?? (isWhole ? promised : undefined),
    sizeBytes: typeof sizeBytes === "number" ? sizeBytes : undefined,
    mimeType: hintedType(typeof mimeType === "string" ? mimeType : null),
    expiresInSeconds: context.signedUrlSeconds,
  }
}

const readPart = (entry: unknown): SignRequest["part"] | "bad" => {
  const uploadId = field(entry, "uploadId")
  const partNumber = field(entry, "partNumber")
  if (uploadId === undefined && partNumber === undefined) return undefined
  const isPart =
    typeof uploadId === "string" &&
    typeof partNumber === "number" &&
    Number.isInteger(partNumber) &&
    partNumber >= 1 &&
    partNumber <= 10_000 &&
    isUploadId(uploadId)
  return isPart ? { uploadId, partNumber } : "bad"
}
