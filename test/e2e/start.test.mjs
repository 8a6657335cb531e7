import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { startApp, temporaryFolder } from "../support/started-app.mjs"

const bytesOf = "the bytes of a file"

describe("npm start", () => {
  it("serves the page, the drop-in, the service worker and the file protocol on one port, and ends on SIGTERM", async () => {
    const data = temporaryFolder("data")
    const app = await startApp({ dataFolder: data.path })
    try {
      const page = await fetch(app.url)
      assert.match(page.headers.get("content-type"), /^text\/html/)
      assert.match(await page.text(), /<filesync-upload/)
      for (const [path, type] of [
        ["livestore-filesync/filesync.js", /^text\/javascript/],
        ["livestore-filesync/wa-sqlite.wasm", /^application\/wasm/],
        ["filesync-sw.js", /^text\/javascript/],
        ["docs/", /^text\/html/],
      ]) {
        const response = await fetch(new URL(path, app.url))
        assert.equal(response.status, 200, path)
        assert.match(response.headers.get("content-type"), type)
        assert.equal(response.headers.get("cache-control"), "no-cache")
        const again = await fetch(new URL(path, app.url), {
          headers: { "If-None-Match": response.headers.get("etag") },
        })
        assert.equal(again.status, 304, path)
      }
      assert.equal((await fetch(new URL("api/health", app.url))).status, 204)
      assert.equal((await fetch(new URL("package.json", app.url))).status, 404)
    } finally {
      assert.deepEqual(await app.stop(), { code: 0, signal: null })
      data.remove()
    }
    await assert.rejects(fetch(app.url), "something still listens")
  })

  it("keeps what was stored for the next start, which builds nothing", async () => {
    const data = temporaryFolder("data")
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(bytesOf)))
    const key = `kept/${digest.toString("hex")}`
    try {
      const first = await startApp({ dataFolder: data.path })
      const put = await fetch(new URL(`api/files/${key}`, first.url), {
        method: "PUT",
        body: bytesOf,
        headers: {
          "Content-Type": "text/plain",
          "Content-Digest": `sha-256=:${digest.toString("base64")}:`,
          "If-None-Match": "*",
        },
      })
      assert.equal(put.status, 201)
      await first.stop()

      const second = await startApp({ dataFolder: data.path })
      try {
        assert.doesNotMatch(second.output(), /building|installing/)
        const got = await fetch(new URL(`api/files/${key}`, second.url))
        assert.equal(await got.text(), bytesOf)
      } finally {
        await second.stop()
      }
    } finally {
      data.remove()
    }
  })
})
