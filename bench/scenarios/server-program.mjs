/**
 * A server in a process of its own, so that its memory is measured alone and its work does not wait for the measuring
 * client: `fork(this, [kind, JSON of its options])` sends `{ url }` and ends with its parent.
 */
import { createHash } from "node:crypto"
import { createReadStream, createWriteStream } from "node:fs"
import { open, rename } from "node:fs/promises"
import { createServer } from "node:http"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { staticFiles } from "../../scripts/static-files.mjs"

/** A minimal server that writes a body into a file and gives it back. */
const bareDisk = ({ folder }) => {
  return async (request, response) => {
    const path = join(folder, request.url.split("/").at(-1))
    if (request.method === "PUT") {
      await pipeline(request, createWriteStream(path))
      response.writeHead(201).end()
    } else await pipeline(createReadStream(path), response)
  }
}

const syncFolder = async (folder) => {
  const handle = await open(folder)
  await handle.sync()
  await handle.close()
}

/**
 * A minimal server with the promises of `diskStorage`: a reader sees the whole or nothing, and what was confirmed
 * survives a crash.
 */
const keepingDisk = ({ folder }) => {
  const read = bareDisk({ folder })
  return async (request, response) => {
    if (request.method !== "PUT") return read(request, response)
    const path = join(folder, request.url.split("/").at(-1))
    const file = await open(`${path}.new`, "w")
    const hash = createHash("sha256")
    for await (const chunk of request) {
      hash.update(chunk)
      await file.write(chunk)
    }
    if (!path.endsWith(hash.digest("hex"))) throw new Error("other bytes came")
    await file.datasync()
    await file.close()
    await rename(`${path}.new`, path)
    await syncFolder(folder)
    response.writeHead(201).end()
  }
}

const pagesOf = (folder) =>
  folder === undefined ? () => undefined : staticFiles({ mounts: [{ prefix: "/", folder }] })

const ownHandler = async (makeStorage, pagesFolder) => {
  // Not at the top: until the library is built they may not be there.
  const server = await import("../../dist/server.js")
  const { diskStorage, toNodeListener } = await import("../../dist/server/node.js")
  const storage = makeStorage({ diskStorage, ...server })
  const handle = server.createFileSyncHandler({ storage, authorize: server.allowAll, basePath: "/api" })
  const pages = pagesOf(pagesFolder)
  return toNodeListener(async (request) => (await pages(request)) ?? handle(request))
}

/** The tus project's server, which answers everything below its path, and the pages behind it. */
const tus = async ({ folder, pagesFolder }) => {
  const { tusListener } = await import("../.uppy/tus-listener.mjs")
  const { toNodeListener } = await import("../../dist/server/node.js")
  const path = "/files"
  const listener = tusListener({ path, folder })
  const pages = pagesOf(pagesFolder)
  const answer = toNodeListener(
    async (request) => (await pages(request)) ?? new Response(null, { status: 404 }),
  )
  return (request, response) => (request.url.startsWith(path) ? listener : answer)(request, response)
}

const listeners = {
  "bare-disk": bareDisk,
  "keeping-disk": keepingDisk,
  "own-disk": ({ folder, pagesFolder }) => ownHandler(({ diskStorage }) => diskStorage(folder), pagesFolder),
  "own-s3": (options) => ownHandler(({ s3Storage }) => s3Storage(options)),
  tus,
}

const [kind, options] = process.argv.slice(2)
const server = createServer(await listeners[kind](JSON.parse(options)))
// A client that is kept waiting by its own measurements must not meet a connection that is just being closed.
server.keepAliveTimeout = 60_000
process.once("disconnect", () => process.exit())
server.listen(0, "127.0.0.1", () => process.send({ url: `http://127.0.0.1:${server.address().port}` }))
