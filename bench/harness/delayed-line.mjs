/** A network between browsers and a server that delays every byte: half the round trip each way. */
import { connect, createServer } from "node:net"

/** Bytes on their way at most, in each direction of a connection: more than 100 Mbit/s × 100 ms. */
const maxInFlightBytes = 4 * 1024 * 1024

const delayed = (from, to, delayMs, count) => {
  let inFlightBytes = 0
  let isDraining = false
  from.on("data", (chunk) => {
    count(chunk.length)
    inFlightBytes += chunk.length
    if (inFlightBytes > maxInFlightBytes) from.pause()
    setTimeout(() => {
      inFlightBytes -= chunk.length
      if (to.destroyed) return
      if (!to.write(chunk) && !isDraining) {
        isDraining = true
        from.pause()
        to.once("drain", () => {
          isDraining = false
          from.resume()
        })
      }
      if (!isDraining && inFlightBytes <= maxInFlightBytes) from.resume()
    }, delayMs)
  })
  from.on("end", () => setTimeout(() => to.end(), delayMs))
}

/**
 * Listens on a free port and passes everything to `target`, an URL. A new connection waits one round trip more, as its
 * handshake would. `sentBytes()` counts what went towards the target.
 */
export const startDelayedLine = async (target, { roundTripMs }) => {
  const { hostname, port } = new URL(target)
  const open = new Set()
  let upBytes = 0
  const line = createServer({ allowHalfOpen: true }, (client) => {
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
    client.pause()
    setTimeout(() => {
      delayed(client, server, roundTripMs / 2, (bytes) => (upBytes += bytes))
      delayed(server, client, roundTripMs / 2, () => {})
      client.resume()
    }, roundTripMs)
  })
  await new Promise((resolve) => line.listen(0, "localhost", resolve))
  return {
    url: `http://localhost:${line.address().port}`,
    sentBytes: () => upBytes,
    stop: () => {
      for (const socket of open) socket.resetAndDestroy()
      return new Promise((resolve) => line.close(resolve))
    },
  }
}
