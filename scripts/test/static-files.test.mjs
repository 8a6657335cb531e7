import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, it } from "node:test"
import { staticFiles } from "../static-files.mjs"

describe("staticFiles", () => {
  const folder = mkdtempSync(join(tmpdir(), "filesync-static-"))
  after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, "site/.hidden"), { recursive: true })
  mkdirSync(join(folder, "cdn"))
  writeFileSync(join(folder, "secret.txt"), "secret")
  writeFileSync(join(folder, "site/index.html"), "<p>page")
  writeFileSync(join(folder, "site/with space.js"), "1")
  writeFileSync(join(folder, "site/.hidden/a.txt"), "hidden")
  writeFileSync(join(folder, "cdn/engine.wasm"), "wasm")
  writeFileSync(join(folder, "cdn/engine.js.map"), "{}")
  symlinkSync(join(folder, "secret.txt"), join(folder, "site/link.txt"))

  const serve = staticFiles({
    mounts: [
      { prefix: "/lib/", folder: join(folder, "cdn") },
      { prefix: "/", folder: join(folder, "site") },
    ],
    files: { "/extra.js": join(folder, "site/with space.js") },
    listing: "/list.json",
  })
  const get = (path, init) => serve(new Request(new URL(path, "http://localhost"), init))

  it("answers with the file, its type, its length and a tag to revalidate with", async () => {
    const response = await get("/lib/engine.wasm")
    assert.equal(await response.text(), "wasm")
    assert.equal(response.headers.get("content-type"), "application/wasm")
    assert.equal(response.headers.get("content-length"), "4")
    const etag = response.headers.get("etag")
    assert.equal((await get("/lib/engine.wasm", { headers: { "If-None-Match": etag } })).status, 304)
    assert.equal((await get("/lib/engine.wasm", { headers: { "If-None-Match": '"other"' } })).status, 200)
  })

  it("answers a folder with its index and decodes names", async () => {
    assert.equal(await (await get("/?q=1")).text(), "<p>page")
    assert.equal(await (await get("/with%20space.js")).text(), "1")
    assert.equal(await (await get("/extra.js")).text(), "1")
  })

  it("sees a change of the file", async () => {
    const before = (await get("/")).headers.get("etag")
    writeFileSync(join(folder, "site/index.html"), "<p>longer page")
    const changed = await get("/")
    assert.equal(await changed.text(), "<p>longer page")
    assert.notEqual(changed.headers.get("etag"), before)
  })

  for (const path of [
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/lib/..%2f..%2fsecret.txt",
    "/..%5csecret.txt",
    "/link.txt",
    "/.hidden/a.txt",
    "/%00",
    "/%",
    "/missing.js",
  ]) {
    it(`has nothing at ${path}`, async () => assert.equal(await get(path), undefined))
  }

  it("leaves other methods to others, and answers HEAD without a body", async () => {
    assert.equal(await get("/", { method: "POST" }), undefined)
    const head = await get("/", { method: "HEAD" })
    assert.equal(head.headers.get("content-length"), "14")
    assert.equal(await head.text(), "")
  })

  it("lists what a service worker should keep, with a version that follows the contents", async () => {
    const first = await (await get("/list.json")).json()
    for (const url of ["/", "/with%20space.js", "/lib/engine.wasm", "/extra.js"])
      assert.ok(first.urls.includes(url))
    assert.ok(!first.urls.some((url) => url.includes("hidden") || url.endsWith(".map")))
    writeFileSync(join(folder, "cdn/engine.wasm"), "wasm 2")
    assert.notEqual((await (await get("/list.json")).json()).version, first.version)
  })

  it("serves only the names it was given", async () => {
    const narrow = staticFiles({
      mounts: [{ prefix: "/", folder: join(folder, "site"), only: /^index\.html$/ }],
      listing: "/list.json",
    })
    const ask = (path) => narrow(new Request(new URL(path, "http://localhost")))
    assert.equal((await ask("/")).status, 200)
    assert.equal(await ask("/with%20space.js"), undefined)
    assert.deepEqual((await (await ask("/list.json")).json()).urls, ["/"])
  })
})
