/** Whatever a user uploads, however it is named and opened: no script runs in the app's origin. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { hostileFiles, html } from "./hostile-files.mjs"
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

/** Runs in a page: puts addresses into every element that loads something, and waits until each has loaded or failed. */
const embedIn = async ({ addresses, control }) => {
  const tags = {
    iframe: "src",
    object: "data",
    embed: "src",
    img: "src",
    script: "src",
    link: "href",
    video: "src",
  }
  const make = (tag, address) => {
    const element = document.createElement(tag)
    if (tag === "link") element.rel = "stylesheet"
    element[tags[tag]] = address
    return element
  }
  const useOf = (address) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use")
    use.setAttribute("href", `${address}#s`)
    svg.append(use)
    return svg
  }
  const made = addresses.flatMap((address) => [
    ...Object.keys(tags).map((tag) => make(tag, address)),
    useOf(address),
  ])
  const workers = addresses.map((address) => {
    try {
      import(address).catch(() => {})
      navigator.serviceWorker.register(address, { scope: `${address}/` }).catch(() => {})
      return new Worker(address)
    } catch {
      return undefined
    }
  })
  const shared = addresses.map((address) => new SharedWorker(address))
  let quiet
  const isQuiet = new Promise((resolve) => (quiet = resolve))
  // A download begun inside a frame ends in no event at all; without a control there is none.
  const awaited = control ? made : made.filter(({ localName }) => /^(iframe|object|embed)$/.test(localName))
  const settled = awaited.map((element) =>
    Promise.race([new Promise((resolve) => (element.onload = element.onerror = resolve)), isQuiet]),
  )
  document.body.append(...made)
  if (control !== undefined) {
    // Frames that do run, one after the other, begun after all of them: a busy machine, that is late with these, is late
    // with those.
    for (let count = 0; count < 3; count++) {
      const frame = make("iframe", control.address)
      const isLoaded = new Promise((resolve) => (frame.onload = resolve))
      document.body.append(frame)
      made.push(frame)
      await isLoaded
    }
    if (globalThis[control.mark] === undefined) throw new Error("The control did not run.")
    quiet()
  }
  await Promise.all(settled)
  for (const worker of workers) worker?.terminate()
  for (const { port } of shared) port.close()
  for (const element of made) element.remove()
}

/** One browser and one worker; the files are tried side by side, each in a page and with marks of its own. */
describe("hostile files", { timeout: 600_000, concurrency: 4 }, () => {
  let world
  let opened
  const hashes = new Map()

  before(async () => {
    world = await startWorld()
    opened = await world.openControlled({ source: null })
    for (const [name, , content] of hostileFiles) {
      const hash = await opened.page.evaluate(
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

  const hint = (type, name) =>
    `?${new URLSearchParams({ ...(type === undefined ? {} : { type }), ...(name === undefined ? {} : { name }) })}`

  const marks = async (page, name) => [
    ...world.app.requests.filter((path) => [`/pwned/${name}`, `/pwned/storage-${name}`].includes(path)),
    ...(await page.evaluate(
      (mark) => [
        ...(localStorage.getItem(mark) === null ? [] : ["localStorage"]),
        ...(document.cookie.split("; ").includes(`${mark}=1`) ? ["cookie"] : []),
        ...(globalThis[mark] === undefined ? [] : ["window"]),
      ],
      `pwned-${name}`,
    )),
  ]

  /** A page of the same origin that an ordinary server gives, and that leaves its marks. */
  const makeUnsafe = (name) => {
    const address = `/unsafe-${name}`
    world.routes[address] = { body: html(name), headers: { "Content-Type": "text/html" } }
    return { address, mark: `pwned-${name}` }
  }

  const embed = (page, addresses, control) => page.evaluate(embedIn, { addresses, control })

  const openDirectly = async (address) => {
    const page = await world.context.newPage()
    // What becomes a download is no navigation, and rejects at once.
    await page.goto(world.app.origin + address, { waitUntil: "load" }).catch(() => {})
    return () => page.close()
  }

  /** Waits until its document is there; what becomes a download leaves it empty, until two further windows have shown
   * theirs, one after the other. */
  const openWindow = async (page, address, control) => {
    await page.evaluate(
      async ([target, addressBeside]) => {
        const windows = []
        const show = (url) => {
          const shown = window.open(url)
          if (shown === null) throw new Error("The browser opens no window.")
          windows.push(shown)
          return () => {
            try {
              return shown.location.href !== "about:blank" && shown.document.readyState === "complete"
            } catch {
              return true // Of another origin: what a sandboxed document has to be.
            }
          }
        }
        const waitFor = async (isSo) => {
          while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50))
        }
        const isThere = show(target)
        if (addressBeside === undefined) await waitFor(isThere)
        else {
          for (const one of [addressBeside, addressBeside]) {
            const isBesideThere = show(one)
            await waitFor(() => isThere() || isBesideThere())
          }
        }
        for (const shown of windows) shown.close()
      },
      [address, control?.address],
    )
  }

  describe("would be noticed: the same from an ordinary server leaves its marks", () => {
    const ways = {
      embedded: (page, address) => embed(page, [address]),
      "opened directly": (_, address) => openDirectly(address),
      "opened in a window": openWindow,
    }
    for (const [way, open] of Object.entries(ways)) {
      it(way, async () => {
        const name = `control-${way.replaceAll(" ", "-")}`
        const { address } = makeUnsafe(name)
        const page = await world.open()
        const close = await open(page, address)
        const least = way === "embedded" ? 4 : 1
        await until(async () => (await marks(page, name)).length >= least, `marks when ${way}`)
        await close?.()
        await page.close()
      })
    }
  })

  for (const [name, ownType] of hostileFiles) {
    it(`${name} runs nowhere, whatever it claims to be`, async () => {
      const page = await world.open()
      const url = (query) => opened.url(hashes.get(name), query)
      const types = [...new Set([ownType, ...claims])]
      const addresses = types.map((type) => url(hint(type)))
      const named = ["x.html", "x.svg", "x.xht", "x.mht"].map((fileName) => url(hint(undefined, fileName)))
      // A browser acts on what is served, not on what was asked: one address for each kind of answer is opened.
      const kinds = new Map()
      const asked = [...addresses, ...named]
      const answers = await page.evaluate(
        (targets) => Promise.all(targets.map((target) => globalThis.page.get(target))),
        asked,
      )
      for (const [at, { status, headers }] of answers.entries()) {
        assert.equal(status, 200)
        assert.equal(headers["x-content-type-options"], "nosniff")
        assert.match(headers["content-security-policy"], /^sandbox; default-src 'none'/)
        assert.doesNotMatch(headers["content-type"], /html|xml(?<!svg\+xml)|script|pdf|multipart|css|,|\n/)
        const isInert = /^(image|audio|video)\/|^text\/plain/.test(headers["content-type"])
        assert.equal(headers["content-disposition"].startsWith("inline"), isInert, headers["content-type"])
        kinds.set(JSON.stringify([headers["content-type"], headers["content-disposition"]]), asked[at])
      }
      const direct = [ownType, "image/svg+xml", undefined].map((type) => url(hint(type, "x.html")))
      const closes = await Promise.all([
        embed(page, [...kinds.values()], makeUnsafe(`beside-${name}`)),
        openWindow(page, url(hint(ownType)), makeUnsafe(`window-beside-${name}`)),
        ...direct.map(openDirectly),
      ])
      assert.deepEqual(await marks(page, name), [])
      await Promise.all(closes.map((close) => close?.()))
      await page.close()
    })
  }

  it("shows a picture in <img>, an SVG too", async () => {
    const size = await opened.page.evaluate(async (prefix) => {
      const svg =
        '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"><rect width="7" height="5"/></svg>'
      const hash = await globalThis.page.store(prefix.split("/")[2], svg)
      const image = new Image()
      image.src = `${prefix}${hash}?type=image/svg%2Bxml`
      await image.decode()
      return [image.width, image.height]
    }, opened.url(""))
    assert.deepEqual(size, [7, 5])
  })
})
