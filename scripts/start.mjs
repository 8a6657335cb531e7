#!/usr/bin/env node
/**
 * `npm start`: installs and builds what is missing, then serves the demo and the local backend on one port.
 *
 * `PORT` (default 4242, 0 = any free one) and `FILESYNC_DATA` (default `.filesync-data`) are honoured.
 */
import { join, resolve } from "node:path"
import { build, demoParts } from "./build.mjs"
import { installIfNeeded, projectRoot } from "./fresh.mjs"
import { staticFiles } from "./static-files.mjs"

const say = (line) => console.log(line)

const portFrom = (text) => {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`PORT=${text} is not a port number (0 to 65535).`)
}

const serve = async () => {
  const port = portFrom(process.env.PORT || "4242")
  const dataFolder = resolve(process.env.FILESYNC_DATA || join(projectRoot, ".filesync-data"))
  await installIfNeeded(say)
  await build({ only: demoParts, say })
  // Not at the top: until the line above it may not be installed.
  const { startLocalBackend } = await import("../server/local-backend.mjs")
  const backend = await startLocalBackend({
    port,
    dataFolder,
    assets: staticFiles({
      mounts: [
        { prefix: "/livestore-filesync/", folder: join(projectRoot, "dist/cdn") },
        { prefix: "/", folder: join(projectRoot, "demo") },
      ],
      files: { "/filesync-sw.js": join(projectRoot, "dist/filesync-sw.js") },
      listing: "/app-shell.json",
    }),
  })
  say(`stored files: ${dataFolder}`)
  say(`ready http://localhost:${backend.port}/`)
  return backend
}

let backend
let ending = false

/** The first signal ends everything in order; a second one does not wait. */
const end = async () => {
  if (ending) process.exit(130)
  ending = true
  await backend?.stop()
  process.exit(0)
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end)

try {
  backend = await serve()
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause)
  process.exit(1)
}
