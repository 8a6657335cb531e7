/** Our server on Node over real stores: a disk, and S3 servers (Ceph's radosgw, OpenStack Swift) when they are installed. */
import { AwsClient } from "aws4fetch"
import { build } from "esbuild"
import { createHash, randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { startFaultyLine } from "./faulty-line.mjs"

const here = fileURLToPath(new URL(".", import.meta.url))

/** Loads the server's TypeScript. */
const loadServer = async () => {
  // Inside the project, so that the packages it leaves outside are found.
  const outfile = join(
    here,
    "../../../../node_modules/.cache/livestore-filesync",
    `stores-${process.pid}.mjs`,
  )
  await build({
    entryPoints: [join(here, "server-program.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    outfile,
    logLevel: "error",
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile, { force: true })
  }
}

const listen = async (server, storage, limits) => {
  const handler = server.createFileSyncHandler({
    storage,
    authorize: server.allowAll,
    basePath: "/api",
    allowOrigins: ["*"],
    ...(limits === undefined ? {} : { limits }),
  })
  const http = createServer(server.toNodeListener(handler))
  http.requestTimeout = 0
  await new Promise((resolve) => {
    http.listen(0, "127.0.0.1", resolve)
  })
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    stop: () =>
      new Promise((resolve) => {
        http.close(resolve)
        http.closeAllConnections()
      }),
  }
}

/** The stores of one test run, each started when first asked for. */
export const makeRealStores = () => {
  const stops = []
  let loading
  const startingS3 = new Map()
  const load = () => (loading ??= loadServer())

  const disk = async () => {
    const server = await load()
    const folder = mkdtempSync(join(tmpdir(), "filesync-adapter-disk-"))
    const { url, stop } = await listen(server, server.diskStorage(folder))
    stops.push(async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    })
    return { url }
  }

  const startS3 = async (name) => {
    const server = await load()
    const missing = name === "swift" ? server.swiftMissing() : server.radosgwMissing()
    if (missing !== undefined) {
      console.log(`SKIPPED: s3Adapter against a real S3 server (${name}), ${missing}`)
      return { missing }
    }
    const s3Server = await (name === "swift" ? server.startSwift() : server.startRadosgw())
    stops.push(() => s3Server.stop())
    return { server, s3Server }
  }

  /** A bucket of its own, behind a proxy of its own: the bytes take another way than the requests to our server. */
  const s3 = async ({ direct, server: name = "radosgw" }) => {
    startingS3.set(name, startingS3.get(name) ?? startS3(name))
    const { missing, server, s3Server } = await startingS3.get(name)
    if (missing !== undefined) return { missing }
    const { endpoint, accessKeyId, secretAccessKey, minPartBytes } = s3Server
    const bucket = randomUUID()
    const aws = new AwsClient({
      accessKeyId,
      secretAccessKey,
      service: "s3",
      region: "us-east-1",
      retries: 0,
    })
    await expectOk(await aws.fetch(`${endpoint}/${bucket}`, { method: "PUT" }))
    if (s3Server.allowPages === undefined) await setCorsRules(aws, `${endpoint}/${bucket}`)
    else await s3Server.allowPages(bucket)
    const line = await startFaultyLine(endpoint)
    const storage = server.s3Storage({
      endpoint: line.url,
      accessKeyId,
      secretAccessKey,
      minPartBytes,
      bucket,
      checksSha256: direct !== undefined,
    })
    const { url, stop } = await listen(server, storage)
    stops.push(stop, () => line.stop())
    return { url, storeLineUrl: line.url, minPartBytes }
  }

  return {
    disk,
    s3,
    stop: async () => {
      for (const stop of stops.splice(0).toReversed()) await stop()
    },
  }
}

/** What every bucket needs so that pages may talk to it. */
const corsRules =
  "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>" +
  "<AllowedMethod>PUT</AllowedMethod><AllowedMethod>HEAD</AllowedMethod><AllowedHeader>*</AllowedHeader>" +
  "<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds></CORSRule></CORSConfiguration>"

const setCorsRules = async (aws, bucketUrl) => {
  const headers = { "Content-MD5": createHash("md5").update(corsRules).digest("base64") }
  await expectOk(await aws.fetch(`${bucketUrl}?cors`, { method: "PUT", body: corsRules, headers }))
}

const expectOk = async (answer) => {
  if (!answer.ok) throw new Error(`the store answered ${answer.status}: ${await answer.text()}`)
}
