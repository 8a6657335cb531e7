import { ChunkMerger } from "./chunk-merger.js"
import { HttpProblem, problemResponse } from "./problem.js"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"

/** Body bytes buffered between the socket and the reader. */
const bodyBufferBytes = 256 * 1024

/** What an entry of the queue costs besides its bytes, so that many small ones count for what they are. */
const entryBytes = 64

/** Bytes of an unwanted body that are read to let its sender see the answer; more of it closes the connection. */
const maxPassedBytes = 64 * 1024 ** 2

/** Options of {@link toNodeListener}. */
export interface NodeListenerOptions {
  /** Origin in `request.url`, when a proxy is in front. Default `http://` and the Host header. */
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
    outgoing.once("close", () => {
      // After the last byte there is no work to stop, and an abort would cost an exception for each request.
      if (!outgoing.writableFinished) abort.abort()
    })
    try {
      const request = toRequest(incoming, abort.signal, options.origin)
      const response = request === undefined ? badRequest(incoming.method) : await handler(request)
      await send(response, incoming, outgoing)
    } catch {
      // The handler answers its own failures, so what is left is a connection that broke.
      outgoing.destroy()
    }
  }

/** For what never becomes a request, so that the handler cannot answer it. */
const badRequest = (method = "GET"): Response => {
  const response = problemResponse(
    new HttpProblem("BadRequest", "This is no request that can be read."),
    method,
  )
  response.headers.set("X-Request-Id", crypto.randomUUID())
  response.headers.set("Vary", "Origin")
  return response
}

const watchedSockets = new WeakSet<Socket>()

/** One connection carries many requests, and Node switches the time-out off again when the next one begins. */
const closeWhenIdle = (socket: Socket, idleTimeoutMs: number): void => {
  socket.setTimeout(idleTimeoutMs)
  if (watchedSockets.has(socket)) return
  watchedSockets.add(socket)
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
      ? new URL((origin ?? originOf(incoming.headers.host ?? "localhost")) + target)
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

/** The Host header is text from outside: with a slash in it, it would say which path is asked for. */
const originOf = (host: string): string => {
  if (!/^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host)) throw new TypeError("the Host is no host")
  return `http://${host}`
}

/**
 * Node's own conversion destroys the connection when a reader loses interest, and the answer with it; this one drains
 * the rest of the body.
 */
const bodyOf = (incoming: IncomingMessage): ReadableStream<Uint8Array> => {
  let merger: ChunkMerger
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming.pause()
        merger = new ChunkMerger((chunk) => controller.enqueue(chunk))
        incoming.on("data", (chunk: Buffer) => {
          merger.push(chunk)
          if ((controller.desiredSize ?? 0) <= 0) incoming.pause()
        })
        incoming.once("end", () => {
          merger.flush()
          controller.close()
        })
        incoming.once("close", () => {
          merger.end()
          if (!incoming.readableEnded) controller.error(new Error("the connection broke"))
        })
        // "close" follows, and reports it.
        incoming.on("error", () => {})
      },
      pull() {
        incoming.resume()
      },
      cancel() {
        merger.end()
        letPass(incoming)
      },
    },
    { highWaterMark: bodyBufferBytes, size: (chunk) => (chunk?.byteLength ?? 0) + entryBytes },
  )
}

/** A browser reads an early answer only after it has sent its body, so an unwanted body is drained, up to a limit. */
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
