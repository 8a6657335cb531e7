import assert from "node:assert/strict"
import { describe, it } from "node:test"
import * as fc from "fast-check"
import { createFileSyncHandler } from "./handler.js"
import type { RequestLogEntry } from "./handler-options.js"
import { isContentKey, reservedPrefix } from "./object-key.js"
import { hashOf } from "./test/client.js"
import { memoryStorage } from "./test/memory-storage.js"
import { testOptions } from "./test/test-options.js"

const contents = ["", "a", "hello", "x".repeat(3000)]
const tenants = ["acme", "acme2", "secret-tenant"]

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
const step = fc.record({
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
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

describe("createFileSyncHandler", () => {
  it("gives a well-formed answer to anything, shows only verified bytes and leaks no foreign key", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const storage = memoryStorage()
        const log: Array<RequestLogEntry> = []
        const handler = createFileSyncHandler({ ...testOptions, storage, log: (entry) => log.push(entry) })
        await handler(put("secret-tenant", "hello"))
        let lastUpload: { readonly key: string; readonly uploadId: string } | undefined
        for (const one of steps) {
          const request = toRequest(one, lastUpload)
          if (request === undefined) continue
          const before = log.length
          const response = await handler(request)
          const text = await response.text()
          checkAnswer(request, response, text)
          assert.equal(log.length, before + 1, "one line for each request")
          assert.equal(log.at(-1)?.error, undefined)
          assert.doesNotMatch(JSON.stringify(log.at(-1)), /everything|Bearer/, "no token in the log")
          if (
            one.token !== "everything" &&
            !request.url.includes("secret-tenant") &&
            !one.body.includes("secret-tenant")
          ) {
            assert.doesNotMatch(text, /secret-tenant/, "no foreign key in an answer")
          }
          if (response.status === 201 && text.includes("uploadId")) {
            lastUpload = JSON.parse(text) as { readonly key: string; readonly uploadId: string }
          }
          for (const [name, { bytes }] of storage.objects) {
            if (name.startsWith(reservedPrefix)) continue
            assert.ok(isContentKey(name), name)
            assert.ok(name.endsWith(hashOf(bytes)), "what is visible is what its key says")
          }
        }
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 400) },
    )
  })
})

const put = (tenant: string, content: string): Request =>
  new Request(`http://files.example/api/files/${tenant}/${hashOf(content)}`, {
    method: "PUT",
    body: content,
    headers: { Authorization: "Bearer everything", "Content-Length": String(content.length) },
  })

/** `undefined` = the fetch standard has no form for it, so no handler can ever be asked. */
const toRequest = (
  one: Step,
  lastUpload: { readonly key: string; readonly uploadId: string } | undefined,
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
    const url = new URL(text.startsWith("/") ? `http://files.example${text}` : text, "http://files.example")
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

const checkAnswer = (request: Request, response: Response, text: string): void => {
  const told = `${request.method} ${request.url} → ${response.status} ${text.slice(0, 200)}`
  assert.ok(response.status < 500 || response.status === 501, told)
  assert.match(response.headers.get("X-Request-Id") ?? "", /^[\da-f-]{36}$/, told)
  if (response.status >= 400 && request.method !== "HEAD") {
    assert.equal(response.headers.get("Content-Type"), "application/problem+json", told)
    const problem = JSON.parse(text) as Record<string, unknown>
    assert.equal(problem.status, response.status, told)
    assert.match(String(problem.reason), /^[A-Z]\w+$/, told)
  }
  if (response.status === 206)
    assert.match(response.headers.get("Content-Range") ?? "", /^bytes \d+-\d+\/\d+$/, told)
  if (request.method === "HEAD") assert.equal(text, "", told)
}
