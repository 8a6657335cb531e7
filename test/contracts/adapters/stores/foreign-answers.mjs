/** What stands in a server's place in the foreign-world suite: `answerForeign` answers, or says what to change. */
import { gzipSync } from "node:zlib"

const page = "<!doctype html><title>Welcome</title><p>Please sign in to use this network."
const isBatch = ({ url }) => /\/batch(?:\/get)?$/.test(url)
const html = { "Content-Type": "text/html; charset=utf-8" }
const xml = { "Content-Type": "application/xml" }
const stale =
  "<Error><Code>AccessDenied</Code><Message>Request is not yet valid</Message><RequestId>1</RequestId></Error>"

const redirect = (status) => () => ({ status, headers: { Location: "/sign-in" } })
const dayMs = 24 * 60 * 60 * 1000
const retryAfter = (status, value) => ({
  status,
  headers: { "Retry-After": value(), "Access-Control-Expose-Headers": "Retry-After" },
})
const batchLimitBytes = 1024 * 1024

/** By fault, a function that answers a request, or returns `undefined` to let it pass. */
const answers = {
  "single-page": ({ method }) =>
    method === "GET" || method === "HEAD"
      ? { status: 200, headers: { ...html, ETag: 'W/"2a-18f0c"' }, body: page }
      : { status: 405, headers: html, body: "<h1>405 Not Allowed</h1>" },
  "captive-portal": () => ({ status: 200, headers: html, body: page }),
  "redirect-302": redirect(302),
  "redirect-303": redirect(303),
  "redirect-307": redirect(307),
  "empty-200": () => ({ status: 200 }),
  "error-200": () => ({
    status: 200,
    headers: xml,
    body: "<?xml version='1.0'?><Error><Code>InternalError</Code><Message>Try again</Message></Error>",
  }),
  "json-200": () => ({
    status: 200,
    headers: { "Content-Type": "application/json" },
    body: '{"error":"session expired"}',
  }),
  "not-found-page": () => ({ status: 404, headers: html, body: "<h1>Not Found</h1>" }),
  "not-found-files": ({ url }) =>
    url.endsWith("/health") ? undefined : { status: 404, headers: html, body: "<h1>Not Found</h1>" },
  "precondition-412": () => ({ status: 412, headers: html, body: page }),
  "retry-after": () => retryAfter(503, () => "86400"),
  "retry-after-date": () => retryAfter(429, () => new Date(Date.now() + dayMs).toUTCString()),
  "half-closed": () => ({ status: 200, headers: { "Content-Length": "5000" }, body: "abc", isCut: true }),
  "batch-limit": ({ method, url, headers }) =>
    isBatch({ url }) && method === "POST" && Number(headers["content-length"]) > batchLimitBytes
      ? { status: 413, headers: html, body: "<h1>413 Request Entity Too Large</h1>" }
      : undefined,
  "no-batch": ({ url }) =>
    isBatch({ url }) ? { status: 404, headers: html, body: "<h1>no</h1>" } : undefined,
  "no-head": ({ method }) => (method === "HEAD" ? { status: 405 } : undefined),
  "forbidden-head": ({ method }) => (method === "HEAD" ? { status: 403 } : undefined),
  "clock-skew": ({ url }) =>
    url.includes("X-Amz-Signature") ? { status: 403, headers: xml, body: stale } : undefined,
}

const problem = { "Content-Type": "application/problem+json" }
const missingMembers = (text) =>
  [
    ...JSON.parse(text).keys.map((key) => ({ key, status: 404, sizeBytes: 0, reason: "NotFound" })),
    { end: true },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("")

/** The answer of our server, or of an S3 store, for a file that it does not have yet. */
const notThereYet = ({ method, url, headers }) => {
  if (url.endsWith("/batch/get")) return { status: 200, body: missingMembers }
  if (method !== "GET" && method !== "HEAD") return undefined
  if (url.includes("X-Amz-Signature"))
    return { status: 404, headers: xml, body: "<Error><Code>NoSuchKey</Code></Error>" }
  if (!url.includes("/files/") || url.includes("uploadId=")) return undefined
  if (headers.prefer === "absent=204") return { status: 204 }
  return { status: 404, headers: problem, body: '{"reason":"NotFound"}' }
}
answers["not-there-yet"] = notThereYet

/** Headers that a stripping proxy takes out of answers. */
const stripped = new Set(["etag", "content-length", "accept-ranges"])

/**
 * Answers a page's request in the shape of a fault, and says `true`; `false` = it passes.
 *
 * @param {string | null} fault
 */
export const answerForeign = (fault, incoming, outgoing, seen) => {
  if (fault === null || incoming.url === "/sign-in") {
    if (incoming.url !== "/sign-in") return false
    respond(incoming, outgoing, { status: 200, headers: html, body: page })
    return true
  }
  if (fault === "late-401") return refuseLate(incoming, outgoing, seen)
  const answer = answers[fault]?.(incoming)
  if (answer === undefined) return false
  respond(incoming, outgoing, answer)
  return true
}

const respond = (incoming, outgoing, { status, headers = {}, body = "", isCut = false }) => {
  let asked = ""
  incoming.on("data", (chunk) => {
    if (typeof body === "function") asked += chunk
  })
  incoming.on("end", () => {
    outgoing.writeHead(status, { "Access-Control-Allow-Origin": "*", ...headers })
    const whole = typeof body === "function" ? body(asked) : body
    if (!isCut) return outgoing.end(incoming.method === "HEAD" ? "" : whole)
    outgoing.write(whole, () => outgoing.destroy())
  })
}

/** The first token is refused: at once, and the second time only when the first has long been renewed. */
const refuseLate = (incoming, outgoing, seen) => {
  if (!String(incoming.headers.authorization).endsWith("token-0")) return false
  seen.refusals = (seen.refusals ?? 0) + 1
  setTimeout(() => respond(incoming, outgoing, { status: 401 }), seen.refusals === 1 ? 0 : 500)
  return true
}

/** Request headers as a proxy of this kind passes them on. */
export const foreignRequestHeaders = (fault, rawHeaders) =>
  fault === "stripped"
    ? withoutHeaders(rawHeaders, (name) => name === "range" || name === "if-range")
    : rawHeaders

/** Whether a request breaks off in the middle of its bytes. */
export const isCutUpload = (fault, { method, url }) =>
  fault === "cut-uploads" && (method === "PUT" || url.endsWith("/batch"))

/** Into how many pieces a slow proxy cuts a body, and the pause between two of them in ms. */
export const slowPieces = (fault) => (fault === "slow" ? { count: 40, pauseMs: 5 } : undefined)

/**
 * The answer as a proxy of this kind gives it: `undefined` = as it is, else its headers and a function for its whole body;
 * `half` = only the first half of its body, and then the connection is cut, or silent.
 */
export const foreignAnswer = (fault, incoming, answer) => {
  if (fault === "cut-answers" || fault === "silent")
    return { headers: answer.rawHeaders, half: fault === "silent" ? "silent" : "cut" }
  if (fault === "stripped")
    return { headers: withoutHeaders(answer.rawHeaders, (name) => stripped.has(name)), change: undefined }
  const tagOf = {
    compressed: (tag) => `W/${tag}`,
    "compressed-suffix": (tag) => tag.replace(/"$/, '-gzip"'),
  }[fault]
  const isPacked = tagOf !== undefined && answer.statusCode === 200 && incoming.method !== "HEAD"
  if (!isPacked || !/gzip/.test(incoming.headers["accept-encoding"] ?? "")) return undefined
  const etag = answer.headers.etag
  const headers = [
    ...withoutHeaders(answer.rawHeaders, (name) =>
      ["content-length", "etag", "transfer-encoding"].includes(name),
    ),
    ...(etag === undefined ? [] : ["ETag", tagOf(etag)]),
    "Content-Encoding",
    "gzip",
  ]
  return { headers, change: (body) => gzipSync(body) }
}

const withoutHeaders = (rawHeaders, isLeftOut) =>
  rawHeaders.filter((_, at) => !isLeftOut(rawHeaders[at - (at % 2)].toLowerCase()))
