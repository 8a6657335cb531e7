/** A browser with real storage, an app's server and a remote on another origin, for the service worker's tests. */
import { createHash, randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { once } from "node:events"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { build as bundleWith } from "esbuild"
import { build } from "../../scripts/build.mjs"
import { startEngine } from "./browsers.mjs"

const here = fileURLToPath(new URL("./", import.meta.url))

const bundle = async (entry, format = "iife") => {
  const { outputFiles } = await bundleWith({
    entryPoints: [join(here, entry)],
    bundle: true,
    format,
    minify: true,
    target: "es2022",
    write: false,
    logLevel: "error",
  })
  return outputFiles[0].text
}

const listen = (handler) =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      Promise.resolve(handler(request, response)).catch(() => response.destroy())
    })
    server.listen(0, "localhost", () => resolve(server))
  })

const closeServer = (server) =>
  new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })

/** SHA-256 as hex. */
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex")

/** Bytes that compress badly and differ each time. */
export const makeBytes = (size) => randomBytes(size)

/**
 * The app's server: `routes` maps a path to a body, or to `{ body, headers, status }`, and may be changed at any time.
 * Counts what it was asked for in `requests`.
 */
const startApp = async (routes) => {
  const requests = []
  const server = await listen((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost")
    requests.push(pathname)
    const found = routes[pathname]
    if (found === undefined)
      return response.writeHead(404, { "Content-Type": "text/plain" }).end("from the network: 404")
    const { body, headers = {}, status = 200 } = typeof found === "string" ? { body: found } : found
    const type = pathname.endsWith(".js") ? "text/javascript" : "text/html"
    response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", ...headers }).end(body)
  })
  const { port } = server.address()
  return {
    server,
    requests,
    origin: `http://localhost:${port}`,
    goAway: () => closeServer(server),
    comeBack: () => new Promise((resolve) => server.listen(port, "localhost", resolve)),
  }
}

/**
 * A remote of content by hash, on another origin. Behaviour per hash in `behaviour`: `bytesPerSecond`, `wholeBytesPerSecond`
 * (of answers that are no part), `wrong` (that many
 * answers with spoilt bytes), `breakAt` (the connection breaks once after that many bytes), `silentAt`
 * (nothing comes after that many bytes; `times` times, else always), `page` (a web page with that status), `status`, `noRange`.
 */
const startRemote = async () => {
  const contents = new Map()
  const behaviour = new Map()
  const requests = []
  const server = await listen(async (request, response) => {
    const cors = {
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Allow-Headers": "authorization, range",
      "Access-Control-Expose-Headers": "Content-Range, ETag",
    }
    if (request.method === "OPTIONS") return response.writeHead(204, cors).end()
    const script = contents.get(request.url.split("?")[0])
    if (script !== undefined)
      return response.writeHead(200, { ...cors, "Content-Type": "text/javascript" }).end(script)
    const hash = request.url.split("/").at(-1)
    const conduct = behaviour.get(hash) ?? {}
    const entry = {
      hash,
      method: request.method,
      url: request.url,
      range: request.headers.range,
      authorization: request.headers.authorization,
      isOver: false,
    }
    requests.push(entry)
    entry.ended = once(response, "close")
    response.on("close", () => {
      entry.isOver = true
    })
    if (conduct.page !== undefined)
      return response.writeHead(conduct.page, { ...cors, "Content-Type": "text/html" }).end("<!doctype html>")
    let bytes = contents.get(hash)
    if (bytes === undefined || conduct.status !== undefined)
      return response.writeHead(conduct.status ?? 404, cors).end()
    if (conduct.wrong > 0) {
      conduct.wrong--
      bytes = Buffer.from(bytes)
      bytes[bytes.length - 1] ^= 1
    }
    const range = conduct.noRange ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "")
    const start = range ? Number(range[1]) : 0
    const end = range?.[2] ? Math.min(Number(range[2]), bytes.length - 1) : bytes.length - 1
    response.writeHead(range ? 206 : 200, {
      ...cors,
      "Content-Type": "application/octet-stream",
      "Content-Length": end - start + 1,
      ...(range ? { "Content-Range": `bytes ${start}-${end}/${bytes.length}` } : {}),
    })
    if (request.method === "HEAD") return response.end()
    const bytesPerSecond = conduct.bytesPerSecond ?? (range ? undefined : conduct.wholeBytesPerSecond)
    const pieceBytes = bytesPerSecond ? Math.ceil(bytesPerSecond / 50) : 256 * 1024
    for (let offset = start; offset <= end && !response.destroyed; offset += pieceBytes) {
      if (conduct.silentAt !== undefined && offset + pieceBytes > conduct.silentAt) {
        response.write(bytes.subarray(offset, conduct.silentAt))
        if (conduct.times !== undefined && --conduct.times <= 0) delete conduct.silentAt
        return
      }
      if (conduct.breakAt !== undefined && offset >= conduct.breakAt) {
        delete conduct.breakAt
        return response.destroy()
      }
      const drained = response.write(bytes.subarray(offset, Math.min(offset + pieceBytes, end + 1)))
      if (bytesPerSecond) await pause(20)
      else if (!drained)
        await Promise.race([new Promise((resolve) => response.once("drain", resolve)), entry.ended])
      await conduct.gate
    }
    response.end()
  })
  return {
    server,
    requests,
    behaviour,
    contents,
    origin: `http://localhost:${server.address().port}`,
    /** Offers bytes and gives their hash. */
    put: (bytes, conduct) => {
      const hash = sha256(bytes)
      contents.set(hash, bytes)
      if (conduct) behaviour.set(hash, conduct)
      return hash
    },
    requestsFor: (hash) => requests.filter((entry) => entry.hash === hash),
  }
}

let bundles

/** The worker is exactly what the package ships: minified, with the package's own build. */
const makeBundles = async () => {
  await build({ only: ["service-worker"], say: () => {} })
  const [page, module] = await Promise.all([bundle("page.ts"), bundle("./module.ts", "esm")])
  const read = (name) => readFileSync(new URL(`../../dist/${name}`, import.meta.url), "utf8")
  return { page, module, classic: read("filesync-sw.js"), background: read("filesync-sw-background.js") }
}

/** Starts everything; `close` ends everything. Each test takes a store folder of its own, so one browser serves a file. */
export const startWorld = async ({
  userDataDir = mkdtempSync(join(tmpdir(), "filesync-sw-")),
  patienceMs,
} = {}) => {
  bundles ??= await makeBundles()
  const { page, classic, background, module } = bundles
  const html = (body = "") =>
    `<!doctype html><meta charset="utf-8"><title>app</title><script src="/page.js"></script>${body}`
  const routes = {
    "/": html(),
    "/page.js": page,
    "/filesync-sw.js": classic,
    "/filesync-sw-background.js": background,
    "/filesync-sw-module.js": module,
  }
  const app = await startApp(routes)
  const remote = await startRemote()
  remote.contents.set("/cdn/filesync-sw.js", classic)
  const { context, hasPatience, stopWorkers, hardReload } = await startEngine(userDataDir, { patienceMs })
  let stores = 0
  return {
    context,
    profile: userDataDir,
    app,
    remote,
    routes,
    html,
    /** A page of the app; its errors fail the test that looks at them. */
    open: async (path = "/") => {
      const opened = await context.newPage()
      await opened.goto(app.origin + path)
      return opened
    },
    /** A page under control, and a store that the worker knows. `knows: "nothing"` gives it an idle engine. */
    openControlled: async ({
      source,
      path = "/",
      storeFolder = `store-${++stores}`,
      keyUrl,
      knows,
      mayUpload,
      worker,
    } = {}) => {
      const opened = await context.newPage()
      await opened.goto(app.origin + path)
      const remoteSource = source === undefined ? { baseUrl: remote.origin } : source
      const result = await opened.evaluate(
        async ({ url, ...configuration }) => {
          const { controlled, reason, cause } = await page.registerFileSyncServiceWorker({
            stores: [configuration],
            ...(url ? { url, replaceOther: true } : {}),
          })
          return { controlled, reason, cause: String(cause) }
        },
        {
          storeFolder,
          source: remoteSource,
          ...(keyUrl ? { keyUrl } : {}),
          ...(mayUpload ? { mayUpload } : {}),
          ...(worker ? { url: worker } : {}),
        },
      )
      if (!result.controlled) throw new Error(JSON.stringify(result))
      // An engine that does not know the content says so at once, and no reader has to wait for it.
      if (knows === "nothing") {
        await opened.evaluate(
          (folder) => void page.answerServiceWorker({ storeFolder: folder, want: async () => "unknown" }),
          storeFolder,
        )
      }
      return {
        page: opened,
        storeFolder,
        url: (hash, query = "") => `/livestore-filesync-files/${storeFolder}/${hash}${query}`,
      }
    },
    /** Ends the running service workers, as the browser does when they are idle. */
    stopWorkers,
    /** The browser kept to `patienceMs`: how long a worker may run without receiving an event. */
    hasPatience,
    /** Shift and reload: the page comes without the service worker. */
    hardReload,
    close: async () => {
      await context.close()
      await Promise.all([closeServer(app.server), closeServer(remote.server)])
      rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Waits until a condition of this program holds; a busy machine is given a minute. */
export const until = async (condition, what = "the condition", everyMs = 10) => {
  const deadline = Date.now() + 60_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what} did not become true`)
    await pause(everyMs)
  }
}
