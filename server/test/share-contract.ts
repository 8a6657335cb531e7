import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { BackendUnderTest } from "./backend-under-test.js"
import { bytesOf, clientFor, keyOf, reasonOf, someBytes } from "./client.js"
import { testOrigin } from "./test-options.js"

interface Shared {
  readonly url: string
  readonly expiresAt: string
}

/**
 * What the protocol promises about links: `own` = they lead to the handler, which answers by all its rules; otherwise
 * they are the bucket's own.
 */
export const shareContract = (
  name: string,
  start: () => Promise<BackendUnderTest>,
  links: "own" | "the bucket's" = "own",
): void => {
  describe(`links (${name})`, () => {
    let backend: BackendUnderTest
    let client: ReturnType<typeof clientFor>
    before(async () => {
      backend = await start()
      client = clientFor(backend.url)
    })
    after(() => backend.stop())

    const ask = (request: object, token = "everything") =>
      client.send("/share", { method: "POST", token, body: JSON.stringify(request) })
    const share = async (request: object): Promise<Shared> => {
      const answer = await ask(request)
      assert.equal(answer.status, 200)
      return (await answer.json()) as Shared
    }

    it("shows one file without a token, under the asked type and name, until they expire", async () => {
      const bytes = someBytes(5000)
      await client.put(bytes)
      const beginMs = Date.now()
      const request = { key: keyOf(bytes), mimeType: "image/png", name: "kühe.png", expiresInSeconds: 60 }
      const { url, expiresAt } = await share(request)
      const lifeMs = Date.parse(expiresAt) - beginMs
      assert.ok(lifeMs > 50_000 && lifeMs < 80_000, expiresAt)
      const answer = await fetch(url)
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get("Content-Type"), "image/png")
      assert.match(answer.headers.get("Content-Disposition") ?? "", /^inline; filename=.*k%C3%BChe\.png$/)
      assert.deepEqual(await bytesOf(answer), bytes)
      const part = await fetch(url, { headers: { Range: "bytes=10-19" } })
      assert.equal(part.status, 206)
      assert.deepEqual(await bytesOf(part), bytes.slice(10, 20))
    })

    it("work for a quarter of an hour where nothing else was asked for, and with any name", async () => {
      const bytes = someBytes(100)
      await client.put(bytes)
      const from = Math.floor(Date.now() / 1000)
      const { url, expiresAt } = await share({ key: keyOf(bytes) })
      const lifeSeconds = Date.parse(expiresAt) / 1000 - 900
      assert.ok(lifeSeconds >= from && lifeSeconds <= Math.ceil(Date.now() / 1000), expiresAt)
      const query = new URL(url).searchParams
      if (links === "own") assert.equal(Number(query.get("expires")) * 1000, Date.parse(expiresAt))
      else assert.equal(query.get("X-Amz-Expires"), "900")
      // Half of a surrogate pair, a header of its own, a path, and an ending that looks like another.
      for (const fileName of [
        "\uD800.png",
        "a\r\nSet-Cookie: x=1",
        "../../x",
        "\u202Egnp.exe",
        "é".repeat(255),
        "%41",
      ]) {
        const answer = await fetch(
          (await share({ key: keyOf(bytes), mimeType: "image/png", name: fileName })).url,
        )
        assert.equal(answer.status, 200, JSON.stringify(fileName))
        assert.equal(answer.headers.get("Set-Cookie"), null)
        assert.doesNotMatch(answer.headers.get("Content-Disposition") ?? "", /[/\\]|%E2%80%AE/)
        assert.deepEqual(await bytesOf(answer), bytes)
      }
    })

    it("saves instead of showing when asked, and whatever is not safe to show", async () => {
      const bytes = someBytes(100)
      await client.put(bytes)
      const kindOf = async (request: object): Promise<string> => {
        const answer = await fetch((await share({ key: keyOf(bytes), ...request })).url)
        await answer.arrayBuffer()
        const disposition = (answer.headers.get("Content-Disposition") ?? "").split(";", 1)[0]
        return `${answer.headers.get("Content-Type")} ${disposition}`
      }
      assert.equal(
        await kindOf({ mimeType: "image/png", disposition: "attachment" }),
        links === "own" ? "application/octet-stream attachment" : "image/png attachment",
      )
      assert.equal(await kindOf({ mimeType: "text/html" }), "application/octet-stream attachment")
      assert.equal(await kindOf({}), "application/octet-stream attachment")
      // A bucket seals nothing, so an SVG may be drawn there and not opened.
      assert.equal(
        await kindOf({ mimeType: "image/svg+xml" }),
        links === "own" ? "image/svg+xml inline" : "image/svg+xml attachment",
      )
    })

    it("are good for nothing else: no other key, type, name, way, method or time", async () => {
      const [bytes, other] = [someBytes(100), someBytes(100)]
      await client.put(bytes)
      await client.put(other)
      const { url } = await share({ key: keyOf(bytes), mimeType: "image/png", name: "a.png" })
      const changes: ReadonlyArray<readonly [from: string | RegExp, to: string]> = [
        [keyOf(bytes), keyOf(other)],
        [/image%2Fpng/, "image%2Fgif"],
        [/inline/, "attachment"],
        [/a\.png/, "b.png"],
        [/(xpires=)\d+/, "$19999999999"],
        [/(ignature=)../, "$1__"],
        [/[?].*$/, ""],
        ...(links === "own"
          ? [
              [/(xpires=)/, "$10"] as const,
              // The spare bits of the last character.
              [/.$/, spareBitsOf(url)] as const,
              ["?", "?type=text%2Fhtml&"] as const,
            ]
          : []),
      ]
      for (const [from, to] of changes) {
        const changed = url.replace(from, to)
        assert.notEqual(changed, url, String(from))
        const answer = await fetch(changed)
        await answer.arrayBuffer()
        assert.ok(answer.status === 403 || answer.status === 400, `${from}: ${answer.status}`)
      }
      for (const method of ["PUT", "DELETE", "POST"]) {
        const answer = await fetch(url, { method })
        await answer.arrayBuffer()
        assert.ok(answer.status >= 400, method)
      }
      assert.equal((await client.send(`/files/${keyOf(bytes)}`)).status, 200)
    })

    it("are given only to clients that may read the file", async () => {
      const bytes = someBytes(10)
      assert.equal((await ask({ key: keyOf(bytes) }, "reader")).status, 200)
      assert.equal((await ask({ key: keyOf(bytes, "other") }, "acme")).status, 403)
      assert.equal((await ask({ key: keyOf(bytes) }, "wrong")).status, 401)
      for (const bad of [
        {},
        { key: "x" },
        { key: keyOf(bytes), disposition: "open" },
        { key: keyOf(bytes), name: "x".repeat(300) },
        { key: keyOf(bytes), expiresInSeconds: 0 },
        { key: keyOf(bytes), expiresInSeconds: 604_801 },
        { key: keyOf(bytes), expiresInSeconds: "60" },
      ]) {
        assert.equal((await ask(bad)).status, 400, JSON.stringify(bad))
      }
    })

    if (links === "own") {
      it("may be used by any page, and are cached no longer than they work", async () => {
        const bytes = someBytes(10)
        await client.put(bytes)
        const { url } = await share({ key: keyOf(bytes), mimeType: "image/png", expiresInSeconds: 100 })
        const answer = await fetch(url, { headers: { Origin: "https://anywhere.example" } })
        assert.equal(answer.headers.get("Access-Control-Allow-Origin"), "*")
        for (const [address, init] of [
          [url, { headers: { Origin: testOrigin } }],
          [url, { headers: { Range: "bytes=10-" } }],
          [`${url}x`, {}],
        ] as const) {
          const other = await fetch(address, init)
          assert.equal(other.headers.get("Access-Control-Allow-Origin"), "*", String(other.status))
          assert.equal(other.headers.get("Access-Control-Allow-Credentials"), null)
          await other.arrayBuffer()
        }
        assert.equal(answer.headers.get("Cross-Origin-Resource-Policy"), "cross-origin")
        assert.match(answer.headers.get("Content-Security-Policy") ?? "", /^sandbox;/)
        const maxAge = Number(/max-age=(\d+)/.exec(answer.headers.get("Cache-Control") ?? "")?.[1])
        assert.ok(maxAge > 80 && maxAge <= 100, String(maxAge))
        const head = await fetch(url, { method: "HEAD" })
        assert.equal(head.status, 200)
        assert.equal(head.headers.get("Content-Length"), "10")
        await client.send(`/files/${keyOf(bytes)}`, { method: "DELETE" })
        assert.equal(await reasonOf(await fetch(url)), "NotFound")
      })
    }
  })
}

const base64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** Another last character that stands for the same bytes. */
const spareBitsOf = (url: string): string => base64Url[base64Url.indexOf(url.at(-1) ?? "") ^ 1] ?? ""
