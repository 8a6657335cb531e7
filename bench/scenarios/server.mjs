import { createHash, randomBytes } from "node:crypto"
import { createReadStream, createWriteStream } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { Miniflare } from "miniflare"
import { inTurn } from "../harness/rounds.mjs"
import { temporaryFolder } from "../harness/temporary-folder.mjs"

const concurrentRequests = 6
const megabyte = 1_000_000

const listen = async (listener) => {
  const server = createServer(listener)
  await new Promise((resolve) => server.listen(0, "localhost", resolve))
  return {
    url: `http://localhost:${server.address().port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A handler of ours over a folder. */
const ownDisk = async () => {
  // Not at the top: until the pages are built they may not be there.
  const { allowAll, createFileSyncHandler } = await import("../../dist/server.js")
  const { diskStorage, toNodeListener } = await import("../../dist/server/node.js")
  const storage = diskStorage(temporaryFolder("disk"))
  return listen(toNodeListener(createFileSyncHandler({ storage, authorize: allowAll, basePath: "/api" })))
}

/** The least that puts a body into a file and gives it back. */
const bareDisk = () => {
  const folder = temporaryFolder("bare-disk")
  return listen(async (request, response) => {
    const path = join(folder, request.url.split("/").at(-1))
    if (request.method === "PUT") {
      await pipeline(request, createWriteStream(path))
      response.writeHead(201).end()
    } else await pipeline(createReadStream(path), response)
  })
}

const bareScript = `export default { async fetch(request, env) {
  const key = new URL(request.url).pathname.slice(1)
  if (request.method === "PUT") {
    await env.FILES.put(key, request.body)
    return new Response(null, { status: 201 })
  }
  return new Response((await env.FILES.get(key)).body)
} }`

/** R2 behind the least Worker there can be. */
const bareR2 = async () => {
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
}

const makeBodies = (count, sizeBytes) =>
  Array.from({ length: count }, () => {
    const bytes = randomBytes(sizeBytes)
    const digest = createHash("sha256").update(bytes).digest()
    return { bytes, key: `bench/${digest.toString("hex")}`, digest: `sha-256=:${digest.toString("base64")}:` }
  })

const send = async (url, { bytes, key, digest }) => {
  const answer = await fetch(`${url}/api/files/${key}`, {
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream", "Content-Digest": digest, "If-None-Match": "*" },
    body: bytes,
  })
  await answer.arrayBuffer()
  if (answer.status !== 201) throw new Error(`PUT: ${answer.status}`)
}

const take = async (url, { bytes, key }) => {
  const answer = await fetch(`${url}/api/files/${key}`)
  let received = 0
  for await (const piece of Readable.fromWeb(answer.body)) received += piece.length
  if (received !== bytes.length) throw new Error(`GET: ${answer.status}, ${received} bytes`)
}

/** Seconds until all are done, so many at a time. */
const secondsFor = async (bodies, work) => {
  const beginMs = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: concurrentRequests }, async () => {
      while (next < bodies.length) await work(bodies[next++])
    }),
  )
  return (performance.now() - beginMs) / 1000
}

/** What the file handler costs over the store beneath it: small requests a second, and megabytes a second. */
export const server = {
  names: ["server"],
  subjects: ["ours", "floor"],
  async run({ site, subjects, quick, record }) {
    const stores = {
      R2: { ours: async () => ({ url: site.urlOf("ours"), stop: () => {} }), floor: bareR2 },
      disk: { ours: ownDisk, floor: bareDisk },
    }
    for (const [store, starts] of Object.entries(stores)) {
      const running = {}
      for (const subject of subjects) running[subject] = await starts[subject]()
      for (let round = 0; round < (quick ? 2 : 7); round += 1) {
        const small = makeBodies(quick ? 100 : 500, 10_000)
        const large = makeBodies(quick ? 2 : 4, 32 * megabyte)
        for (const subject of inTurn(subjects, round)) {
          const { url } = running[subject]
          const isWarm = round > 0
          const note = (metric, unit, value) => {
            if (isWarm) record(subject, `${store}: ${metric}`, unit, value)
          }
          const smallCount = small.length
          const largeMegabytes = large.length * 32
          note("PUT 10 KB", "requests/s", smallCount / (await secondsFor(small, (body) => send(url, body))))
          note("GET 10 KB", "requests/s", smallCount / (await secondsFor(small, (body) => take(url, body))))
          note("PUT 32 MB", "MB/s", largeMegabytes / (await secondsFor(large, (body) => send(url, body))))
          note("GET 32 MB", "MB/s", largeMegabytes / (await secondsFor(large, (body) => take(url, body))))
        }
      }
      for (const { stop } of Object.values(running)) await stop()
    }
  },
}
