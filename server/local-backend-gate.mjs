import net from "node:net"

/** How long a connection waits for the server behind the gate before it gets a 503, by default. */
const defaultWaitMs = 10_000

/** Pause before a port or a server that was not there is tried again. */
const pauseMs = 50

const unavailable = [
  "HTTP/1.1 503 Service Unavailable",
  "Retry-After: 2",
  "Content-Type: text/plain",
  "Cache-Control: no-store",
  "Connection: close",
  "",
  "The local backend is being restarted.\n",
].join("\r\n")

/**
 * Takes a port as soon as it is free, and passes each connection on to the server at `target()`. While there is none, and
 * while it does not take connections, they wait, and get a 503 with `Retry-After` when that takes too long.
 *
 * @param {object} options
 * @param {string} options.host
 * @param {number} options.port
 * @param {() => { host: string, port: number } | undefined} options.target
 * @param {number} [options.waitMs] How long a connection waits. Default 10 s.
 * @returns {{ close: () => void }}
 */
export const openGate = ({ host, port, target, waitMs = defaultWaitMs }) => {
  const sockets = new Set()
  let isClosed = false
  const server = net.createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    socket.on("error", () => socket.destroy())
    void connectThrough(socket, target, waitMs)
  })
  const listen = () => {
    if (!isClosed) server.listen(port, host)
  }
  // The server that is replaced still has the port until it has ended.
  server.on("error", () => setTimeout(listen, pauseMs).unref())
  listen()
  return {
    close: () => {
      isClosed = true
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** A port of this machine that no process listens on. */
export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

const connectThrough = async (socket, target, waitMs) => {
  const giveUpAt = performance.now() + waitMs
  while (!socket.destroyed) {
    const there = target()
    const onward = there === undefined ? undefined : await connect(there)
    if (onward !== undefined) return join(socket, onward)
    if (performance.now() > giveUpAt) {
      // What was sent must be read, or the answer is lost with the connection.
      socket.resume()
      socket.end(unavailable)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

const connect = ({ host, port }) =>
  new Promise((resolve) => {
    const onward = net.connect({ host, port, noDelay: true })
    onward.once("connect", () => resolve(onward))
    onward.on("error", () => {
      onward.destroy()
      resolve(undefined)
    })
  })

const join = (socket, onward) => {
  // One that left while it waited said so before this code listened.
  if (socket.destroyed) return onward.destroy()
  socket.setNoDelay(true)
  socket.on("close", () => onward.destroy())
  onward.on("close", () => socket.destroy())
  socket.pipe(onward)
  onward.pipe(socket)
}
