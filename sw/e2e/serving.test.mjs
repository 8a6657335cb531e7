/** A file URL behaves like a good web server's. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { startWorld } from "./support.mjs"

describe("a file that is on this device", { timeout: 120_000 }, () => {
  let world
  let page
  let url
  let hash
  const content = "0123456789abcdefghij"
  const get = (query = "", headers = {}, method = "GET") =>
    page.evaluate(
      ([address, ...rest]) => globalThis.page.get(address, ...rest),
      [url(hash, query), headers, method],
    )

  before(async () => {
    world = await startWorld()
    const opened = await world.openControlled({ source: null })
    page = opened.page
    url = opened.url
    hash = await page.evaluate(
      ([folder, text]) => globalThis.page.store(folder, text),
      [opened.storeFolder, content],
    )
  })
  after(() => world?.close())

  it("answers 200 with length, tag, ranges and an immutable private cache", async () => {
    const { status, text, headers } = await get("?type=image/png&name=a%20b.png")
    assert.equal(status, 200)
    assert.equal(text, content)
    assert.equal(headers.etag, `"${hash}"`)
    assert.equal(headers["accept-ranges"], "bytes")
    assert.equal(headers["content-length"], "20")
    assert.equal(headers["content-type"], "image/png")
    assert.match(headers["cache-control"], /^private, max-age=31536000, immutable/)
    assert.equal(headers["content-disposition"], 'inline; filename="a b.png"')
    assert.equal(headers["x-content-type-options"], "nosniff")
    assert.match(headers["content-security-policy"], /sandbox; default-src 'none'/)
  })

  it("writes names of every language as RFC 8187 asks", async () => {
    const { headers } = await get(`?name=${encodeURIComponent('Übersicht "1".pdf')}`)
    assert.match(
      headers["content-disposition"],
      /^attachment; filename=".*"; filename\*=UTF-8''%C3%9Cbersicht%20%221%22\.pdf$/,
    )
  })

  for (const [range, status, contentRange, text] of [
    ["bytes=0-4", 206, "bytes 0-4/20", "01234"],
    ["bytes=15-", 206, "bytes 15-19/20", "fghij"],
    ["bytes=-3", 206, "bytes 17-19/20", "hij"],
    ["bytes=-100", 206, "bytes 0-19/20", content],
    ["bytes=5-999", 206, "bytes 5-19/20", "56789abcdefghij"],
    ["bytes=19-19", 206, "bytes 19-19/20", "j"],
    ["bytes=20-", 416, "bytes */20", ""],
    ["bytes=-0", 416, "bytes */20", ""],
    ["bytes=4-2", 200, undefined, content],
    ["bytes=0-1,3-4", 200, undefined, content],
    ["chapters=1-2", 200, undefined, content],
  ]) {
    it(`answers ${status} to Range: ${range}`, async () => {
      const answer = await get("", { Range: range })
      assert.equal(answer.status, status)
      assert.equal(answer.headers["content-range"], contentRange)
      assert.equal(answer.text, text)
      assert.equal(answer.headers["content-length"], String(text.length))
    })
  }

  it("gives a part when If-Range names this content, and the whole when it names other content", async () => {
    assert.equal((await get("", { Range: "bytes=0-1", "If-Range": `"${hash}"` })).status, 206)
    assert.equal((await get("", { Range: "bytes=0-1", "If-Range": '"other"' })).status, 200)
    assert.equal(
      (await get("", { Range: "bytes=0-1", "If-Range": "Wed, 21 Oct 2026 07:28:00 GMT" })).status,
      200,
    )
  })

  it("answers 304 to a reader that has the content", async () => {
    for (const tag of [`"${hash}"`, `W/"${hash}"`, `"x", "${hash}"`, "*"]) {
      const answer = await get("", { "If-None-Match": tag })
      assert.equal(answer.status, 304, tag)
      assert.equal(answer.size, 0)
      assert.equal(answer.headers.etag, `"${hash}"`)
    }
    assert.equal((await get("", { "If-None-Match": '"other"' })).status, 200)
  })

  it("answers HEAD with the headers of a GET and no body", async () => {
    const answer = await get("?type=image/png", { Range: "bytes=0-1" }, "HEAD")
    assert.equal(answer.status, 200)
    assert.equal(answer.size, 0)
    assert.equal(answer.headers["content-length"], "20")
    assert.equal(answer.headers["content-type"], "image/png")
  })

  it("serves an empty file", async () => {
    const empty = await page.evaluate((folder) => globalThis.page.store(folder, ""), url("").split("/")[2])
    const answer = await page.evaluate((address) => globalThis.page.get(address), url(empty))
    assert.equal(answer.status, 200)
    assert.equal(answer.headers["content-length"], "0")
  })

  it("notices at once that a file was evicted, and serves it again when it is back", async () => {
    const folder = url("").split("/")[2]
    const [one, gone, back] = await page.evaluate(
      async ([store, address]) => {
        const text = "comes and goes"
        const name = await globalThis.page.store(store, text)
        const at = address + name
        const first = (await fetch(at)).status
        await globalThis.page.evict(store, name)
        globalThis.page.answerServiceWorker({ storeFolder: store, want: async () => "unknown" })
        const second = (await fetch(at)).status
        await globalThis.page.store(store, text)
        return [first, second, (await fetch(at)).status]
      },
      [folder, url("")],
    )
    assert.deepEqual([one, gone, back], [200, 404, 200])
  })

  it("lets everything that is not exactly a file URL pass to the network", async () => {
    const upper = hash.toUpperCase().replace(/[0-9]/g, "A")
    for (const [path, method] of [
      [`/livestore-filesync-files/${url("").split("/")[2]}/${hash}/`, "GET"],
      [`/livestore-filesync-files/${url("").split("/")[2]}/${hash}x`, "GET"],
      [`/livestore-filesync-files/${url("").split("/")[2]}/${upper}`, "GET"],
      [`/livestore-filesync-files/${url("").split("/")[2]}/${hash.slice(1)}`, "GET"],
      [`/livestore-filesync-files/a.b/${hash}`, "GET"],
      [`/livestore-filesync-files/${hash}`, "GET"],
      [`/x/livestore-filesync-files/s/${hash}`, "GET"],
      [`//livestore-filesync-files/s/${hash}`.slice(1) + "%20", "GET"],
      [url(hash), "POST"],
      [url(hash), "DELETE"],
      ["/livestore-filesync/shared-worker.js", "GET"],
    ]) {
      const answer = await page.evaluate(
        ([address, verb]) => globalThis.page.get(address, {}, verb),
        [path, method],
      )
      assert.equal(answer.text, "from the network: 404", `${method} ${path}`)
    }
  })

  it("does not serve a store that no page registered, nor one that was forgotten", async () => {
    const statuses = await page.evaluate(async () => {
      const name = await globalThis.page.store("never-registered", "secret of another app")
      await globalThis.page.configureServiceWorker({ storeFolder: "signed-out", source: null })
      const other = await globalThis.page.store("signed-out", "secret of a former user")
      const registered = (await fetch(`/livestore-filesync-files/signed-out/${other}`)).status
      await globalThis.page.forgetFileSyncServiceWorker("signed-out")
      return [
        (await fetch(`/livestore-filesync-files/never-registered/${name}`)).status,
        registered,
        (await fetch(`/livestore-filesync-files/signed-out/${other}`)).status,
      ]
    })
    assert.deepEqual(statuses, [404, 200, 404])
  })

  it("cannot be led into another store by the way a path is written", async () => {
    const own = url("").split("/")[2]
    const secret = await page.evaluate(() => globalThis.page.store("another-store", "secret of another app"))
    for (const folder of [
      "another-store",
      "%61nother-store",
      "ANOTHER-STORE",
      `${own}%2F..%2Fanother-store`,
      `${own}/../another-store`,
      `${own}%5C..%5Canother-store`,
      "..%2Flivestore-filesync-files%2Fanother-store",
      `another-store%2F${secret.slice(0, 2)}`,
      "%00another-store",
    ]) {
      const answer = await page.evaluate(
        (address) => globalThis.page.get(address),
        `/livestore-filesync-files/${folder}/${secret}`,
      )
      assert.equal(answer.status, 404, folder)
      assert.doesNotMatch(answer.text, /secret/, folder)
    }
  })
})
