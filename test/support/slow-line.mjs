/** A line between a browser and a server that can be slow upwards, or cut. It knows bytes only, so sockets work too. */
import { createServer, connect } from "node:net"

/**
 * Listens on a free port and passes everything to `target`.
 *
 * `setUploadRate(bytesPerSecond)` holds for the whole line (default: no limit); `cut()` drops every connection and
 * refuses new ones until `restore()`.
 */
export const startSlowLine = async (target) => {
  const { hostname, port } = new URL(target)
  const open = new Set()
  let bytesPerSecond = Number.POSITIVE_INFINITY
  let isCut = false
  let freeAtMs = 0

  const waitMs = (bytes) => {
    const nowMs = performance.now()
    freeAtMs = Math.max(nowMs, freeAtMs) + (bytes / bytesPerSecond) * 1000
    return freeAtMs - nowMs
  }

  const passUp = (client, server) => {
    client.on("data", (chunk) => {
      const delayMs = waitMs(chunk.length)
      if (delayMs < 1) {
        if (server.write(chunk)) return
        client.pause()
        server.once("drain", () => client.resume())
        return
      }
      client.pause()
      setTimeout(() => {
        if (server.destroyed) return
        server.write(chunk)
        client.resume()
      }, delayMs)
    })
    client.on("end", () => server.end())
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
    passUp(client, server)
    server.pipe(client)
  })
  await new Promise((resolve) => line.listen(0, "localhost", resolve))

  const dropAll = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  return {
    url: `http://localhost:${line.address().port}/`,
    setUploadRate(rate) {
      bytesPerSecond = rate
      freeAtMs = 0
    },
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
