/** A connection between a browser and a server that can be slow, or cut. It knows bytes only, so sockets work too. */
import { createServer, connect } from "node:net"

const requestLine = /^([A-Z]+ \/\S*) HTTP\/1\.1\r$/gm

const makePace = () => {
  let bytesPerSecond = Number.POSITIVE_INFINITY
  let freeAtMs = 0
  return {
    waitMs: (bytes) => {
      const nowMs = performance.now()
      freeAtMs = Math.max(nowMs, freeAtMs) + (bytes / bytesPerSecond) * 1000
      return freeAtMs - nowMs
    },
    set: (rate) => {
      bytesPerSecond = rate
      freeAtMs = 0
    },
  }
}

/**
 * Listens on a free port and passes everything to `target`.
 *
 * `setUploadRate(bytesPerSecond)` and `setDownloadRate` hold for the whole line (default: no limit); `cut()` drops every
 * connection and refuses new ones until `restore()`. `requests` has the method and path of every HTTP request so far.
 */
export const startSlowLine = async (target) => {
  const { hostname, port } = new URL(target)
  const open = new Set()
  const requests = []
  let isCut = false
  const up = makePace()
  const down = makePace()

  const pass = (from, to, pace) => {
    from.on("data", (chunk) => {
      const delayMs = pace.waitMs(chunk.length)
      if (delayMs < 1) {
        if (to.write(chunk)) return
        from.pause()
        to.once("drain", () => from.resume())
        return
      }
      from.pause()
      setTimeout(() => {
        if (to.destroyed) return
        to.write(chunk)
        from.resume()
      }, delayMs)
    })
    from.on("end", () => to.end())
  }

  const line = createServer({ allowHalfOpen: true }, (client) => {
    if (isCut) return client.resetAndDestroy()
    const server = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    for (const socket of [client, server]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on("error", () => {})
      socket.on("close", () => {
        open.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    client.on("data", (chunk) => {
      for (const [, request] of chunk.toString("latin1").matchAll(requestLine)) requests.push(request)
    })
    pass(client, server, up)
    pass(server, client, down)
  })
  await new Promise((resolve) => line.listen(0, "localhost", resolve))

  const dropAll = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  return {
    url: `http://localhost:${line.address().port}/`,
    requests,
    setUploadRate: up.set,
    setDownloadRate: down.set,
    cut() {
      isCut = true
      dropAll()
    },
    restore() {
      isCut = false
    },
    stop() {
      dropAll()
      return new Promise((resolve) => line.close(resolve))
    },
  }
}
