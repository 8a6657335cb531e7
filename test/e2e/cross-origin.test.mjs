import assert from "node:assert/strict"
import { createServer } from "node:http"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { staticFiles } from "../../scripts/static-files.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { openDevice } from "../support/device.mjs"
import { makeFile, noisePng } from "../support/made-files.mjs"
import { temporaryFolder } from "../support/started-app.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
// Three times what a tab takes to notice on a quiet machine that its store has stalled, and to open it again.
const waitMs = 120_000

/** The drop-in's folder on an origin of its own, as a CDN has it. `missing`: names it does not have. */
const startCdn = async () => {
  const files = staticFiles({ mounts: [{ prefix: "/v1/", folder: join(root, "dist/cdn") }] })
  const missing = new Set()
  const server = createServer(async ({ url, method }, response) => {
    const name = new URL(url, "http://cdn").pathname.replace("/v1/", "")
    const answer = missing.has(name)
      ? undefined
      : await files(new Request(new URL(url, "http://cdn"), { method }))
    const headers = answer === undefined ? {} : Object.fromEntries(answer.headers)
    response.writeHead(answer?.status ?? 404, { ...headers, "Access-Control-Allow-Origin": "*" })
    response.end(answer === undefined ? "" : Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    missing,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

const pageFor = (cdn, { storeId, sw }) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Cross-origin</title>
  <script type="module" src="${cdn}/v1/filesync.js" data-store-id="${storeId}"
          data-remote="/api" data-sync="/sync"${sw ? ' data-sw="/sw.js"' : ""}></script>
  <filesync-status></filesync-status>
  <filesync-upload multiple></filesync-upload>
  <filesync-list order="oldest">
    <template><filesync-image width="120" height="90" alt="A picture"></filesync-image></template>
  </filesync-list>
</html>`

/** All that a page with this drop-in has to allow. */
const policyFor = (cdn) =>
  [
    "default-src 'none'",
    `script-src ${cdn} 'wasm-unsafe-eval'`,
    `worker-src 'self' ${cdn} blob:`,
    `connect-src 'self' ${cdn}`,
    "img-src 'self' blob: data:",
  ].join("; ")

/** `/with-sw/STORE` and `/without-sw/STORE`, and the one line that a site adds: its service worker. */
const startSite = (cdn) =>
  startLocalBackend({
    assets: ({ url }) => {
      const { pathname } = new URL(url)
      const [, kind, storeId] = pathname.split("/")
      if (pathname === "/sw.js") {
        const headers = { "Content-Type": "text/javascript" }
        return new Response(`importScripts("${cdn.origin}/v1/filesync-sw.js")\n`, { headers })
      }
      if (kind !== "with-sw" && kind !== "without-sw") return undefined
      const headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policyFor(cdn.origin),
      }
      return new Response(pageFor(cdn.origin, { storeId, sw: kind === "with-sw" }), { headers })
    },
  })

const hasEngine = (page) =>
  page.waitForFunction(() => globalThis[Symbol.for("livestore-filesync")] !== undefined)
const showsPictures = (page, count) =>
  page.waitForFunction(
    (wanted) => {
      const pictures = [...document.querySelectorAll("filesync-image")]
      return pictures.length === wanted && pictures.every((picture) => picture.matches("[state=ready]"))
    },
    count,
    { timeout: waitMs },
  )
const says = (page, words) =>
  page.waitForFunction(
    (text) =>
      document
        .querySelector("filesync-status")
        .shadowRoot?.querySelector("[part=label]")
        ?.textContent.includes(text),
    words,
    { timeout: waitMs },
  )
const pick = (page, path) => page.locator("filesync-upload input[type=file]").setInputFiles(path)

/** Lives in the page before any script of it: keeps the store's workers, so that a test can end them as a crash does. */
const keepWorkers = () => {
  const started = []
  globalThis.startedWorkers = started
  globalThis.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options)
      if (options?.name?.startsWith("livestore-worker")) started.push(this)
    }
  }
}

/** How each tab holds its store: together with others, or alone. */
const storeLocks = (page, storeId) =>
  page.evaluate(async (name) => {
    const { held } = await navigator.locks.query()
    return held.filter((lock) => lock.name === name).map(({ mode }) => mode)
  }, `livestore-filesync:${storeId}:store`)

describe("the script tag from another origin", { timeout: 10 * 60_000 }, () => {
  const folder = temporaryFolder("cross-origin")
  const photos = [1, 2, 3, 4].map((seed) =>
    makeFile(folder.path, `${seed}.png`, "image/png", noisePng(40 + seed, 30, seed)),
  )
  let cdn
  let site
  let device

  const openTab = async (path, prepare = () => {}) => {
    const page = await device.context.newPage()
    await page.addInitScript(prepare)
    page.on("pageerror", ({ message }) => device.problems.push(message))
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) device.problems.push(message.text())
    })
    await page.goto(`${site.url}${path}`)
    return page
  }

  before(async () => {
    cdn = await startCdn()
    site = await startSite(cdn)
  })
  after(async () => {
    await device?.close()
    device?.profile.remove()
    await site?.stop()
    await cdn?.stop()
    folder.remove()
  })

  it("works at the first visit, with a strict content security policy", async () => {
    device = await openDevice("visitor", { url: `${site.url}/with-sw/shared` })
    assert.notEqual(new URL(site.url).origin, cdn.origin)
    await pick(device.page, photos[0].path)
    await showsPictures(device.page, 1)
    assert.deepEqual(await storeLocks(device.page, "shared"), ["shared"])
  })

  it("has three tabs share one store, also when the first one goes", async () => {
    const second = await openTab("/with-sw/shared")
    const third = await openTab("/with-sw/shared")
    await Promise.all([hasEngine(second), hasEngine(third)])
    await pick(second, photos[1].path)
    for (const page of [device.page, second, third]) await showsPictures(page, 2)
    await device.page.goto("about:blank")
    await pick(third, photos[2].path)
    for (const page of [second, third]) await showsPictures(page, 3)
    await second.close()
    await third.close()
  })

  it("works after a hard reload, which leaves the page without its service worker", async () => {
    const page = await openTab("/with-sw/shared")
    await showsPictures(page, 3)
    const session = await device.context.newCDPSession(page)
    const loaded = page.waitForEvent("load")
    await session.send("Page.reload", { ignoreCache: true })
    await loaded
    await showsPictures(page, 3)
    const other = await openTab("/with-sw/shared")
    await showsPictures(other, 3)
    await pick(page, photos[3].path)
    await showsPictures(other, 4)
    assert.deepEqual(await storeLocks(page, "shared"), ["shared", "shared"])
    await page.close()
    await other.close()
  })

  it("works in one tab without a service worker; another waits, says so, and takes over", async () => {
    const first = await openTab("/without-sw/alone")
    await hasEngine(first)
    await pick(first, photos[0].path)
    await showsPictures(first, 1)
    assert.deepEqual(await storeLocks(first, "alone"), ["exclusive"])
    const second = await openTab("/without-sw/alone")
    await says(second, "another tab")
    assert.equal(
      await second.evaluate(() => globalThis[Symbol.for("livestore-filesync")]),
      undefined,
      "two tabs have the store",
    )
    await first.close()
    await hasEngine(second)
    await showsPictures(second, 1)
    await pick(second, photos[1].path)
    await showsPictures(second, 2)
    await second.close()
  })

  it("opens its store again when the worker that leads it has died, and loses nothing", async () => {
    const first = await openTab("/with-sw/stalled", keepWorkers)
    await pick(first, photos[0].path)
    await showsPictures(first, 1)
    const second = await openTab("/with-sw/stalled")
    await showsPictures(second, 1)
    const ended = await first.evaluate(
      () => globalThis.startedWorkers.map((worker) => worker.terminate()).length,
    )
    assert.ok(ended > 0, "no worker was there to end")
    await pick(second, photos[1].path)
    await pick(first, photos[2].path)
    for (const page of [first, second]) await showsPictures(page, 3)
    await pick(second, photos[3].path)
    for (const page of [first, second]) await showsPictures(page, 4)
    await first.close()
    await second.close()
  })

  it("takes none of the warnings of a policy, and throws nothing into the page", () => {
    assert.deepEqual(device.problems, [])
  })

  it("says that the files could not be opened when a worker's script is missing, and starts once it is there", async () => {
    cdn.missing.add("livestore-worker.js")
    const page = await openTab("/without-sw/broken")
    await says(page, "could not be opened")
    assert.equal(await page.locator("filesync-status").getAttribute("state"), "error")
    cdn.missing.clear()
    await page.reload()
    await hasEngine(page)
    await pick(page, photos[0].path)
    await showsPictures(page, 1)
    await page.close()
  })
})
