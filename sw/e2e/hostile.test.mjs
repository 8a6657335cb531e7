/** Whatever a user uploads, however it is named and opened: no script runs in the app's origin. */
import assert from "node:assert/strict"
import { after, before, beforeEach, describe, it } from "node:test"
import { hostileFiles } from "./hostile-files.mjs"
import { startWorld, until } from "./support.mjs"

/** What the maker of a URL may claim a file to be; `undefined` = nothing. */
const claims = [
  undefined,
  "text/html",
  "image/svg+xml",
  "application/xhtml+xml",
  "text/xml",
  "text/plain",
  "image/png",
  "application/pdf",
  "text/javascript",
  "multipart/related",
  "TEXT/HTML; charset=utf-7",
  "image/png\r\nContent-Type: text/html",
  "video/mp4,text/html",
  "text/css",
]

describe("hostile files", { timeout: 400_000 }, () => {
  let world
  let page
  let url
  const hashes = new Map()

  before(async () => {
    world = await startWorld()
    const opened = await world.openControlled({ source: null })
    ;({ page, url } = opened)
    for (const [name, , content] of hostileFiles) {
      const hash = await page.evaluate(
        ([folder, latin1]) =>
          globalThis.page.store(
            folder,
            Uint8Array.from(latin1, (c) => c.charCodeAt(0)),
          ),
        [opened.storeFolder, content],
      )
      hashes.set(name, hash)
    }
  })
  after(() => world?.close())

  const removeMarks = async () => {
    await page.evaluate(() => {
      localStorage.clear()
      delete globalThis.pwned
      document.cookie = "pwned=; expires=Thu, 01 Jan 1970 00:00:00 GMT"
    })
    world.app.requests.length = 0
  }
  beforeEach(removeMarks)

  const hint = (type, name) =>
    `?${new URLSearchParams({ ...(type === undefined ? {} : { type }), ...(name === undefined ? {} : { name }) })}`

  const marks = async () => [
    ...world.app.requests.filter((path) => path.startsWith("/pwned")),
    ...(await page.evaluate(() => [
      ...(localStorage.getItem("pwned") === null ? [] : [`localStorage ${localStorage.getItem("pwned")}`]),
      ...(document.cookie.includes("pwned") ? [document.cookie] : []),
      ...(globalThis.pwned === undefined ? [] : [`window ${globalThis.pwned}`]),
    ])),
  ]

  /** Puts it into every element that loads something, and waits until each has loaded or failed. */
  const embed = (opened, addresses) =>
    opened.evaluate(async (given) => {
      const settled = (element) =>
        new Promise((resolve) => {
          element.onload = element.onerror = resolve
          // A download begun inside a frame ends in no event at all.
          setTimeout(resolve, 300)
        })
      const made = given.flatMap((address) =>
        [
          ["iframe", "src"],
          ["object", "data"],
          ["embed", "src"],
          ["img", "src"],
          ["script", "src"],
          ["link", "href"],
          ["video", "src"],
          ["svg-use", "href"],
        ].map(([tag, attribute]) => {
          if (tag === "svg-use") {
            const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
            const use = document.createElementNS("http://www.w3.org/2000/svg", "use")
            use.setAttribute("href", `${address}#s`)
            svg.append(use)
            return svg
          }
          const element = document.createElement(tag)
          if (tag === "link") element.rel = "stylesheet"
          element[attribute] = address
          return element
        }),
      )
      const workers = given.map((address) => {
        try {
          import(address).catch(() => {})
          navigator.serviceWorker.register(address, { scope: `${address}/` }).catch(() => {})
          return new Worker(address)
        } catch {
          return undefined
        }
      })
      const shared = given.map((address) => new SharedWorker(address))
      const waiting = made.map(settled)
      document.body.append(...made)
      await Promise.all(waiting)
      for (const worker of workers) worker?.terminate()
      for (const { port } of shared) port.close()
      for (const element of made) element.remove()
    }, addresses)

  const openDirectly = async (address) => {
    const opened = await world.context.newPage()
    await opened.goto(world.app.origin + address, { waitUntil: "load", timeout: 3000 }).catch(() => {})
    await opened.close()
  }

  /** A window is closed when its document is there; a download leaves it empty, and gets its time. */
  const openWindow = (address) =>
    page.evaluate(async (target) => {
      const opened = window.open(target)
      if (opened === null) throw new Error("The browser opens no window.")
      const isThere = () => {
        try {
          return opened.location.href !== "about:blank" && opened.document.readyState === "complete"
        } catch {
          return true // Of another origin: what a sandboxed document has to be.
        }
      }
      for (let waitedMs = 0; waitedMs < 1000 && !isThere(); waitedMs += 50) {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      opened.close()
    }, address)

  it("would be noticed: the same file from an ordinary server leaves its marks in every way of opening", async () => {
    const [, , content] = hostileFiles.find(([name]) => name === "html")
    world.routes["/unsafe"] = { body: content, headers: { "Content-Type": "text/html" } }
    await embed(page, ["/unsafe"])
    await until(async () => (await marks()).length >= 4, "marks of embedding")
    for (const open of [openDirectly, openWindow]) {
      await removeMarks()
      await open("/unsafe")
      await until(async () => (await marks()).length > 0, `marks of ${open.name}`)
    }
  })

  for (const [name, ownType] of hostileFiles) {
    it(`${name} runs nowhere, whatever it claims to be`, async () => {
      const hash = hashes.get(name)
      const types = [...new Set([ownType, ...claims])]
      const addresses = types.map((type) => url(hash, hint(type)))
      const named = ["x.html", "x.svg", "x.xht", "x.mht"].map((fileName) =>
        url(hash, hint(undefined, fileName)),
      )
      // A browser acts on what is served, not on what was asked: one address for each kind of answer is opened.
      const kinds = new Map()
      for (const address of [...addresses, ...named]) {
        const { status, headers } = await page.evaluate((target) => globalThis.page.get(target), address)
        assert.equal(status, 200)
        assert.equal(headers["x-content-type-options"], "nosniff")
        assert.match(headers["content-security-policy"], /^sandbox; default-src 'none'/)
        assert.doesNotMatch(headers["content-type"], /html|xml(?<!svg\+xml)|script|pdf|multipart|css|,|\n/)
        const isInert = /^(image|audio|video)\/|^text\/plain/.test(headers["content-type"])
        assert.equal(headers["content-disposition"].startsWith("inline"), isInert, headers["content-type"])
        kinds.set(JSON.stringify([headers["content-type"], headers["content-disposition"]]), address)
      }
      await Promise.all([
        embed(page, [...kinds.values()]),
        openWindow(url(hash, hint(ownType))),
        ...[ownType, "image/svg+xml", undefined].map((type) => openDirectly(url(hash, hint(type, "x.html")))),
      ])
      assert.deepEqual(await marks(), [])
    })
  }

  it("shows a picture in <img>, an SVG too", async () => {
    const size = await page.evaluate(async (prefix) => {
      const svg =
        '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"><rect width="7" height="5"/></svg>'
      const hash = await globalThis.page.store(prefix.split("/")[2], svg)
      const image = new Image()
      image.src = `${prefix}${hash}?type=image/svg%2Bxml`
      await image.decode()
      return [image.width, image.height]
    }, url(""))
    assert.deepEqual(size, [7, 5])
  })
})
