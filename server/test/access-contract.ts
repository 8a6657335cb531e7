import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { BackendUnderTest } from "./backend-under-test.js"
import { clientFor, hashOf, keyOf, reasonOf, sendRaw, someBytes } from "./client.js"
import { testOrigin } from "./test-options.js"

/** What the protocol promises about who gets in, run against a real server over any store. */
export const accessContract = (name: string, start: () => Promise<BackendUnderTest>): void => {
  describe(`access (${name})`, () => {
    let backend: BackendUnderTest
    let client: ReturnType<typeof clientFor>
    before(async () => {
      backend = await start()
      client = clientFor(backend.url)
    })
    after(() => backend.stop())

    it("distinguishes a missing or wrong token from a token for something else", async () => {
      const bytes = someBytes(10)
      const path = `/files/${keyOf(bytes)}`
      const table: ReadonlyArray<readonly [token: string | null, status: number]> = [
        [null, 401],
        ["wrong", 401],
        ["everythin", 401],
        ["everything2", 401],
        ["barred", 403],
        ["nothing", 403],
        ["empty-prefix", 403],
        ["everything", 404],
        ["acme", 404],
        ["reader", 404],
      ]
      for (const [token, status] of table) {
        const answer = await client.send(path, { token })
        assert.equal(answer.status, status, String(token))
        if (status === 401) assert.equal(answer.headers.get("WWW-Authenticate"), "Bearer")
        assert.equal(answer.headers.get("Content-Type"), "application/problem+json")
        await answer.arrayBuffer()
      }
    })

    it("keeps a token to its prefix and its permissions", async () => {
      const bytes = someBytes(10)
      assert.equal((await client.put(bytes, { token: "acme" })).status, 201)
      assert.equal((await client.put(bytes, { token: "acme", key: keyOf(bytes, "acme2") })).status, 403)
      assert.equal((await client.put(bytes, { token: "acme", key: keyOf(bytes, "ACME") })).status, 403)
      assert.equal((await client.put(bytes, { token: "reader" })).status, 403)
      assert.equal((await client.send(`/files/${keyOf(bytes)}`, { token: "reader" })).status, 200)
      const refused: ReadonlyArray<readonly [method: string, suffix: string]> = [
        ["DELETE", ""],
        ["POST", "?uploads"],
        ["GET", "?uploadId=x"],
        ["POST", "?uploadId=x"],
        ["DELETE", "?uploadId=x"],
      ]
      for (const [method, suffix] of refused) {
        const answer = await client.send(`/files/${keyOf(bytes)}${suffix}`, { method, token: "reader" })
        assert.equal(answer.status, 403, method + suffix)
      }
      assert.equal((await client.send(`/files/${keyOf(bytes)}`)).status, 200)
    })

    it("gives no spelling of another tenant's key", async () => {
      const bytes = someBytes(10)
      const hash = hashOf(bytes)
      assert.equal((await client.put(bytes, { key: `other/${hash}` })).status, 201)
      const spellings = [
        `other/${hash}`,
        `OTHER/${hash}`,
        `acme/../other/${hash}`,
        `acme/%2e%2e/other/${hash}`,
        `acme/%2E%2E/other/${hash}`,
        `acme/.%2e/other/${hash}`,
        `acme/..%2fother/${hash}`,
        `acme%2f..%2fother/${hash}`,
        `acme%2F%2E%2E%2Fother/${hash}`,
        `acme\\..\\other\\${hash}`,
        `acme/..%5cother/${hash}`,
        `acme//other/${hash}`,
        `/other/${hash}`,
        `./other/${hash}`,
        `%6fther/${hash}`,
        `othe%72/${hash}`,
        `other%00/${hash}`,
        `acme%00/../other/${hash}`,
        `other/${hash}/`,
        `other/${hash}%20`,
        `other/${hash}.`,
        `other/${hash};x`,
        `other/${hash.toUpperCase()}`,
        `ｏther/${hash}`,
        `other\u2215${hash}`,
        `other%c0%af${hash}`,
        `o\u0338ther/${hash}`,
        `.filesync/uploads/other/${hash}`,
        `%2Efilesync/uploads/other/${hash}`,
      ]
      for (const spelling of spellings) {
        for (const method of ["GET", "DELETE"]) {
          const raw = await sendRaw(backend.url, [
            `${method} /api/files/${encodeNonAscii(spelling)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer acme\r\n\r\n`,
          ])
          assert.match(raw, /^HTTP\/1.1 (?:400|403|404) /, `${method} ${spelling}`)
        }
      }
      // Its own folder, whose name looks like a path out of it only when it is decoded twice.
      const own = await client.send(`/files/acme/%252e%252e/other/${hash}`, {
        token: "acme",
        method: "DELETE",
      })
      assert.equal(own.status, 204)
      assert.equal((await client.send(`/files/other/${hash}`)).status, 200)
    })

    it("keeps folders apart that differ only in case, escapes or length", async () => {
      const bytes = someBytes(10)
      const long = "x".repeat(250)
      const folders = [
        "team",
        "Team",
        "TEAM",
        "a%2Fb",
        "a/b",
        "a%252Fb",
        "%C3%BC",
        // One letter to people, two texts: composed and decomposed, as a phone and a Mac may write it.
        "u%CC%88",
        "con",
        "nul",
        "-",
        "_",
        long,
      ]
      for (const folder of folders) {
        const key = keyOf(bytes, folder)
        assert.equal((await client.send(`/files/${key}`)).status, 404, `${folder} is its own`)
        assert.equal((await client.put(bytes, { key })).status, 201, folder)
      }
      const composed = `/files/${keyOf(bytes, "%C3%BC")}`
      assert.equal((await client.send(composed, { method: "DELETE" })).status, 204)
      assert.equal((await client.send(composed)).status, 404)
      assert.equal((await client.send(`/files/${keyOf(bytes, "u%CC%88")}`)).status, 200)
      assert.equal((await client.send(`/files/${keyOf(bytes, "Team")}`, { method: "DELETE" })).status, 204)
      assert.equal((await client.send(`/files/${keyOf(bytes, "team")}`)).status, 200)
      assert.equal((await client.put(bytes, { key: keyOf(bytes, `${long}x`) })).status, 400)
    })

    it("keeps an object and a folder of the same name apart", async () => {
      const bytes = someBytes(10)
      const inner = `${keyOf(bytes)}/${hashOf(bytes)}`
      assert.equal((await client.put(bytes)).status, 201)
      assert.equal((await client.put(bytes, { key: inner })).status, 201)
      assert.equal((await client.send(`/files/${keyOf(bytes)}`, { method: "DELETE" })).status, 204)
      assert.equal((await client.send(`/files/${inner}`)).status, 200)
    })

    it("lets pages of listed origins read and write, and no others", async () => {
      const preflight = (origin: string) =>
        client.send("/files/x", {
          method: "OPTIONS",
          token: null,
          headers: { Origin: origin, "Access-Control-Request-Method": "PUT" },
        })
      const allowed = await preflight(testOrigin)
      assert.equal(allowed.status, 204)
      for (const path of ["/health", "/batch", "/nothing", `/shared/${keyOf("x")}?uploads`]) {
        assert.equal((await client.send(path, { method: "OPTIONS", token: null })).status, 204, path)
      }
      assert.equal(allowed.headers.get("Access-Control-Allow-Origin"), testOrigin)
      assert.match(allowed.headers.get("Access-Control-Allow-Headers") ?? "", /Content-Digest/)
      assert.match(allowed.headers.get("Access-Control-Allow-Methods") ?? "", /PUT/)
      for (const origin of [
        "https://evil.example",
        "null",
        `${testOrigin}.evil.example`,
        "http://app.example",
      ]) {
        const refused = await preflight(origin)
        assert.equal(refused.headers.get("Access-Control-Allow-Origin"), null, origin)
        const bytes = someBytes(10)
        const write = await client.put(bytes, { headers: { Origin: origin } })
        assert.equal(write.status, 403, origin)
        assert.equal(await reasonOf(write), "OriginNotAllowed")
      }
      const bytes = someBytes(10)
      const write = await client.put(bytes, { headers: { Origin: testOrigin } })
      assert.equal(write.status, 201)
      assert.equal(write.headers.get("Access-Control-Allow-Origin"), testOrigin)
      assert.match(write.headers.get("Access-Control-Expose-Headers") ?? "", /ETag/)
      assert.match(write.headers.get("Vary") ?? "", /Origin/)
      assert.equal((await client.put(someBytes(10), { headers: { Origin: backend.url } })).status, 201)
    })

    it("refuses headers that are too large", async () => {
      const answer = await client.send("/health", { headers: { "X-Large": "x".repeat(9000) } })
      assert.equal(answer.status, 431)
    })

    it("knows only its own paths and methods", async () => {
      for (const path of ["/", "/files", "/nothing", "/health/", "/batch/", "/batch/put", "//files/x"]) {
        assert.equal((await client.send(path)).status, 404, path)
      }
      const table: ReadonlyArray<readonly [method: string, path: string]> = [
        ["PUT", "/health"],
        ["GET", "/batch"],
        ["GET", "/sign"],
        ["POST", `/files/${keyOf("x")}`],
        ["PATCH", `/files/${keyOf("x")}`],
        ["PATCH", `/files/${keyOf("x")}?uploadId=x`],
        ["GET", `/files/${keyOf("x")}?uploads`],
      ]
      for (const [method, path] of table) {
        const answer = await client.send(path, { method })
        assert.equal(answer.status, 405, `${method} ${path}`)
        assert.match(answer.headers.get("Allow") ?? "", /OPTIONS/)
      }
      assert.equal((await client.send("/files/", {})).status, 400)
    })
  })
}

const encodeNonAscii = (text: string): string =>
  text.replaceAll(/[^ -~]/gu, (character) => encodeURIComponent(character))
