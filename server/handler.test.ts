import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { allowAll } from "./access.js"
import { createFileSyncHandler } from "./handler.js"
import type { FileSyncHandlerOptions, RequestLogEntry } from "./handler-options.js"
import { type ObjectStorage, StorageFailure } from "./object-storage.js"
import { hashOf, keyOf, reasonOf } from "./test/client.js"
import { memoryStorage } from "./test/memory-storage.js"

const base = "https://files.example/base"
const key = keyOf("content")

const handlerFor = (options: Partial<FileSyncHandlerOptions> = {}) =>
  createFileSyncHandler({ storage: memoryStorage(), authorize: allowAll, basePath: "/base", ...options })

const put = (headers: Record<string, string> = {}): Request =>
  new Request(`${base}/files/${key}`, {
    method: "PUT",
    body: "content",
    headers: { "Content-Length": "7", ...headers },
  })

/** A store of which every use fails. */
const failing = (error: () => unknown): ObjectStorage =>
  new Proxy({} as ObjectStorage, {
    get: (_, name) => {
      if (name === "name") return "failing"
      return async () => {
        throw error()
      }
    },
  })

describe("createFileSyncHandler", () => {
  it("is a function and its own fetch, as Workers, Deno and Bun want it", async () => {
    const handler = handlerFor()
    assert.equal((await handler(put())).status, 201)
    const { fetch } = handler
    assert.equal((await fetch(put())).status, 200)
  })

  it("answers health without a call to the store or a token", async () => {
    const handler = handlerFor({
      storage: failing(() => new Error("asked")),
      authorize: () => ({ kind: "denied" }),
    })
    assert.equal((await handler(new Request(`${base}/health`))).status, 204)
  })

  it("serves under its base path only", async () => {
    for (const path of ["/health", "/base", "/base2/health", "/BASE/health", "/x/base/health"]) {
      assert.equal((await handlerFor()(new Request(`https://files.example${path}`))).status, 404, path)
    }
  })

  it("says nothing of what went wrong inside, but logs it", async () => {
    const lines: Array<RequestLogEntry> = []
    const handler = handlerFor({
      storage: failing(() => new Error("bucket secret-name is on fire")),
      log: (line) => lines.push(line),
    })
    const answer = await handler(new Request(`${base}/files/${key}`))
    assert.equal(answer.status, 500)
    assert.doesNotMatch(await answer.text(), /secret-name/)
    assert.match(String(lines[0]?.error), /secret-name/)
  })

  it("passes on what the store understands", async () => {
    const table: ReadonlyArray<readonly [reason: StorageFailure["reason"], status: number]> = [
      ["Unavailable", 503],
      ["QuotaExceeded", 507],
      ["Truncated", 400],
      ["DigestMismatch", 400],
      ["PartMismatch", 409],
    ]
    for (const [reason, status] of table) {
      const answer = await handlerFor({ storage: failing(() => new StorageFailure(reason, "secret-name")) })(
        put(),
      )
      assert.equal(answer.status, status)
      if (status === 503) assert.equal(answer.headers.get("Retry-After"), "5")
      const text = await answer.text()
      assert.match(text, new RegExp(`"reason":"${reason}"`))
      assert.doesNotMatch(text, /secret-name/)
    }
  })

  it("writes one line for each request, with neither token nor query", async () => {
    const lines: Array<RequestLogEntry> = []
    const handler = handlerFor({ log: (line) => lines.push(line) })
    const token = { Authorization: "Bearer very-secret" }
    const answers = [
      await handler(put(token)),
      await handler(put({ ...token, "If-None-Match": "*" })),
      await handler(new Request(`${base}/files/${key}?token=very-secret`)),
      await handler(new Request(`${base}/files/very-secret`)),
      await handler(new Request(`${base}/nothing?very-secret`)),
      await handler(new Request(`${base}/health`, { method: "OPTIONS" })),
    ]
    assert.deepEqual(
      lines.map(({ operation, status, reason }) => [operation, status, reason]),
      [
        ["put", 201, undefined],
        ["put", 412, "AlreadyThere"],
        ["get", 200, undefined],
        ["get", 400, "BadKey"],
        ["unknown", 404, "NotFound"],
        ["preflight", 204, undefined],
      ],
    )
    assert.deepEqual(
      lines.map(({ requestId }) => requestId),
      answers.map((answer) => answer.headers.get("X-Request-Id")),
    )
    assert.doesNotMatch(JSON.stringify(lines), /very-secret/)
    assert.equal(lines[0]?.key, key)
    assert.equal(lines[0]?.storage, "memory")
  })

  it("continues when the app's logger throws", async () => {
    const handler = handlerFor({
      log: () => {
        throw new Error("disk full")
      },
    })
    assert.equal((await handler(put())).status, 201)
  })

  it("limits clients that guess tokens as well", async () => {
    const asked: Array<string> = []
    const handler = handlerFor({
      rateLimit: () => (asked.push("limit") > 2 ? 1000 : undefined),
      authorize: () => {
        asked.push("authorize")
        return { kind: "denied" }
      },
    })
    const statuses = []
    for (let round = 0; round < 3; round++) statuses.push((await handler(put())).status)
    assert.deepEqual(statuses, [401, 429, 429])
    assert.deepEqual(asked, ["limit", "authorize", "limit", "limit"])
  })

  it("erases only what no record has, where it can know", async () => {
    const erase = (inUse?: FileSyncHandlerOptions["inUse"]) => {
      const storage = memoryStorage()
      const handler = handlerFor({ storage, ...(inUse === undefined ? {} : { inUse }) })
      const address = `${base}/files/${key}`
      return async () => {
        await handler(put())
        const answer = await handler(new Request(`${address}?erase`, { method: "DELETE" }))
        return [answer.status, storage.objects.size, answer.status === 204 ? "" : await reasonOf(answer)]
      }
    }
    assert.deepEqual(await erase()(), [204, 0, ""])
    assert.deepEqual(await erase(async (asked) => asked !== key)(), [204, 0, ""])
    assert.deepEqual(await erase(async (asked) => asked === key)(), [409, 1, "InUse"])
    const unknown = erase(async () => {
      throw new Error("no log")
    })
    assert.deepEqual(await unknown(), [503, 1, "Unavailable"])
  })

  it("lets a hook slow a client down", async () => {
    const storage = memoryStorage()
    const handler = handlerFor({
      storage,
      rateLimit: (request, { operation }) =>
        operation === "put" && request.headers.get("X-User") === "greedy" ? 1500 : undefined,
    })
    const answer = await handler(put({ "X-User": "greedy" }))
    assert.equal(answer.status, 429)
    assert.equal(answer.headers.get("Retry-After"), "2")
    assert.equal(await reasonOf(answer), "RateLimited")
    assert.equal(storage.objects.size, 0)
    assert.equal((await handler(put())).status, 201)
  })

  it("gives the hook the request without its body, and refuses when the hook fails", async () => {
    const asked: Array<string> = []
    const handler = handlerFor({
      authorize: (request, { operation }) => {
        asked.push(`${operation} ${request.method} ${request.body}`)
        throw new Error("no database")
      },
    })
    assert.equal((await handler(put())).status, 500)
    assert.deepEqual(asked, ["put PUT null"])
  })

  it("gives any origin everything but cookies, when every origin may come", async () => {
    const handler = handlerFor({ allowOrigins: ["*"], allowCredentials: true })
    const answer = await handler(put({ Origin: "https://anything.example" }))
    assert.equal(answer.status, 201)
    assert.equal(answer.headers.get("Access-Control-Allow-Origin"), "*")
    assert.equal(answer.headers.get("Access-Control-Allow-Credentials"), null)
  })

  it("takes no cookies from other sites when every origin may come: a simple POST asks for no preflight", async () => {
    const handler = handlerFor({ allowOrigins: ["*"] })
    const origin = { Origin: "https://evil.example", Cookie: "session=1" }
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await handler(put(headers))).status
    assert.equal(await status(origin), 403)
    assert.equal(await status({ ...origin, "Sec-Fetch-Site": "cross-site" }), 403)
    assert.equal(await status({ ...origin, "Sec-Fetch-Site": "same-origin" }), 201)
    assert.equal(await status({ Origin: "https://files.example", Cookie: "session=1" }), 200)
  })

  it("lets allowed origins send the headers of its options", async () => {
    const handler = handlerFor({ allowOrigins: ["https://app.example"], allowHeaders: ["X-Team", "X-Trace"] })
    const preflight = (origin: string) =>
      handler(new Request(`${base}/files/${key}`, { method: "OPTIONS", headers: { Origin: origin } }))
    const allowed = (await preflight("https://app.example")).headers.get("Access-Control-Allow-Headers")
    assert.match(allowed ?? "", /^Authorization, .*, X-Team, X-Trace$/)
    assert.equal((await preflight("https://evil.example")).headers.get("Access-Control-Allow-Headers"), null)
  })

  it("lets no cache give one user what another user may read", async () => {
    const handler = handlerFor({ allowHeaders: ["X-Team"] })
    await handler(put())
    const varyOf = async (headers: Record<string, string>) =>
      (await handler(new Request(`${base}/files/${key}`, { headers }))).headers.get("Vary")
    assert.equal(await varyOf({}), "Origin, Authorization, X-Team")
    assert.equal(await varyOf({ Cookie: "session=1" }), "Origin, Authorization, Cookie, X-Team")
  })

  it("lets a listed origin send cookies when asked to", async () => {
    const handler = handlerFor({ allowOrigins: ["https://app.example"], allowCredentials: true })
    const answer = await handler(put({ Origin: "https://app.example" }))
    assert.equal(answer.headers.get("Access-Control-Allow-Credentials"), "true")
  })

  it("lets only pages of its own origin embed files without CORS by default", async () => {
    for (const [options, expected] of [
      [{}, "same-origin"],
      [{ resourcePolicy: "same-site" }, "same-site"],
      [{ resourcePolicy: "cross-origin" }, "cross-origin"],
    ] as const) {
      const handler = handlerFor(options)
      await handler(put())
      const url = `${base}/files/${key}`
      for (const request of [
        new Request(url),
        new Request(url, { method: "HEAD" }),
        new Request(url, { headers: { Range: "bytes=0-2" } }),
      ]) {
        const answer = await handler(request)
        assert.ok(answer.ok)
        assert.equal(answer.headers.get("Cross-Origin-Resource-Policy"), expected)
      }
    }
  })

  it("believes the browser about where a request comes from", async () => {
    const origin = { Origin: "https://elsewhere.example" }
    assert.equal((await handlerFor()(put({ ...origin, "Sec-Fetch-Site": "cross-site" }))).status, 403)
    assert.equal((await handlerFor()(put({ ...origin, "Sec-Fetch-Site": "same-site" }))).status, 403)
    assert.equal((await handlerFor()(put({ "Sec-Fetch-Site": "cross-site" }))).status, 403)
    assert.equal((await handlerFor()(put({ ...origin, "Sec-Fetch-Site": "same-origin" }))).status, 201)
    assert.equal(
      (await handlerFor()(put({ Origin: "http://files.example" }))).status,
      201,
      "behind a TLS proxy",
    )
  })

  it("serves keys of the app's own when its options name them", async () => {
    const handler = handlerFor({ isKey: (text) => /^photos\/[a-z]+\.png$/.test(text) })
    const address = `${base}/files/photos/cat.png`
    const send = (headers: Record<string, string>) =>
      handler(
        new Request(address, { method: "PUT", body: "cat", headers: { "Content-Length": "3", ...headers } }),
      )
    assert.equal(await reasonOf(await send({})), "BadDigest")
    const digest = Buffer.from(hashOf("cat"), "hex").toString("base64")
    assert.equal((await send({ "Content-Digest": `sha-256=:${digest}:` })).status, 201)
    const answer = await handler(new Request(address))
    assert.equal(answer.headers.get("ETag"), `"${hashOf("cat")}"`)
    assert.equal((await handler(put())).status, 400)
    const lax = handlerFor({ isKey: () => true })
    for (const escape of [".filesync/uploads/x", "a/.filesync/x", "%2e%2e%2fx", "a%20b", "a//b"]) {
      assert.equal((await lax(new Request(`${base}/files/${escape}`))).status, 400, escape)
    }
  })
})
