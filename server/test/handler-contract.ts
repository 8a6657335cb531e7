import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { toContentDigest } from "../../src/utils/content-hash.js"
import type { BackendUnderTest } from "./backend-under-test.js"
import { bytesOf, clientFor, hashOf, keyOf, reasonOf, sendRaw, someBytes } from "./client.js"
import { testLimits } from "./test-options.js"

/** What a store or a runtime cannot do. Default: all of it can be done. */
export interface ContractTraits {
  /** Of many writers at the same moment only one is answered that it was the first. */
  readonly conditionalPut?: boolean
  /** Answers with a streamed body say how long they are. */
  readonly contentLength?: boolean
}

/** What the protocol promises for one object, run against a real server over any store. */
export const handlerContract = (
  name: string,
  start: () => Promise<BackendUnderTest>,
  { conditionalPut = true, contentLength = true }: ContractTraits = {},
): void => {
  describe(`single files (${name})`, () => {
    let backend: BackendUnderTest
    let client: ReturnType<typeof clientFor>
    before(async () => {
      backend = await start()
      client = clientFor(backend.url)
    })
    after(() => backend.stop())

    it("answers health without a token", async () => {
      for (const method of ["GET", "HEAD"]) {
        assert.equal((await client.send("/health", { method, token: null })).status, 204, method)
      }
    })

    it("stores bytes and gives them back with length, tag and digest", async () => {
      const bytes = someBytes(100_000)
      const stored = await client.put(bytes, {
        headers: { "Content-Type": "image/png", "If-None-Match": "*" },
      })
      assert.equal(stored.status, 201)
      assert.deepEqual(await stored.json(), {
        key: keyOf(bytes),
        sizeBytes: 100_000,
        contentHash: hashOf(bytes),
      })
      const answer = await client.send(`/files/${keyOf(bytes)}`)
      assert.equal(answer.status, 200)
      if (contentLength) assert.equal(answer.headers.get("Content-Length"), "100000")
      assert.equal(answer.headers.get("ETag"), `"${hashOf(bytes)}"`)
      assert.equal(answer.headers.get("Content-Digest"), toContentDigest(hashOf(bytes)))
      assert.equal(answer.headers.get("Repr-Digest"), toContentDigest(hashOf(bytes)))
      assert.equal(answer.headers.get("Content-Type"), "image/png")
      assert.match(answer.headers.get("Cache-Control") ?? "", /^private,/)
      assert.deepEqual(await bytesOf(answer), bytes)
    })

    it("stores a file of no bytes", async () => {
      const bytes = new Uint8Array(0)
      assert.equal((await client.put(bytes)).status, 201)
      const answer = await client.send(`/files/${keyOf(bytes)}`)
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get("Content-Length"), "0")
      assert.equal((await bytesOf(answer)).byteLength, 0)
      assert.equal(
        (await client.send(`/files/${keyOf(bytes)}`, { headers: { Range: "bytes=0-" } })).status,
        416,
      )
    })

    it("says that content is already there, and replaces it only when asked without a condition", async () => {
      const bytes = someBytes(500)
      assert.equal((await client.put(bytes)).status, 201)
      const again = await client.put(bytes, { headers: { "If-None-Match": "*" } })
      assert.equal(again.status, 412)
      assert.equal(await reasonOf(again), "AlreadyThere")
      assert.equal((await client.put(bytes)).status, 200)
      assert.equal((await client.put(bytes, { headers: { "If-Match": `"${hashOf("other")}"` } })).status, 412)
      assert.equal((await client.put(bytes, { headers: { "If-Match": `"${hashOf(bytes)}"` } })).status, 200)
    })

    it("refuses bytes that are not the hash in the key, and stores nothing", async () => {
      const key = keyOf(someBytes(10))
      const answer = await client.send(`/files/${key}`, { method: "PUT", body: "something else" })
      assert.equal(answer.status, 400)
      assert.equal(await reasonOf(answer), "DigestMismatch")
      assert.equal((await client.send(`/files/${key}`)).status, 404)
    })

    it("refuses a digest that is not the hash in the key, or not a SHA-256", async () => {
      const bytes = someBytes(10)
      const wrong = await client.put(bytes, {
        headers: { "Content-Digest": toContentDigest(hashOf("other")) },
      })
      assert.equal(await reasonOf(wrong), "DigestMismatch")
      for (const header of ["md5=:AAAA:", "sha-256=:AAAA:", "sha-256=x", ""]) {
        const answer = await client.put(bytes, { headers: { "Content-Digest": header } })
        assert.equal(answer.status, 400, header)
      }
      assert.equal((await client.send(`/files/${keyOf(bytes)}`)).status, 404)
    })

    it("stores nothing of a body that ends early", async () => {
      const bytes = someBytes(50_000)
      const head = `PUT /api/files/${keyOf(bytes)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer everything\r\nContent-Length: 50000\r\n\r\n`
      await sendRaw(backend.url, [head, bytes.subarray(0, 20_000)], { destroy: true })
      await sendRaw(backend.url, [head, bytes.subarray(0, 49_999)], { halfClose: true, untilMs: 500 })
      assert.equal((await client.send(`/files/${keyOf(bytes)}`)).status, 404)
      assert.equal((await client.put(bytes)).status, 201)
    })

    it("wants a length, and refuses one that is too large before it reads", async () => {
      const bytes = someBytes(10)
      const chunked = await sendRaw(backend.url, [
        `PUT /api/files/${keyOf(bytes)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer everything\r\nTransfer-Encoding: chunked\r\n\r\n`,
        "a\r\n0123456789\r\n0\r\n\r\n",
      ])
      assert.match(chunked, /^HTTP\/1.1 411 /)
      const huge = await sendRaw(
        backend.url,
        [
          `PUT /api/files/${keyOf(bytes)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer everything\r\nContent-Length: ${testLimits.maxBodyBytes + 1}\r\n\r\n`,
        ],
        { untilMs: 300 },
      )
      assert.match(huge, /^HTTP\/1.1 413 /)
    })

    it("refuses encoded and partial bodies", async () => {
      const bytes = someBytes(10)
      assert.equal((await client.put(bytes, { headers: { "Content-Encoding": "gzip" } })).status, 415)
      assert.equal((await client.put(bytes, { headers: { "Content-Range": "bytes 0-9/20" } })).status, 400)
      assert.equal((await client.send(`/files/${keyOf(bytes)}`)).status, 404)
    })

    it("serves ranges as RFC 9110 says", async () => {
      const bytes = someBytes(1000)
      await client.put(bytes)
      const table: ReadonlyArray<readonly [range: string, status: number, from: number, to: number]> = [
        ["bytes=0-0", 206, 0, 1],
        ["bytes=10-19", 206, 10, 20],
        ["bytes=990-2000", 206, 990, 1000],
        ["bytes=999-", 206, 999, 1000],
        ["bytes=-1", 206, 999, 1000],
        ["bytes=-5000", 206, 0, 1000],
        ["bytes=0-1,5-6", 200, 0, 1000],
        ["bytes=5-1", 200, 0, 1000],
        ["lines=1-2", 200, 0, 1000],
      ]
      for (const [range, status, from, to] of table) {
        const answer = await client.send(`/files/${keyOf(bytes)}`, { headers: { Range: range } })
        assert.equal(answer.status, status, range)
        if (contentLength) assert.equal(answer.headers.get("Content-Length"), String(to - from), range)
        assert.equal(
          answer.headers.get("Content-Range"),
          status === 206 ? `bytes ${from}-${to - 1}/1000` : null,
        )
        assert.deepEqual(await bytesOf(answer), bytes.slice(from, to), range)
      }
      for (const range of ["bytes=1000-", "bytes=1000-1001", "bytes=-0"]) {
        const answer = await client.send(`/files/${keyOf(bytes)}`, { headers: { Range: range } })
        assert.equal(answer.status, 416, range)
        assert.equal(answer.headers.get("Content-Range"), "bytes */1000")
      }
    })

    it("resumes only the very same bytes", async () => {
      const bytes = someBytes(100)
      await client.put(bytes)
      const resume = (ifRange: string) =>
        client.send(`/files/${keyOf(bytes)}`, { headers: { Range: "bytes=50-", "If-Range": ifRange } })
      assert.equal((await resume(`"${hashOf(bytes)}"`)).status, 206)
      assert.equal((await resume(`"${hashOf("other")}"`)).status, 200)
      assert.equal((await resume(`W/"${hashOf(bytes)}"`)).status, 200)
      assert.equal((await resume("Sun, 06 Nov 1994 08:49:37 GMT")).status, 200)
    })

    it("answers conditions", async () => {
      const bytes = someBytes(100)
      await client.put(bytes)
      const tag = `"${hashOf(bytes)}"`
      const table: ReadonlyArray<readonly [method: string, headers: Record<string, string>, status: number]> =
        [
          ["GET", { "If-None-Match": tag }, 304],
          ["HEAD", { "If-None-Match": tag }, 304],
          ["GET", { "If-None-Match": `"x", W/${tag}` }, 304],
          ["GET", { "If-None-Match": "*" }, 304],
          ["GET", { "If-None-Match": '"x"' }, 200],
          ["GET", { "If-None-Match": tag, Range: "bytes=0-1" }, 304],
          ["GET", { "If-Match": tag }, 200],
          ["GET", { "If-Match": "*" }, 200],
          ["GET", { "If-Match": '"x"' }, 412],
          ["GET", { "If-Match": `W/${tag}` }, 412],
          ["GET", { "If-Match": '"x"', "If-None-Match": tag }, 412],
          ["DELETE", { "If-Match": '"x"' }, 412],
        ]
      for (const [method, headers, status] of table) {
        const answer = await client.send(`/files/${keyOf(bytes)}`, { method, headers })
        assert.equal(answer.status, status, `${method} ${JSON.stringify(headers)}`)
        if (status === 304) assert.equal(answer.headers.get("ETag"), tag)
        await answer.arrayBuffer()
      }
      const absent = `/files/${keyOf("absent")}`
      assert.equal((await client.send(absent, { headers: { "If-Match": "*" } })).status, 412)
      assert.equal((await client.send(absent, { headers: { "If-None-Match": "*" } })).status, 404)
      const quietly = { "If-None-Match": "*", Prefer: "absent=204" }
      const probe = await client.send(absent, { method: "HEAD", headers: quietly })
      assert.equal(probe.status, 204)
      assert.equal(probe.headers.get("Preference-Applied"), "absent=204")
      assert.equal((await client.send(absent, { headers: quietly })).status, 404)
    })

    it("answers HEAD like GET, without the bytes", async () => {
      const bytes = someBytes(1234)
      await client.put(bytes)
      const answer = await client.send(`/files/${keyOf(bytes)}`, {
        method: "HEAD",
        headers: { Range: "bytes=0-1" },
      })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get("Content-Length"), "1234")
      assert.equal(answer.headers.get("Accept-Ranges"), "bytes")
      assert.equal((await bytesOf(answer)).byteLength, 0)
      const absent = await client.send(`/files/${keyOf("absent")}`, { method: "HEAD" })
      assert.equal(absent.status, 404)
      assert.equal(await absent.text(), "")
    })

    it("deletes, and does not mind doing it again", async () => {
      const bytes = someBytes(10)
      await client.put(bytes, { headers: { "Content-Type": "text/plain" } })
      for (let round = 0; round < 2; round++) {
        const answer = await client.send(`/files/${keyOf(bytes)}`, { method: "DELETE" })
        assert.equal(answer.status, 204)
      }
      assert.equal((await client.send(`/files/${keyOf(bytes)}`)).status, 404)
      assert.equal((await client.put(bytes)).status, 201)
    })

    it("lets many writers of one key all succeed, with one of them first", async () => {
      const bytes = someBytes(200_000)
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => client.put(bytes, { headers: { "If-None-Match": "*" } })),
      )
      const stored = answers.filter((answer) => answer.status === 201)
      const refused = answers.filter((answer) => answer.status === 412)
      assert.equal(stored.length + refused.length, 8)
      // A store without conditions takes the same bytes from all who came at the same moment.
      if (conditionalPut) assert.equal(stored.length, 1)
      else assert.ok(stored.length > 0)
      await Promise.all(answers.map((answer) => answer.arrayBuffer()))
      assert.deepEqual(await bytesOf(await client.send(`/files/${keyOf(bytes)}`)), bytes)
    })

    it("keeps right bytes when a writer of wrong ones comes at the same time", async () => {
      const bytes = someBytes(100_000)
      const wrong = bytes.slice()
      wrong[500] = (wrong[500] ?? 0) ^ 1
      const key = keyOf(bytes)
      const answers = await Promise.all(
        [bytes, wrong, bytes, wrong].map((body) => client.send(`/files/${key}`, { method: "PUT", body })),
      )
      assert.deepEqual(
        answers.map((answer) => answer.status >= 400),
        [false, true, false, true],
      )
      assert.deepEqual(await bytesOf(await client.send(`/files/${key}`)), bytes)
    })

    it("stores a large body without holding it", async () => {
      const bytes = someBytes(20 * 1024 ** 2)
      assert.equal((await client.put(bytes)).status, 201)
      const answer = await client.send(`/files/${keyOf(bytes)}`)
      assert.equal(hashOf(await bytesOf(answer)), hashOf(bytes))
    })

    it("gives no presigned URLs when its store has none", async () => {
      const answer = await client.send("/sign", { method: "POST", body: JSON.stringify({ requests: [] }) })
      if (name === "s3") assert.equal(answer.status, 200)
      else assert.equal(await reasonOf(answer), "NotSupported")
    })

    it("answers ten thousand requests on four connections", async () => {
      const request = "GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"
      const answers = await Promise.all(
        Array.from({ length: 4 }, () =>
          sendRaw(backend.url, [request.repeat(2500)], {
            untilMs: 60_000,
            isEnough: (received) => count204(received) === 2500,
          }),
        ),
      )
      assert.deepEqual(answers.map(count204), [2500, 2500, 2500, 2500])
    })
  })
}

const count204 = (received: string): number => received.split("HTTP/1.1 204 ").length - 1
