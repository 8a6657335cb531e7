import { createHash, randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { Log, LogLevel, Miniflare, Response as WorkerdResponse } from "miniflare"
import { freePort, openGate } from "./local-backend-gate.mjs"
import { watchHealth } from "./local-backend-watchdog.mjs"

const here = path.dirname(fileURLToPath(import.meta.url))

/**
 * Starts the backend on this machine: one workerd on one port with file storage under `/api` (R2, in
 * `<dataFolder>/r2`), LiveStore's sync backend under `/sync` (in `<dataFolder>/do`), and everything else from `assets`.
 * A workerd that no longer answers is restarted on the same data and port.
 *
 * @param {object} options
 * @param {number} [options.port] 0 = any free one, the default.
 * @param {string} [options.host] Default `127.0.0.1`. No token is required, so keep it on loopback.
 * @param {string} [options.dataFolder] Where objects and events stay; omitted = in memory, gone with the process.
 * @param {(request: Request) => Promise<Response | undefined> | Response | undefined} [options.assets]
 * @param {ReadonlyArray<string>} [options.allowOrigins] Other origins whose pages may use `/api` and `/sync`; `"*"` = any.
 *   Requests are answered for this machine's own names and for those of these origins, and for no other.
 * @param {string} [options.workerFile] A built worker to run instead of `worker.ts`.
 * @param {boolean} [options.logRequests]
 * @param {Record<string, string>} [options.variables] More variables for the worker.
 * @param {{ everyMs?: number, silentMs?: number }} [options.health] How often workerd is asked whether it answers (default
 *   2 s), and after how long a silence in which it does nothing it is restarted (default 15 s).
 * @param {(line: string) => void} [options.report] Called with a line about each restart. Default: standard error.
 * @returns {Promise<{ url: string, port: number, stop: () => Promise<void> }>}
 */
export const startLocalBackend = async ({
  port = 0,
  host = "127.0.0.1",
  dataFolder,
  assets,
  allowOrigins = [],
  workerFile,
  logRequests = false,
  variables = {},
  health = {},
  report = (line) => console.error(line),
} = {}) => {
  const scriptPath = workerFile ?? (await bundleWorker())
  const script = await readFile(scriptPath, "utf8")
  // Links end with the process.
  const shareSecret = randomUUID()
  const optionsAt = (socket) => ({
    host: "127.0.0.1",
    port: 0,
    // Miniflare's own entrance compresses what it likes, which breaks lengths and ranges; this one is workerd's.
    unsafeDirectSockets: [socket],
    // LiveStore's sync backend talks about every connection.
    ...(logRequests ? {} : { handleRuntimeStdio: quiet }),
    log: new Log(logRequests ? LogLevel.INFO : LogLevel.ERROR),
    cf: false,
    telemetry: { enabled: false },
    unsafeHandleRuntimeRestart: () => report("local backend: workerd ended by itself and was started again"),
    modules: [{ type: "ESModule", path: scriptPath, contents: script }],
    modulesRoot: path.dirname(scriptPath),
    compatibilityDate: "2025-05-07",
    compatibilityFlags: ["enable_request_signal", "nodejs_compat"],
    durableObjects: { SYNC: { className: "SyncBackendDO", useSQLite: true } },
    r2Buckets: { FILES: "files" },
    bindings: {
      FILESYNC_OPEN: "true",
      FILESYNC_ALLOW_ORIGINS: allowOrigins.join(","),
      FILESYNC_HOSTS: hostsOf(host, allowOrigins).join(","),
      FILESYNC_LOG: String(logRequests),
      FILESYNC_SHARE_SECRET: shareSecret,
      ...variables,
    },
    serviceBindings: { ASSETS: (request) => serveAsset(assets, request) },
    ...(dataFolder === undefined
      ? {}
      : { durableObjectsPersist: path.join(dataFolder, "do"), r2Persist: path.join(dataFolder, "r2") }),
  })
  const miniflare = new Miniflare(optionsAt({ host, port }))
  await miniflare.ready
  const url = await miniflare.unsafeGetDirectURL()
  const unwatch = restartWhenSilent(miniflare, { url, host, optionsAt, health, report })
  return {
    url: url.origin,
    port: Number(url.port),
    stop: () => {
      unwatch()
      return miniflare.dispose()
    },
  }
}

/**
 * Restarts workerd when it no longer answers; it was seen to spin for minutes with every request waiting. The new one gets
 * a port of its own behind a gate at the old one, so that connections which come meanwhile wait.
 */
const restartWhenSilent = (miniflare, { url, host, optionsAt, health, report }) => {
  const { everyMs = 2_000, silentMs = 15_000 } = health
  let gate
  let isOver = false
  let isAway = false
  let target = { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) }
  const restart = async (silenceMs) => {
    report(`local backend: workerd has not answered for ${seconds(silenceMs)} s and is restarted`)
    const startedAt = performance.now()
    isAway = true
    gate ??= openGate({ host, port: Number(url.port), target: () => (isAway ? undefined : target) })
    for (;;) {
      const inner = { host: "127.0.0.1", port: await freePort() }
      try {
        await miniflare.setOptions(optionsAt(inner))
        target = inner
        isAway = false
        return report(
          `local backend: workerd answers again after ${seconds(performance.now() - startedAt)} s`,
        )
      } catch (cause) {
        if (isOver) return
        report(`local backend: workerd could not be restarted, which is tried again: ${cause}`)
        await new Promise((resolve) => setTimeout(resolve, everyMs))
      }
    }
  }
  const unwatch = watchHealth({
    address: () => `http://${hostAndPort(target)}/api/health`,
    everyMs,
    silentMs,
    onSilence: restart,
  })
  return () => {
    isOver = true
    unwatch()
    gate?.close()
  }
}

const seconds = (ms) => (ms / 1000).toFixed(1)

const hostAndPort = ({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`

/** The names under which this machine is its own, and those of apps that proxy to here. */
const hostsOf = (host, allowOrigins) => {
  const own = ["localhost", "127.0.0.1", "[::1]", host.includes(":") ? `[${host}]` : host]
  const listed = allowOrigins
    .filter((origin) => URL.canParse(origin))
    .map((origin) => new URL(origin).hostname)
  return [...new Set([...own, ...listed])]
}

const quiet = (stdout, stderr) => {
  stdout.resume()
  // Piped streams would stay among the listeners of this process's own for each workerd that was ever started.
  stderr.on("data", (chunk) => process.stderr.write(chunk))
}

const serveAsset = async (assets, request) => {
  const answer = await assets?.(request)
  if (answer === undefined) {
    return new WorkerdResponse("Not found", { status: 404, headers: { "content-type": "text/plain" } })
  }
  const { status, statusText, headers, body } = answer
  return new WorkerdResponse(body, { status, statusText, headers: [...headers] })
}

/** Bundles `worker.ts`, or takes the bundle of last time when none of its files has changed since. */
const bundleWorker = async () => {
  const entry = path.join(here, "worker.ts")
  const folder = path.join(here, "..", "node_modules", ".cache", "livestore-filesync")
  const name = `worker-${createHash("sha256").update(here).digest("hex").slice(0, 12)}`
  const outfile = path.join(folder, `${name}.mjs`)
  const listFile = path.join(folder, `${name}.json`)
  if (await isFresh(outfile, listFile)) return outfile

  const result = await build({
    entryPoints: [entry],
    absWorkingDir: here,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*", "node:*"],
    define: { "process.env.NODE_ENV": '"production"' },
    outfile,
    logLevel: "error",
  })
  await mkdir(folder, { recursive: true })
  const inputs = Object.keys(result.metafile.inputs)
    .map((input) => path.resolve(here, input))
    .filter((input) => existsSync(input))
  await publish(outfile, result.outputFiles[0].contents)
  await publish(listFile, JSON.stringify(inputs))
  return outfile
}

/** Writes beside and renames, because several programs may bundle at once. */
const publish = async (file, contents) => {
  const temporary = `${file}.${process.pid}.tmp`
  await writeFile(temporary, contents)
  await rename(temporary, file)
}

const isFresh = async (outfile, listFile) => {
  try {
    const builtAtMs = (await stat(outfile)).mtimeMs
    const inputs = JSON.parse(await readFile(listFile, "utf8"))
    const times = await Promise.all(inputs.map(async (input) => (await stat(input)).mtimeMs))
    return times.every((time) => time < builtAtMs)
  } catch {
    // Nothing built yet, or a source file has gone.
    return false
  }
}
