import { createHash, randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { Log, LogLevel, Miniflare, Response as WorkerdResponse } from "miniflare"

const here = path.dirname(fileURLToPath(import.meta.url))

/**
 * Starts the backend on this machine: one workerd on one port with file storage under `/api` (R2, in
 * `<dataFolder>/r2`), LiveStore's sync backend under `/sync` (in `<dataFolder>/do`), and everything else from `assets`.
 *
 * @param {object} options
 * @param {number} [options.port] 0 = any free one, the default.
 * @param {string} [options.host] Default `127.0.0.1`. Nobody asks for a token here, so keep it on loopback.
 * @param {string} [options.dataFolder] Where objects and events stay; omitted = in memory, gone with the process.
 * @param {(request: Request) => Promise<Response | undefined> | Response | undefined} [options.assets]
 * @param {ReadonlyArray<string>} [options.allowOrigins] Other origins whose pages may use `/api` and `/sync`; `"*"` = any.
 *   Requests are answered for this machine's own names and for those of these origins, and for no other.
 * @param {string} [options.workerFile] A built worker to run instead of `worker.ts`.
 * @param {boolean} [options.logRequests]
 * @param {Record<string, string>} [options.variables] More variables for the worker.
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
} = {}) => {
  const scriptPath = workerFile ?? (await bundleWorker())
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    // Miniflare's own entrance compresses what it likes, which breaks lengths and ranges; this one is workerd's.
    unsafeDirectSockets: [{ host, port }],
    // LiveStore's sync backend talks about every connection.
    ...(logRequests ? {} : { handleRuntimeStdio: quiet }),
    log: new Log(logRequests ? LogLevel.INFO : LogLevel.ERROR),
    cf: false,
    telemetry: { enabled: false },
    modules: [{ type: "ESModule", path: scriptPath, contents: await readFile(scriptPath, "utf8") }],
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
      // Links end with the process.
      FILESYNC_SHARE_SECRET: randomUUID(),
      ...variables,
    },
    serviceBindings: { ASSETS: (request) => serveAsset(assets, request) },
    ...(dataFolder === undefined
      ? {}
      : { durableObjectsPersist: path.join(dataFolder, "do"), r2Persist: path.join(dataFolder, "r2") }),
  })
  await miniflare.ready
  const url = await miniflare.unsafeGetDirectURL()
  return {
    url: url.origin,
    port: Number(url.port),
    stop: () => miniflare.dispose(),
  }
}

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
  stderr.pipe(process.stderr, { end: false })
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
