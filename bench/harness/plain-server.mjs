/** Plain files over the network, as any static server gives them, ranges included; and the page that asks for them. */
import { createReadStream, readFileSync, statSync } from "node:fs"
import { createServer } from "node:http"
import { extname, join, normalize } from "node:path"

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".png": "image/png",
  ".wav": "audio/wav",
  ".bin": "application/octet-stream",
}

/** Serves `/<mount>/…` from the folder of that mount, on a free port. */
export const startPlainServer = async (mounts) => {
  const server = createServer((request, response) => {
    const [, mount, ...rest] = normalize(new URL(request.url, "http://localhost").pathname).split("/")
    const path = join(mounts[mount] ?? "/nowhere", ...rest)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (!stats?.isFile()) return response.writeHead(404).end()
    const headers = {
      "Content-Type": types[extname(path)] ?? "application/octet-stream",
      "Accept-Ranges": "bytes",
      "Cache-Control": "no-store",
    }
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "")
    if (range === null) {
      response.writeHead(200, { ...headers, "Content-Length": stats.size })
      return stats.size < 1_000_000
        ? response.end(readFileSync(path))
        : createReadStream(path)
            .on("error", () => response.destroy())
            .pipe(response)
    }
    const start = Number(range[1])
    const end = range[2] === "" ? stats.size - 1 : Math.min(Number(range[2]), stats.size - 1)
    response.writeHead(206, {
      ...headers,
      "Content-Range": `bytes ${start}-${end}/${stats.size}`,
      "Content-Length": end - start + 1,
    })
    const stream = createReadStream(path, { start, end })
    response.on("close", () => stream.destroy())
    return stream.pipe(response)
  })
  await new Promise((resolve) => server.listen(0, "localhost", resolve))
  return {
    url: `http://localhost:${server.address().port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
