/**
 * A server in a process of its own, so that its memory is nobody else's and its work does not wait for the measuring
 * client: `fork(this, [kind, JSON of its options])` sends `{ url }` and ends with its parent.
 */
import { createReadStream, createWriteStream } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"

/** The least that puts a body into a file and gives it back. */
const bareDisk = ({ folder }) => {
  return async (request, response) => {
    const path = join(folder, request.url.split("/").at(-1))
    if (request.method === "PUT") {
      await pipeline(request, createWriteStream(path))
      response.writeHead(201).end()
    } else await pipeline(createReadStream(path), response)
  }
}

const ownHandler = async (makeStorage) => {
  // Not at the top: until the library is built they may not be there.
  const server = await import("../../dist/server.js")
  const { diskStorage, toNodeListener } = await import("../../dist/server/node.js")
  const storage = makeStorage({ diskStorage, ...server })
  return toNodeListener(
    server.createFileSyncHandler({ storage, authorize: server.allowAll, basePath: "/api" }),
  )
}

const listeners = {
  "bare-disk": bareDisk,
  "own-disk": ({ folder }) => ownHandler(({ diskStorage }) => diskStorage(folder)),
  "own-s3": (options) => ownHandler(({ s3Storage }) => s3Storage(options)),
}

const [kind, options] = process.argv.slice(2)
const server = createServer(await listeners[kind](JSON.parse(options)))
// A client that is kept waiting by its own measurements must not meet a connection that is just being closed.
server.keepAliveTimeout = 60_000
process.once("disconnect", () => process.exit())
server.listen(0, "127.0.0.1", () => process.send({ url: `http://127.0.0.1:${server.address().port}` }))
