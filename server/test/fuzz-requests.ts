import assert from "node:assert/strict"
import * as fc from "fast-check"
import { hashOf } from "./client.js"

/** What may be stored. */
export const contents = ["", "a", "hello", "x".repeat(3000)]
/** Whose folders there are. */
export const tenants = ["acme", "acme2", "secret-tenant"]

const key = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .tuple(fc.constantFrom(...tenants), fc.constantFrom(...contents))
      .map(([tenant, content]) => `${tenant}/${hashOf(content)}`),
  },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.webPath() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "..",
      "%2e%2e/x",
      "%",
      "%zz/a",
      "a//b",
      `acme/${"g".repeat(64)}`,
      "acme/%00/x",
      "\\",
      "acme/",
      "/",
    ),
  },
)
const uploadId = fc.oneof(
  { weight: 8, arbitrary: fc.constant("LAST") },
  { weight: 1, arbitrary: fc.constantFrom("x", "", "../..", "%00") },
  { weight: 1, arbitrary: fc.string() },
)
const query = fc.oneof(
  { weight: 14, arbitrary: fc.constant("") },
  { weight: 4, arbitrary: fc.constant("?uploads") },
  { weight: 2, arbitrary: uploadId.map((id) => `?uploadId=${id === "LAST" ? id : encodeURIComponent(id)}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(uploadId, fc.oneof(fc.constant("1"), fc.nat(5).map(String), fc.string()))
      .map(
        ([id, part]) =>
          `?uploadId=${id === "LAST" ? id : encodeURIComponent(id)}&partNumber=${encodeURIComponent(part)}`,
      ),
  },
  { weight: 1, arbitrary: fc.webQueryParameters().map((text) => `?${text}`) },
)
const path = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(key, query).map(([name, search]) => `/api/files/${name}${search}`) },
  { weight: 3, arbitrary: fc.constantFrom("/api/batch", "/api/batch/get", "/api/sign", "/api/health") },
  { weight: 1, arbitrary: fc.webPath() },
)
const headerValue = fc.oneof(
  fc.constantFrom(
    "*",
    '"x"',
    "bytes=0-1",
    "bytes=-1",
    "bytes=99999-",
    "bytes=a",
    "0",
    "1",
    "5",
    "3000",
    "-1",
    "1e9",
    "99999999999999999999",
    "gzip",
    "text/html",
    "sha-256=:x:",
    "https://app.example",
    "null",
    "cross-site",
  ),
  fc.constantFrom(...contents).map((content) => `"${hashOf(content)}"`),
  fc
    .constantFrom(...contents)
    .map((content) => `sha-256=:${Buffer.from(hashOf(content), "hex").toString("base64")}:`),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) }),
)
const headerName = fc.constantFrom(
  "Range",
  "If-Range",
  "If-Match",
  "If-None-Match",
  "Content-Type",
  "Content-Digest",
  "Content-Encoding",
  "Content-Range",
  "Content-Length",
  "Origin",
  "Sec-Fetch-Site",
  "Accept",
  "X-Anything",
)
const headers = fc.oneof(fc.constant([]), fc.array(fc.tuple(headerName, headerValue), { maxLength: 4 }))
const token = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("everything", "acme") },
  { weight: 1, arbitrary: fc.constantFrom(null, "reader", "wrong") },
)
const body = fc.oneof(
  { weight: 12, arbitrary: fc.constant("CONTENT") },
  { weight: 3, arbitrary: fc.constant("PARTS") },
  { weight: 2, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string() },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.tuple(key, fc.constantFrom(...contents), fc.constantFrom(...contents)), { maxLength: 5 })
      .map((files) => {
        const index = files.map(([name, declared, sent]) => ({
          key: name,
          sizeBytes: sent.length,
          contentHash: hashOf(declared),
          mimeType: "text/html",
        }))
        return `${JSON.stringify({ files: index })}\n${files.map(([, , sent]) => sent).join("")}`
      }),
  },
  { weight: 1, arbitrary: fc.array(key, { maxLength: 5 }).map((keys) => JSON.stringify({ keys })) },
)
/** One request of a run, before it has an address. */
export const step = fc.record({
  method: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom("GET", "HEAD", "PUT", "PUT", "PUT", "POST", "POST", "DELETE") },
    { weight: 1, arbitrary: fc.constantFrom("OPTIONS", "PATCH", "PROPFIND", "put") },
  ),
  path,
  headers,
  token,
  body,
  saysLength: fc.constantFrom(true, true, true, true, false),
})
/** What `step` makes. */
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** `undefined` = the fetch standard has no form for it, so no handler can ever be asked. */
export const toRequest = (
  one: Step,
  lastUpload: { readonly key: string; readonly uploadId: string } | undefined,
  origin = "http://files.example",
): Request | undefined => {
  try {
    let text = one.path
    if (text.includes("uploadId=LAST") && lastUpload !== undefined) {
      const partNumber = /&partNumber=\d+$/.exec(text)?.[0] ?? ""
      text = `/api/files/${lastUpload.key}?uploadId=${lastUpload.uploadId}${partNumber}`
    }
    const requestHeaders = new Headers()
    for (const [name, value] of one.headers) requestHeaders.append(name, value)
    if (one.token !== null) requestHeaders.set("Authorization", `Bearer ${one.token}`)
    const url = new URL(text.startsWith("/") ? `${origin}${text}` : text, origin)
    if (one.method === "GET" || one.method === "HEAD")
      return new Request(url, { method: one.method, headers: requestHeaders })
    let sent = one.body
    if (sent === "CONTENT") sent = contents.find((content) => url.pathname.endsWith(hashOf(content))) ?? "a"
    if (sent === "PARTS") sent = JSON.stringify({ parts: [{ partNumber: 1, etag: hashOf("hello") }] })
    if (one.saysLength) requestHeaders.set("Content-Length", String(new TextEncoder().encode(sent).length))
    return new Request(url, { method: one.method, headers: requestHeaders, body: sent })
  } catch {
    return undefined
  }
}

/** What every answer must be like. */
export const checkAnswer = (request: Request, response: Response, text: string): void => {
  const described = `${request.method} ${request.url} → ${response.status} ${text.slice(0, 200)}`
  assert.ok(response.status < 500 || response.status === 501, described)
  assert.match(response.headers.get("X-Request-Id") ?? "", /^[\da-f-]{36}$/, described)
  assert.match(response.headers.get("Vary") ?? "", /^Origin/, described)
  if (response.status >= 400) {
    assert.equal(response.headers.get("Cache-Control"), "no-store", described)
    assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff", described)
  }
  if (response.status >= 400 && request.method !== "HEAD") {
    assert.equal(response.headers.get("Content-Type"), "application/problem+json", described)
    const problem = JSON.parse(text) as Record<string, unknown>
    assert.equal(problem.status, response.status, described)
    assert.match(String(problem.reason), /^[A-Z]\w+$/, described)
  }
  if (response.status === 206)
    assert.match(response.headers.get("Content-Range") ?? "", /^bytes \d+-\d+\/\d+$/, described)
  if (request.method === "HEAD") assert.equal(text, "", described)
}
