#!/usr/bin/env node
/** `npx livestore-filesync`: a new app, the local backend, the service worker's file, and garbage collection. */
import { existsSync } from "node:fs"
import { copyFile, mkdir } from "node:fs/promises"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { collectGarbageCommand, collectGarbageUsage } from "./collect-garbage.mjs"
import { createCommand, createUsage } from "./create.mjs"
import { UsageError } from "./usage-error.mjs"

const dist = fileURLToPath(new URL("../dist/", import.meta.url))

const usage = `${createUsage}

livestore-filesync dev [--port 4242] [--data .filesync-data] [--origin http://localhost:5173]…
  Starts the backend on this machine: files under /api, LiveStore's sync under /sync. Needs miniflare
  (npm install --save-dev miniflare). --port 0 takes any free one. --origin: an app that is served elsewhere; may be
  given more than once; default any origin on localhost's common development ports.

livestore-filesync copy-sw DIR
  Copies the ready-made service worker to DIR/filesync-sw.js, for a web server to serve at the root of the app, and
  DIR/filesync-sw-background.js, which it imports where the browser has Background Sync.

${collectGarbageUsage}`

/** Where Vite, webpack, Parcel and plain servers listen by default. */
const developmentOrigins = [1234, 3000, 4173, 4321, 5000, 5173, 8000, 8080].flatMap((port) => [
  `http://localhost:${port}`,
  `http://127.0.0.1:${port}`,
])

const portFrom = (text) => {
  const port = Number(text)
  if (text.trim() !== "" && Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new UsageError(`--port ${text} is not a port number (0 to 65535).`)
}

const requireBuilt = (path) => {
  if (existsSync(path)) return path
  throw new UsageError(`${path} is missing: run \`npm run build\` first.`)
}

const loadBackend = async () => {
  try {
    return await import(requireBuilt(join(dist, "dev/local-backend.mjs")))
  } catch (cause) {
    if (cause?.code === "ERR_MODULE_NOT_FOUND" && /'miniflare'/.test(cause.message)) {
      throw new UsageError("The local backend runs in miniflare: npm install --save-dev miniflare")
    }
    throw cause
  }
}

const dev = async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: process.env.PORT || "4242" },
      data: { type: "string", default: process.env.FILESYNC_DATA || ".filesync-data" },
      origin: { type: "string", multiple: true, default: developmentOrigins },
    },
  })
  const { startLocalBackend } = await loadBackend()
  const dataFolder = resolve(values.data)
  const backend = await startLocalBackend({
    port: portFrom(values.port),
    dataFolder,
    allowOrigins: values.origin,
    workerFile: join(dist, "dev/worker.mjs"),
  })
  let ending = false
  const end = async () => {
    if (ending) process.exit(130)
    ending = true
    await backend.stop()
    process.exit(0)
  }
  for (const signal of ["SIGINT", "SIGTERM"]) {
    // Miniflare's own listeners would leave at once, with an exit code that means failure.
    process.removeAllListeners(signal)
    process.on(signal, end)
  }
  console.log(`stored files: ${dataFolder}`)
  console.log(`files: http://localhost:${backend.port}/api   sync: ws://localhost:${backend.port}/sync`)
  console.log(`ready http://localhost:${backend.port}/`)
}

const copyServiceWorker = async (args) => {
  const { positionals } = parseArgs({ args, allowPositionals: true })
  if (positionals.length !== 1) throw new UsageError("copy-sw needs one folder.")
  const folder = resolve(positionals[0])
  await mkdir(folder, { recursive: true })
  for (const name of ["filesync-sw.js", "filesync-sw-background.js"]) {
    await copyFile(requireBuilt(join(dist, name)), join(folder, name))
    console.log(join(folder, name))
  }
}

const loadServer = async () => ({
  ...(await import(requireBuilt(join(dist, "server.js")))),
  ...(await import(requireBuilt(join(dist, "server/node.js")))),
})

const commands = {
  create: createCommand,
  dev,
  "copy-sw": copyServiceWorker,
  "collect-garbage": (args) => collectGarbageCommand(args, { loadServer }),
}
const [name = "", ...args] = process.argv.slice(2)

const usageOf = (command) =>
  command === "collect-garbage" ? collectGarbageUsage : command === "create" ? createUsage : usage
/** The whole text would hide what was wrong. */
const reminderOf = (command) =>
  `livestore-filesync ${command in commands ? `${command} ` : ""}--help says more.`
const asksForHelp =
  ["", "help", "--help", "-h"].includes(name) || args.includes("--help") || args.includes("-h")

if (asksForHelp) {
  console.log(usageOf(name))
} else {
  try {
    if (!(name in commands)) throw new UsageError(`There is no command ${name}.`)
    await commands[name](args)
  } catch (cause) {
    const isUsage = cause instanceof UsageError || String(cause?.code).startsWith("ERR_PARSE_ARGS")
    console.error(isUsage ? `${cause.message}\n\n${reminderOf(name)}` : cause)
    process.exitCode = 1
  }
}
