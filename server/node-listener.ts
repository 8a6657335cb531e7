import type { IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"

/** Body bytes held between the socket and whoever reads them. */
const bodyBufferBytes = 256 * 1024

/** Bytes of an unwanted body that are read to let its sender see the answer; more of it closes the connection. */
const maxPassedBytes = 64 * 1024 ** 2

/** How a handler is put behind Node's own HTTP server. */
export interface NodeListenerOptions {
  /** What stands before the path in `request.url`, when a proxy is in front. Default `http://` and the Host header. */
  readonly origin?: string
  /** A connection on which nothing moves for so long is closed. Default 60,000. */
  readonly idleTimeoutMs?: number
}

/**
 * Makes a listener for `http.createServer` of a fetch handler. Bodies stream both ways at the pace of the slower side,
 * and a client that goes away stops the work. `server.requestTimeout` limits whole requests: set it to 0 for slow
 * uploads, since idle connections are closed here.
 */
export const toNodeListener =
  (handler: (request: Request) => Promise<Response>, options: NodeListenerOptions = {}) =>
  async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    closeWhenIdle(incoming.socket, options.idleTimeoutMs ?? 60_000)
    const abort = new AbortController()
    outgoing.once("close", () => abort.abort())
    try {
      const request = toRequest(incoming, abort.signal, options.origin)
      const response = request === undefined ? new Response(null, { status: 400 }) : await handler(request)
      await send(response, incoming, outgoing)
    } catch {
      // The handler answers its own failures, so what is left is a connection that broke.
      outgoing.destroy()
    }
  }

const watchedSockets = new WeakSet<Socket>()

/** One connection carries many requests, and is told once. */
const closeWhenIdle = (socket: Socket, idleTimeoutMs: number): void => {
  if (watchedSockets.has(socket)) return
  watchedSockets.add(socket)
  socket.setTimeout(idleTimeoutMs)
  socket.once("timeout", () => socket.destroy())
}

const toRequest = (
  incoming: IncomingMessage,
  signal: AbortSignal,
  origin: string | undefined,
): Request | undefined => {
  const method = incoming.method ?? "GET"
  const headers = new Headers()
  try {
    for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
      headers.append(incoming.rawHeaders[index] ?? "", incoming.rawHeaders[index + 1] ?? "")
    }
    const target = incoming.url ?? "/"
    // A path that begins with two slashes would be read as a host.
    const url = target.startsWith("/")
      ? new URL((origin ?? `http://${incoming.headers.host ?? "localhost"}`) + target)
      : new URL(target)
    const hasBody = method !== "GET" && method !== "HEAD"
    return new Request(url, {
      method,
      headers,
      signal,
      ...(hasBody ? { body: bodyOf(incoming), duplex: "half" } : {}),
    } as RequestInit)
  } catch {
    // A host, path, method or header that the fetch standard has no form for.
    return undefined
  }
}

/**
 * Node's own conversion destroys the connection when a reader loses interest, and the answer with it; this one lets
 * the rest of the body go by.
 */
const bodyOf = (incoming: IncomingMessage): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming.pause()
        incoming.on("data", (chunk: Buffer) => {
          controller.enqueue(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
          if ((controller.desiredSize ?? 0) <= 0) incoming.pause()
        })
        incoming.once("end", () => controller.close())
        incoming.once("close", () => {
          if (!incoming.readableEnded) controller.error(new Error("the connection broke"))
        })
        // "close" follows, and tells.
        incoming.on("error", () => {})
      },
      pull() {
        incoming.resume()
      },
      cancel() {
        letPass(incoming)
      },
    },
    { highWaterMark: bodyBufferBytes, size: (chunk) => chunk?.byteLength ?? 0 },
  )

/** A browser reads an early answer only after it has sent its body, so an unwanted body is read, up to a point. */
const letPass = (incoming: IncomingMessage): void => {
  let passedBytes = 0
  incoming.removeAllListeners("data")
  incoming.removeAllListeners("end")
  incoming.removeAllListeners("close")
  incoming.on("data", (chunk: Buffer) => {
    passedBytes += chunk.byteLength
    if (passedBytes > maxPassedBytes) incoming.destroy()
  })
  incoming.resume()
}

const send = async (
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  response.headers.forEach((value, name) => outgoing.setHeader(name, value))
  outgoing.statusCode = response.status
  if (!incoming.complete) letPass(incoming)
  if (response.body === null || incoming.method === "HEAD") {
    await response.body?.cancel()
    outgoing.end()
    return
  }
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing)
}
