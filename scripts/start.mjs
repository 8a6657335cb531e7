#!/usr/bin/env node
/**
 * `npm start`: installs and builds what is missing, then serves the demo and the local backend on one port.
 *
 * `PORT` (default 4242, 0 = any free one) and `FILESYNC_DATA` (default `.filesync-data`) are honoured.
 */
import { createServer } from "node:net"
import { join, resolve } from "node:path"
import { build, demoParts } from "./build.mjs"
import { installIfNeeded, projectRoot } from "./ensure-installed.mjs"
import { staticFiles } from "./static-files.mjs"

const defaultPort = "4242"
const impatienceMs = 1000
const say = (line) => console.log(line)

const portFrom = (text) => {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`PORT=${text} is not a port number (0 to 65535).`)
}

/** Asked before anything is built, and because workerd's own answer is a stack of addresses. */
const requireFree = (port) =>
  new Promise((done, reject) => {
    const probe = createServer()
    probe.once("error", () =>
      reject(new Error(`Port ${port} is taken. \`PORT=0 npm start\` takes a free one.`)),
    )
    probe.listen(port, "127.0.0.1", () => probe.close(done))
  })

const serve = async (onStarted) => {
  const port = portFrom(process.env.PORT || defaultPort)
  const dataFolder = resolve(process.env.FILESYNC_DATA || join(projectRoot, ".filesync-data"))
  await requireFree(port)
  await installIfNeeded(say)
  await build({ only: demoParts, say })
  // Not at the top: until the line above it may not be installed.
  const { startLocalBackend } = await import("../server/local-backend.mjs")
  const docs = staticFiles({ mounts: [{ prefix: "/docs/", folder: join(projectRoot, "dist/docs") }] })
  // Apart from the documentation, because the demo keeps all that it lists for use offline.
  const demo = staticFiles({
    mounts: [
      { prefix: "/livestore-filesync/", folder: join(projectRoot, "dist/cdn") },
      // The folders below are apps of their own, which are built.
      {
        prefix: "/",
        folder: join(projectRoot, "demo"),
        only: /^(?:elements\/)?[\w-]+\.(?:html|css|js|svg)$/,
      },
    ],
    files: Object.fromEntries(
      ["/filesync-sw.js", "/filesync-sw-background.js", "/custom-elements.json"].map((path) => [
        path,
        join(projectRoot, `dist${path}`),
      ]),
    ),
    listing: "/app-shell.json",
  })
  const backend = await startLocalBackend({
    port,
    dataFolder,
    assets: async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === "/docs") return new Response(null, { status: 308, headers: { Location: "/docs/" } })
      return (await docs(request)) ?? demo(request)
    },
  })
  onStarted()
  say(`stored files: ${dataFolder}`)
  say(`documentation: http://localhost:${backend.port}/docs/`)
  say(`ready http://localhost:${backend.port}/`)
  return backend
}

let backend
let isEnding = false
let endingSinceMs

/** Ends everything in order. A terminal and npm both pass Ctrl-C on, so only a later second one does not wait. */
const end = async () => {
  endingSinceMs ??= performance.now()
  if (performance.now() - endingSinceMs > impatienceMs) process.exit(130)
  if (isEnding) return
  isEnding = true
  await backend?.stop()
  process.exit(0)
}

/** Only ours: miniflare adds listeners that leave at once, with an exit code that says the start failed. */
const takeSignals = () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.removeAllListeners(signal)
    process.on(signal, end)
  }
}

takeSignals()
try {
  backend = await serve(takeSignals)
} catch (cause) {
  if (isEnding) process.exit(0)
  console.error(cause instanceof Error ? cause.message : cause)
  process.exit(1)
}
