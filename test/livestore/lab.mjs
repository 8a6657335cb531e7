/** Pages with LiveStore in real browsers, on the real local backend: what tests of LiveStore's storage need. */
import { build } from "esbuild"
import { createReadStream, existsSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { chromium } from "playwright-core"
import { chromiumFlags, findBrowser } from "../../scripts/find-browser.mjs"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { temporaryFolder } from "../support/started-app.mjs"

const types = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" }
const wasm = join(projectRoot, "node_modules/@livestore/wa-sqlite/dist/wa-sqlite.wasm")

const bundle = (outdir) =>
  build({
    absWorkingDir: projectRoot,
    entryPoints: ["page", "worker", "databases-worker"].map((name) => `test/livestore/${name}.ts`),
    outdir,
    bundle: true,
    splitting: true,
    // These tests start workers all the time: what they parse is small, and the browser keeps it compiled.
    minify: true,
    format: "esm",
    target: "es2022",
    conditions: ["browser", "production"],
    define: { "process.env.NODE_ENV": '"production"', "import.meta.env": "undefined" },
    logLevel: "error",
  })

const serve = async (folder) => {
  const server = createServer((request, response) => {
    const name = new URL(request.url, "http://localhost").pathname.slice(1) || "index.html"
    const path = name === "wa-sqlite.wasm" ? wasm : join(folder, name)
    if (name === "index.html") {
      response.setHeader("content-type", types[".html"])
      response.end(
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
      )
      return
    }
    if (!existsSync(path)) {
      response.statusCode = 404
      response.end()
      return
    }
    response.setHeader("content-type", types[name.slice(name.lastIndexOf("."))] ?? "text/plain")
    response.setHeader("cache-control", "max-age=3600")
    createReadStream(path).pipe(response)
  })
  await new Promise((resolve) => server.listen(0, "localhost", resolve))
  return { url: `http://localhost:${server.address().port}/`, stop: () => server.close() }
}

/** A page's `lab`, called from here. */
const openPage = async (context, url) => {
  context.setDefaultTimeout(120_000)
  const log = []
  let page
  /** Opens a page, and closes the one before it with whatever still runs there. */
  const renew = async () => {
    await page?.close()
    page = await context.newPage()
    page.on("console", (message) => log.push(`${message.type()}: ${message.text()}`))
    page.on("pageerror", (error) => log.push(String(error)))
    await page.goto(url)
    await page.waitForFunction(() => globalThis.lab !== undefined)
  }
  await renew()
  const call = (name, ...args) =>
    page.evaluate(([method, values]) => globalThis.lab[method](...values), [name, args])
  return { renew, call, heard: () => page.evaluate(() => globalThis.lab.heard), log }
}

/** Starts the backend, the page's server and two browsers: `here` keeps what it stores, `there` is another device. */
export const startLab = async () => {
  const bundles = temporaryFolder("lab-bundle")
  const data = temporaryFolder("lab-data")
  const profile = temporaryFolder("lab-profile")
  const backend = await startLocalBackend({ dataFolder: data.path, port: 0, allowOrigins: ["*"] })
  await bundle(bundles.path)
  const server = await serve(bundles.path)
  const launch = { executablePath: findBrowser(), headless: true, args: chromiumFlags }
  const context = await chromium.launchPersistentContext(profile.path, launch)
  const browser = await chromium.launch(launch)
  const here = await openPage(context, server.url)
  const there = await openPage(await browser.newContext(), server.url)
  return {
    here,
    there,
    sync: `${backend.url.replace(/^http/, "ws").replace(/\/$/, "")}/sync`,
    stop: async () => {
      await context.close()
      await browser.close()
      server.stop()
      await backend.stop()
      for (const folder of [bundles, data, profile]) folder.remove()
    },
  }
}

/** Resolves once `isSo` does; rejects with what it last was. */
export const until = async (what, look, isSo, timeoutMs = 120_000) => {
  const endAt = Date.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (isSo(found)) return found
    if (Date.now() > endAt)
      throw new Error(`${what} did not come in ${timeoutMs} ms; last: ${JSON.stringify(found)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
