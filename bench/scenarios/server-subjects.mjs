/** The servers that the `server` scenario compares: each has a way to its objects, a process to look at, and an end. */
import { AwsClient } from "aws4fetch"
import { build } from "esbuild"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Miniflare } from "miniflare"
import { forked, startProgram } from "../harness/forked.mjs"
import { childrenCalled } from "../harness/process-memory.mjs"
import { temporaryFolder } from "../harness/temporary-folder.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))

const ownPaths = (url) => (key) => `${url}/api/files/${key}`

const startOnOwnPaths = async (kind, options) => {
  const { said, ...rest } = await startProgram(kind, options)
  return { ...rest, addressFor: ownPaths(said.url) }
}

const withWorkerd = async (start) => {
  const before = new Set(childrenCalled("workerd"))
  const { url, stop } = await start()
  const processId = childrenCalled("workerd").find((id) => !before.has(id))
  return { addressFor: ownPaths(url), processId, stop }
}

const bareScript = `export default { async fetch(request, env) {
  const key = new URL(request.url).pathname.slice(1)
  if (request.method === "PUT") {
    await env.FILES.put(key, request.body)
    return new Response(null, { status: 201 })
  }
  return new Response((await env.FILES.get(key)).body)
} }`

/** R2 behind a minimal Worker. */
const bareR2 = () =>
  withWorkerd(async () => {
    const miniflare = new Miniflare({
      host: "127.0.0.1",
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      cf: false,
      telemetry: { enabled: false },
      modules: true,
      script: bareScript,
      compatibilityDate: "2025-05-07",
      r2Buckets: { FILES: "files" },
      r2Persist: temporaryFolder("bare-r2"),
    })
    await miniflare.ready
    return { url: (await miniflare.unsafeGetDirectURL()).origin, stop: () => miniflare.dispose() }
  })

const ownR2 = () => withWorkerd(() => startLocalBackend({ dataFolder: temporaryFolder("own-r2") }))

const radosgwProgram = `import { radosgwMissing, startRadosgw } from "./server/test/radosgw.ts"
const missing = radosgwMissing()
const server = missing === undefined ? await startRadosgw() : undefined
process.once("disconnect", async () => { await server?.stop(); process.exit() })
process.send({ missing, ...server })`

/** Ceph's S3 server with a bucket, or `{ missing }` when it is not installed. */
export const startS3 = async () => {
  // Within the project, where its packages are found.
  const outfile = join(root, "node_modules/.cache/livestore-filesync", `bench-radosgw-${process.pid}.mjs`)
  await build({
    stdin: { contents: radosgwProgram, resolveDir: root, sourcefile: "radosgw-program.mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    outfile,
    logLevel: "error",
  })
  const { said, stop } = await forked(outfile)
  rmSync(outfile)
  if (said.missing !== undefined) {
    await stop()
    return { missing: said.missing }
  }
  const { endpoint, accessKeyId, secretAccessKey } = said
  const options = { endpoint, accessKeyId, secretAccessKey, bucket: "bench", region: "us-east-1" }
  const aws = new AwsClient({ ...options, service: "s3", retries: 0 })
  const made = await aws.fetch(`${endpoint}/bench`, { method: "PUT" })
  if (!made.ok) throw new Error(`no bucket: ${made.status}`)
  /** The client talks to the store directly; it signs before it is timed. */
  const bare = {
    addressFor: async (key, method) => {
      const { url } = await aws.sign(`${endpoint}/bench/bare/${key}`, { method, aws: { signQuery: true } })
      return url
    },
    stop: () => {},
  }
  return { starts: { ours: () => startOnOwnPaths("own-s3", options), floor: async () => bare }, stop }
}

/** What each store is measured with. */
export const localStarts = {
  R2: { ours: ownR2, floor: bareR2 },
  disk: {
    ours: () => startOnOwnPaths("own-disk", { folder: temporaryFolder("disk") }),
    floor: () => startOnOwnPaths("bare-disk", { folder: temporaryFolder("bare-disk") }),
  },
  "disk, both checked and synced": {
    ours: () => startOnOwnPaths("own-disk", { folder: temporaryFolder("disk") }),
    floor: () => startOnOwnPaths("keeping-disk", { folder: temporaryFolder("keeping-disk") }),
  },
}
