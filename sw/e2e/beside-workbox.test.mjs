/** One service worker for both: Workbox keeps the app's shell, the package serves the files. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { startWorld } from "./support.mjs"

/** What an app writes with Workbox: a precached shell that answers navigations, and a route that catches all else. */
const workbox = `
  import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching"
  import { NavigationRoute, registerRoute, setDefaultHandler } from "workbox-routing"
  precacheAndRoute([{ url: "/shell.html", revision: "1" }, { url: "/page.js", revision: "1" }])
  cleanupOutdatedCaches()
  registerRoute(new NavigationRoute(createHandlerBoundToURL("/shell.html"), { allowlist: [/^\\/app/] }))
  setDefaultHandler(async ({ request }) => {
    const response = await fetch(request)
    const headers = new Headers(response.headers)
    headers.set("X-By", "workbox")
    return new Response(response.body, { status: response.status, headers })
  })
`
const takeOver = `
  addEventListener("install", () => skipWaiting())
  addEventListener("activate", (event) => event.waitUntil(clients.claim()))
`

const bundle = async (contents) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("./", import.meta.url)) },
    bundle: true,
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
    logLevel: "error",
  })
  return outputFiles[0].text
}

const forms = [
  [
    "installed as a module, before Workbox",
    `import { installFileSyncServiceWorker } from "../index.js"
     installFileSyncServiceWorker(self)
     ${workbox}`,
  ],
  [
    "asked in the app's own fetch listener, before Workbox",
    `import { handleFileSyncFetch, handleFileSyncMessage } from "../index.js"
     addEventListener("fetch", (event) => void handleFileSyncFetch(event))
     addEventListener("message", (event) => void handleFileSyncMessage(event))
     ${takeOver}
     ${workbox}`,
  ],
]

describe("beside Workbox in one worker", { timeout: 120_000 }, () => {
  let world
  before(async () => {
    world = await startWorld()
    world.routes["/shell.html"] = world.html("the shell")
    world.routes["/own"] = "the app's own answer"
    for (const [at, [, source]] of forms.entries()) world.routes[`/both-${at}.js`] = await bundle(source)
    world.routes["/workbox.js"] = await bundle(workbox)
    world.routes["/both-lines.js"] = 'importScripts("/filesync-sw.js")\nimportScripts("/workbox.js")'
  })
  after(() => world?.close())

  const scripts = [
    ...forms.map(([name], at) => [name, `/both-${at}.js`]),
    ["in one line of importScripts, before Workbox", "/both-lines.js"],
  ]
  for (const [name, url] of scripts) {
    it(`${name}: each answers its own, also offline and after a stop`, async () => {
      const page = await world.open()
      const storeFolder = url.replaceAll(/\W/g, "")
      const { controlled, how } = await page.evaluate(
        async ([script, folder]) => {
          for (const old of await navigator.serviceWorker.getRegistrations()) await old.unregister()
          const result = await globalThis.page.registerFileSyncServiceWorker({
            url: script,
            stores: [{ storeFolder: folder, source: null }],
          })
          return { controlled: result.controlled, how: result.how ?? result.message }
        },
        [url, storeFolder],
      )
      assert.equal(controlled, true, how)
      const hash = await page.evaluate((folder) => globalThis.page.store(folder, "0123456789"), storeFolder)
      const address = `/livestore-filesync-files/${storeFolder}/${hash}`
      const get = (...args) => page.evaluate((given) => globalThis.page.get(...given), args)

      const answer = async () => {
        const whole = await get(`${address}?type=image/png`)
        assert.deepEqual([whole.status, whole.text, whole.headers["x-by"]], [200, "0123456789", undefined])
        const part = await get(address, { Range: "bytes=2-4" })
        assert.deepEqual([part.status, part.text], [206, "234"])
        assert.match(part.headers["content-security-policy"], /sandbox/)
      }
      await answer()
      const own = await get("/own")
      assert.deepEqual([own.text, own.headers["x-by"]], ["the app's own answer", "workbox"])

      await world.stopWorkers(page)
      await world.app.goAway()
      try {
        await answer()
        await page.goto(`${world.app.origin}/app/deep/link`)
        assert.match(await page.content(), /the shell/)
        await answer()
      } finally {
        await world.app.comeBack()
      }
      await page.close()
    })
  }
})
