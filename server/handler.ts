import { type AccessDecision, mayAccess } from "./access.js"
import { anyOriginHeaders, corsHeaders, judgeOrigin, preflightResponse } from "./cors.js"
import { defaultLimits, defaultUploadLifetimeMs, type FileSyncHandlerOptions } from "./handler-options.js"
import { isContentKey, isPlainKey } from "./object-key.js"
import { HttpProblem, problemResponse } from "./problem.js"
import { parseRoute, permissionFor, type Route } from "./route.js"
import { getBatch } from "./routes/batch-get.js"
import { putBatch } from "./routes/batch-put.js"
import { deleteFile } from "./routes/delete-file.js"
import { getFile } from "./routes/get-file.js"
import { abortUpload, beginUpload, completeUpload, listParts, putPart } from "./routes/multipart.js"
import { putFile } from "./routes/put-file.js"
import type { Operations, RouteContext } from "./routes/route-context.js"
import { getShared, shareFile } from "./routes/share.js"
import { signRequests } from "./routes/sign.js"
import { StorageFailure } from "./object-storage.js"
import { drainUnwantedBody } from "./drain-body.js"

/** The backend as one function; also its own `fetch` member, so it can be a Worker's default export. */
export interface FileSyncHandler {
  (request: Request): Promise<Response>
  readonly fetch: (request: Request) => Promise<Response>
}

/**
 * Serves HTTP protocol v1 over a store: verified writes, ranges, conditions, multipart, batches, signing.
 * Never rejects: every failure is an answer with a reason (`application/problem+json`).
 */
export const createFileSyncHandler = (options: FileSyncHandlerOptions): FileSyncHandler => {
  if (options.shareSecret !== undefined && options.shareSecret.length < minSecretLength) {
    throw new RangeError(`shareSecret needs at least ${minSecretLength} characters`)
  }
  const handle = (request: Request): Promise<Response> => answer(request, options)
  return Object.assign((request: Request) => handle(request), { fetch: handle })
}

/** Shorter secrets can be found by trying all of them, without asking the server. */
const minSecretLength = 16

const operations: Operations = {
  health: async () => new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } }),
  put: putFile,
  get: getFile,
  head: getFile,
  delete: deleteFile,
  "begin-upload": beginUpload,
  "put-part": putPart,
  "list-parts": listParts,
  "complete-upload": completeUpload,
  "abort-upload": abortUpload,
  "batch-put": putBatch,
  "batch-get": getBatch,
  sign: signRequests,
  share: shareFile,
  shared: getShared,
}

/** Refusals of a body before it was read. */
const refusedUnread: ReadonlySet<string> = new Set(["TooLarge", "LengthRequired", "HeadersTooLarge"])

const answer = async (request: Request, options: FileSyncHandlerOptions): Promise<Response> => {
  const startedAt = Date.now()
  const requestId = crypto.randomUUID()
  let found: Route | undefined
  let response: Response
  let problem: HttpProblem | undefined
  let error: unknown
  try {
    if (request.method === "OPTIONS") {
      response = preflightResponse(request, options)
    } else {
      found = parseRoute(request.method, new URL(request.url), options.basePath ?? "")
      response = await serve(request, found, options)
    }
  } catch (thrown) {
    problem = toProblem(thrown)
    // A 501 says what this store cannot do: nothing went wrong.
    if (problem.status >= 500 && problem.status !== 501) error = thrown
    if (!refusedUnread.has(problem.reason)) await drainUnwantedBody(request)
    response = problemResponse(problem, request.method)
  }
  // A page that uses a link may also read why it is refused: the signature is all the permission there is.
  const cors = found?.operation === "shared" ? anyOriginHeaders : corsHeaders(request, options)
  const finished = withCommonHeaders(response, { ...cors, "X-Request-Id": requestId }, request, options)
  writeLog(options, {
    time: new Date(startedAt).toISOString(),
    requestId,
    method: request.method,
    operation: request.method === "OPTIONS" ? "preflight" : (found?.operation ?? "unknown"),
    key: found?.key === "" || problem?.reason === "BadKey" ? undefined : found?.key,
    status: finished.status,
    reason: problem?.reason,
    durationMs: Date.now() - startedAt,
    storage: options.storage.name,
    error,
  })
  return finished
}

const serve = async (request: Request, route: Route, options: FileSyncHandlerOptions): Promise<Response> => {
  const limits = { ...defaultLimits, ...options.limits }
  limitHeaders(request.headers, limits.maxHeaderBytes)
  const isSafe = request.method === "GET" || request.method === "HEAD"
  if (!isSafe && judgeOrigin(request, options) === "foreign") {
    // A cookie must not let another site's page write here with a request that needs no preflight.
    throw new HttpProblem("OriginNotAllowed", "Pages of this origin may not write here.")
  }
  const context: RouteContext = {
    request,
    route,
    storage: options.storage,
    limits,
    resourcePolicy: options.resourcePolicy,
    signedUrlSeconds: options.signedUrlSeconds ?? 900,
    shareSecret: options.shareSecret,
    inUse: options.inUse,
    basePath: options.basePath ?? "",
    uploadLifetimeMs: options.uploadLifetimeMs ?? defaultUploadLifetimeMs,
    mayAccess: () => false,
    isKey: keyRule(options.isKey),
  }
  if (route.operation === "health") return operations.health(context)

  const bare = new Request(request.url, { method: request.method, headers: request.headers })
  // First, so that guessing tokens is limited as well.
  const waitMs = await options.rateLimit?.(bare, { operation: route.operation })
  if (waitMs !== undefined && waitMs > 0) {
    throw new HttpProblem("RateLimited", "Too many requests; wait and try again.", {
      "Retry-After": String(Math.ceil(waitMs / 1000)),
    })
  }
  if (route.operation === "shared") {
    if (!context.isKey(route.key)) throw badKey()
    return operations.shared(context)
  }
  const decision = await options.authorize(bare, { operation: route.operation })
  if (decision.kind === "denied") throw denial(decision)
  const permitted: RouteContext = {
    ...context,
    mayAccess: (key, permission) => mayAccess(decision, permission ?? permissionFor(route.operation), key),
  }
  if (route.key !== "" || new URL(request.url).pathname.includes("/files/")) requireKey(permitted, route.key)
  return operations[route.operation](permitted)
}

/** An app may choose its keys, but among those that no store can misread and that are not the backend's own. */
const keyRule = (appsRule: FileSyncHandlerOptions["isKey"]): ((key: string) => boolean) =>
  appsRule === undefined ? isContentKey : (key) => (isPlainKey(key) || isContentKey(key)) && appsRule(key)

const requireKey = (context: RouteContext, key: string): void => {
  if (!context.isKey(key)) throw badKey()
  if (!context.mayAccess(key)) throw new HttpProblem("Forbidden", "This key is not yours.")
}

const badKey = (): HttpProblem =>
  new HttpProblem("BadKey", "This is not a key: folders, then a content hash.")

const denial = (decision: AccessDecision & { readonly kind: "denied" }): HttpProblem =>
  decision.status === 403
    ? new HttpProblem("Forbidden", "You may not do this.")
    : new HttpProblem("Unauthorized", "A valid token is needed.", { "WWW-Authenticate": "Bearer" })

const limitHeaders = (headers: Headers, maxHeaderBytes: number): void => {
  let total = 0
  headers.forEach((value, name) => {
    total += name.length + value.length
  })
  if (total > maxHeaderBytes) {
    throw new HttpProblem("HeadersTooLarge", `Headers together may have ${maxHeaderBytes} bytes.`)
  }
}

const toProblem = (thrown: unknown): HttpProblem => {
  if (thrown instanceof HttpProblem) return thrown
  if (thrown instanceof StorageFailure) {
    // The store's own words may name buckets and keys, so they stay in the log.
    const sentences = {
      DigestMismatch: "The bytes do not have the declared SHA-256. Nothing was stored.",
      Truncated: "The body ended early or did not have the declared length. Nothing was stored.",
      PartMismatch: "The store does not take these parts; list them again.",
      QuotaExceeded: "The store is full.",
      Unavailable: "The store does not answer; try again.",
    } as const
    return new HttpProblem(
      thrown.reason,
      sentences[thrown.reason],
      thrown.reason === "Unavailable" ? { "Retry-After": "5" } : {},
    )
  }
  return new HttpProblem("ServerError", "Something went wrong here.")
}

const withCommonHeaders = (
  response: Response,
  headers: Readonly<Record<string, string>>,
  request: Request,
  options: FileSyncHandlerOptions,
): Response => {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  if (!response.headers.has("Vary")) response.headers.set("Vary", varyBy(request, options))
  return response
}

/** Request headers that `authorize` may have read, so that a browser's cache gives no user another user's answer. */
const varyBy = (request: Request, { allowHeaders = [] }: FileSyncHandlerOptions): string =>
  ["Origin", "Authorization", ...(request.headers.has("Cookie") ? ["Cookie"] : []), ...allowHeaders].join(
    ", ",
  )

const writeLog: (
  options: FileSyncHandlerOptions,
  entry: Parameters<NonNullable<FileSyncHandlerOptions["log"]>>[0],
) => void = (options, entry) => {
  try {
    options.log?.(entry)
  } catch {
    // A logger that throws must not turn a stored file into a failed upload.
  }
}
