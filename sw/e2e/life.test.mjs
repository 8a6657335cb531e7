/** Coming, going, being stopped, being replaced, and living beside an app's own worker. */
import assert from "node:assert/strict"
import { after, afterEach, before, describe, it } from "node:test"
import { makeBytes, startWorld, until } from "./support.mjs"

const register = (opened, options = {}) =>
  opened.evaluate(async (given) => {
    const result = await globalThis.page.registerFileSyncServiceWorker(given)
    // Neither can leave the page.
    delete result.registration
    delete result.cause
    return result
  }, options)

const get = (opened, ...args) => opened.evaluate((given) => globalThis.page.get(...given), args)

describe("registration", { timeout: 240_000 }, () => {
  let world
  before(async () => {
    world = await startWorld()
    const { routes, app } = world
    routes["/sub/sw.js"] = routes["/filesync-sw.js"]
    routes["/page.html.js"] = { body: "<!doctype html>", headers: { "Content-Type": "text/html" } }
    routes["/throws.js"] = "throw new Error('no')"
    routes["/own-deaf.js"] = "addEventListener('fetch', () => {})"
    routes["/allowed/sw.js"] = { body: routes["/filesync-sw.js"], headers: { "Service-Worker-Allowed": "/" } }
    routes["/sub/"] = world.html()
    assert.ok(app.origin)
  })
  afterEach(async () => {
    const cleaner = await world.open()
    await cleaner.evaluate(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations())
        await registration.unregister()
    })
    for (const opened of world.context.pages()) await opened.close()
    await world.context.newPage()
  })
  after(() => world?.close())

  it("controls the page on the first visit, and says so on the next", async () => {
    const first = await world.open()
    assert.deepEqual(await register(first), { controlled: true, how: "installed", sharedWorker: false })
    assert.equal(await first.evaluate(() => navigator.serviceWorker.controller !== null), true)
    await first.reload()
    assert.equal((await register(first)).how, "already")
  })

  it("takes a page back after a hard reload", async () => {
    const opened = await world.open()
    await register(opened)
    await opened.evaluate(() => (globalThis.isBefore = true))
    await world.hardReload(opened)
    await opened.waitForFunction(
      () => !globalThis.isBefore && globalThis.page !== undefined && document.readyState === "complete",
    )
    assert.equal(await opened.evaluate(() => navigator.serviceWorker.controller === null), true)
    assert.deepEqual(await register(opened), { controlled: true, how: "claimed", sharedWorker: false })
    assert.equal(await opened.evaluate(() => navigator.serviceWorker.controller !== null), true)
  })

  for (const [what, options, reason, path] of [
    ["the script is missing", { url: "/none.js" }, "ScriptMissing"],
    ["the server answers with its index page", { url: "/page.html.js" }, "WrongType"],
    ["the script lies too deep", { url: "/sub/sw.js" }, "ScopeTooNarrow"],
    ["the page lies outside the scope", { url: "/sub/sw.js", scope: "/sub/" }, "OutOfScope"],
    ["the script throws", { url: "/throws.js" }, "Refused"],
    ["the script is another service worker", { url: "/own-deaf.js", timeoutMs: 300 }, "Timeout"],
    ["the page stands in a sandboxed frame", {}, "Refused", "/framed"],
  ]) {
    it(`says ${reason} when ${what}`, async () => {
      world.routes["/framed"] = {
        body: world.html(),
        headers: { "Content-Security-Policy": "sandbox allow-scripts" },
      }
      const opened = await world.open(path ?? "/")
      const result = await register(opened, options)
      assert.equal(result.controlled, false)
      assert.equal(result.reason, reason)
      assert.ok(result.message.length > 10)
    })
  }

  it("works from a deep path when its server allows the scope", async () => {
    const opened = await world.open()
    assert.equal((await register(opened, { url: "/allowed/sw.js" })).controlled, true)
  })

  it("does not replace an app's own worker, unless asked to", async () => {
    const opened = await world.open()
    await opened.evaluate(async () => {
      await navigator.serviceWorker.register("/own-deaf.js", { scope: "/" })
      await navigator.serviceWorker.ready
    })
    assert.equal((await register(opened)).reason, "ScopeTaken")
    assert.equal((await register(opened, { replaceOther: true })).controlled, true)
  })

  it("is not confused by a worker that still controls the page while it is replaced", async () => {
    world.routes["/own-claiming.js"] =
      "addEventListener('activate', (event) => event.waitUntil(clients.claim()))\n" +
      "addEventListener('fetch', () => {})"
    const opened = await world.open()
    await opened.evaluate(async () => {
      const controlled = new Promise((resolve) => {
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true })
      })
      await navigator.serviceWorker.register("/own-claiming.js", { scope: "/" })
      await controlled
    })
    const result = await register(opened, { replaceOther: true })
    assert.equal(result.controlled, true, result.message)
    const controller = await opened.evaluate(() => navigator.serviceWorker.controller.scriptURL)
    assert.equal(new URL(controller).pathname, "/filesync-sw.js")
  })

  it("uses an app's own worker that calls the handlers, which keeps its own answers", async () => {
    world.routes["/own.js"] = [
      'import { handleFileSyncFetch, handleFileSyncMessage } from "/filesync-sw-module.js"',
      "addEventListener('install', () => skipWaiting())",
      "addEventListener('message', (event) => handleFileSyncMessage(event))",
      "addEventListener('fetch', (event) => {",
      "  if (handleFileSyncFetch(event)) return",
      "  if (new URL(event.request.url).pathname === '/own') event.respondWith(new Response('the app itself'))",
      "})",
    ].join("\n")
    const opened = await world.open()
    await opened.evaluate(async () => {
      await navigator.serviceWorker.register("/own.js", { scope: "/", type: "module" })
      await navigator.serviceWorker.ready
    })
    const result = await register(opened, { stores: [{ storeFolder: "own", source: null }] })
    assert.deepEqual(result, { controlled: true, how: "other-worker", sharedWorker: false })
    const hash = await opened.evaluate(() => globalThis.page.store("own", "beside"))
    assert.equal((await get(opened, `/livestore-filesync-files/own/${hash}`)).text, "beside")
    assert.equal((await get(opened, "/own")).text, "the app itself")
  })

  it("in one line from another origin, stands in for the shared worker that lies there", async () => {
    const cdn = `${world.remote.origin}/cdn`
    world.remote.contents.set(
      "/cdn/shared-worker.js",
      "let count = 0; onconnect = ({ ports: [port] }) => port.postMessage(++count)",
    )
    world.routes["/one-line.js"] = `importScripts("${cdn}/filesync-sw.js")`
    const opened = await world.open()
    const result = await register(opened, {
      url: "/one-line.js",
      stores: [{ storeFolder: "line", source: null }],
    })
    assert.deepEqual(result, { controlled: true, how: "installed", sharedWorker: true })
    const second = await world.open()
    const connect = () =>
      new Promise((resolve, reject) => {
        const worker = new SharedWorker("/livestore-filesync/shared-worker.js", { type: "module" })
        worker.onerror = () => reject(new Error("no shared worker"))
        worker.port.onmessage = ({ data }) => resolve(data)
      })
    assert.deepEqual([await opened.evaluate(connect), await second.evaluate(connect)], [1, 2])
    const hash = await opened.evaluate(() => globalThis.page.store("line", "one line"))
    assert.equal((await get(second, `/livestore-filesync-files/line/${hash}`)).text, "one line")
  })
})

describe("life", { timeout: 120_000 }, () => {
  let world
  before(async () => {
    world = await startWorld()
  })
  after(() => world?.close())

  it("answers the same when it was stopped between any two requests", async () => {
    const { page, storeFolder, url } = await world.openControlled({
      source: { baseUrl: world.remote.origin, headers: { Authorization: "Bearer kept" } },
    })
    const hash = await page.evaluate((folder) => globalThis.page.store(folder, "stays"), storeFolder)
    for (let round = 0; round < 3; round++) {
      await world.stopWorkers(page)
      assert.equal((await get(page, url(hash))).text, "stays")
      await world.stopWorkers(page)
      assert.equal((await get(page, url(hash), { Range: "bytes=1-2" })).text, "ta")
      const remote = world.remote.put(makeBytes(2000))
      await world.stopWorkers(page)
      assert.equal((await get(page, url(remote))).hash, remote)
      assert.equal(world.remote.requestsFor(remote)[0].authorization, "Bearer kept")
    }
    await page.close()
  })

  it("serves after a restart while the app's server is gone", async () => {
    const { page, storeFolder, url } = await world.openControlled({ source: null })
    const hash = await page.evaluate((folder) => globalThis.page.store(folder, "here"), storeFolder)
    await world.stopWorkers(page)
    await world.app.goAway()
    const answer = await get(page, url(hash)).finally(() => world.app.comeBack())
    assert.equal(answer.text, "here")
    await page.close()
  })

  it("begins again when it was killed in the middle of a download", async () => {
    const bytes = makeBytes(10 * 1024 * 1024)
    const hash = world.remote.put(bytes, { bytesPerSecond: 6 * 1024 * 1024 })
    const { page, url } = await world.openControlled()
    await page.evaluate(async (address) => {
      const reader = (await fetch(address)).body.getReader()
      globalThis.bytesRead = (await reader.read()).value.length
      globalThis.rest = (async () => {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          globalThis.bytesRead += next.value.length
        }
      })()
        // Firefox ends the body as if that were all; only its length shows it.
        .catch(() => {})
        .then(() => globalThis.bytesRead)
    }, url(hash))
    await world.stopWorkers(page)
    const bytesRead = await page.evaluate(() => globalThis.rest)
    assert.ok(bytesRead > 0 && bytesRead < bytes.length, `${bytesRead} bytes came`)
    assert.equal((await get(page, url(hash))).hash, hash)
    await page.close()
  })

  it("is replaced by a new version without breaking an answer that is under way", async () => {
    const bytes = makeBytes(9 * 1024 * 1024)
    const hash = world.remote.put(bytes, { bytesPerSecond: 6 * 1024 * 1024 })
    const { page, url } = await world.openControlled()
    const underWay = get(page, url(hash))
    await until(() => world.remote.requestsFor(hash).length === 1, "the download")
    world.routes["/filesync-sw.js"] += "\n// a new version\n"
    await page.evaluate(async () => {
      const old = navigator.serviceWorker.controller
      const changed = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }),
      )
      await (await navigator.serviceWorker.getRegistration()).update()
      await changed
      globalThis.isNew = navigator.serviceWorker.controller !== old
    })
    assert.equal(await page.evaluate(() => globalThis.isNew), true)
    assert.equal((await underWay).hash, hash)
    await page.close()
  })

  it("leaves every other request to the network, also when it has to start for it", async () => {
    const { page } = await world.openControlled({ source: null })
    world.routes["/other"] = "something else"
    await world.stopWorkers(page)
    assert.equal((await get(page, "/other")).text, "something else")
    await page.close()
  })

  it("routes every other request past the worker, so that none waits for it to start", async (test) => {
    const { page, storeFolder, url } = await world.openControlled({ source: null })
    if (!(await page.evaluate(() => "workerMatchedSourceType" in PerformanceResourceTiming.prototype)))
      return test.skip("this browser has no static routing")
    world.routes["/other"] = "something else"
    const hash = await page.evaluate((folder) => globalThis.page.store(folder, "x"), storeFolder)
    await world.stopWorkers(page)
    const [other, file] = await page.evaluate(
      async (addresses) => {
        const started = []
        for (const address of addresses) {
          await (await fetch(address)).text()
          await new Promise((resolve) => setTimeout(resolve))
          started.push(
            performance
              .getEntriesByType("resource")
              .findLast(({ name }) => name.includes(address))
              .toJSON(),
          )
        }
        return started
      },
      ["/other", url(hash)],
    )
    assert.equal(other.workerMatchedSourceType, "network")
    assert.equal(file.workerMatchedSourceType, "fetch-event")
    await page.close()
  })
})
