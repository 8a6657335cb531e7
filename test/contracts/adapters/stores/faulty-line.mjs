/**
 * An HTTP proxy between a page and a server that can be slow, cut, dead or wrong on command, and reports what it sees.
 */
import { createServer, request as httpRequest } from "node:http"
import {
  answerForeign,
  foreignAnswer,
  foreignRequestHeaders,
  isCutUpload,
  slowPieces,
} from "./foreign-answers.mjs"

const noFaults = {
  bytesPerSecond: null,
  cutAfterBytes: null,
  answer: null,
  drop: false,
  hang: false,
  foreign: null,
}

/**
 * Listens on a free port and passes requests to `target`. What it has seen is read by `GET /__line` (`?counts`: without
 * the list of requests, which grows to hundreds of kilobytes and is asked for many times a second), and it is changed by
 * `POST /__line` with JSON:
 * `bytesPerSecond` (both ways), `cutAfterBytes` (of the next answer with so long a body), `answer` (in the server's
 * place; `times` times or always, to one `method` or all), `drop` (every connection), `hang` (no answer ever), `foreign` (a
 * fault of the foreign-world suite, for what pages ask).
 *
 * @param {string} target
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export const startFaultyLine = async (target) => {
  const upstream = new URL(target)
  const faults = { ...noFaults }
  const seen = { openRequests: 0, receivedBytes: 0, requests: [] }

  const slowly = async (bytes) => {
    if (faults.bytesPerSecond === null) return
    await pause((bytes / faults.bytesPerSecond) * 1000)
  }

  const passUp = async (incoming, forward) => {
    const isCut = isCutUpload(foreignFor(incoming), incoming)
    const lastBytes = isCut ? Number(incoming.headers["content-length"]) / 2 : Number.POSITIVE_INFINITY
    let passed = 0
    for await (const chunk of inPieces(incoming, incoming.headers, foreignFor(incoming))) {
      await slowly(chunk.length)
      passed += chunk.length
      if (passed > lastBytes) {
        forward.write(chunk.subarray(0, chunk.length - (passed - lastBytes)))
        throw new Error("The upload is cut")
      }
      seen.receivedBytes += chunk.length
      if (!forward.write(chunk)) await drained(forward)
    }
    forward.end()
  }

  /**
   * Only requests that a page makes itself: what is behind our server is its operator's business, and preflights are
   * the browser's.
   */
  const foreignFor = ({ headers, method }) =>
    headers.origin === undefined || method === "OPTIONS" ? null : faults.foreign

  const passHalf = async (half, answer, outgoing) => {
    const chunks = []
    for await (const chunk of answer) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const end = () => half === "cut" && outgoing.destroy()
    if (body.length === 0) return end()
    outgoing.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders)
    outgoing.write(body.subarray(0, body.length / 2), end)
  }

  const passDown = async (answer, outgoing, incoming) => {
    const changed = foreignAnswer(foreignFor(incoming), incoming, answer)
    if (changed?.half !== undefined) return passHalf(changed.half, answer, outgoing)
    if (changed?.change !== undefined) {
      const chunks = []
      for await (const chunk of answer) chunks.push(chunk)
      const body = changed.change(Buffer.concat(chunks))
      outgoing.writeHead(answer.statusCode, answer.statusMessage, [
        ...changed.headers,
        "Content-Length",
        String(body.length),
      ])
      outgoing.end(body)
      return
    }
    outgoing.writeHead(answer.statusCode, answer.statusMessage, changed?.headers ?? answer.rawHeaders)
    const length = Number(answer.headers["content-length"] ?? Number.POSITIVE_INFINITY)
    const isCut = faults.cutAfterBytes !== null && length > faults.cutAfterBytes
    let passed = 0
    for await (const chunk of inPieces(answer, answer.headers, foreignFor(incoming))) {
      await slowly(chunk.length)
      passed += chunk.length
      if (isCut && passed > faults.cutAfterBytes) {
        const kept = chunk.length - (passed - faults.cutAfterBytes)
        faults.cutAfterBytes = null
        // The bytes before the cut arrive.
        outgoing.write(chunk.subarray(0, kept), () => outgoing.destroy())
        return
      }
      if (!outgoing.write(chunk)) await drained(outgoing)
      if (outgoing.destroyed) return
    }
    outgoing.end()
  }

  const forwardRequest = (incoming, outgoing) => {
    const { method, url, rawHeaders } = incoming
    const forward = httpRequest({
      host: upstream.hostname,
      port: upstream.port,
      method,
      path: url,
      // As they came: a signature covers the host.
      headers: foreignRequestHeaders(foreignFor(incoming), rawHeaders),
      setHost: false,
    })
    const end = () => {
      outgoing.destroy()
      forward.destroy()
    }
    outgoing.on("close", () => forward.destroy())
    forward.on("error", ({ code }) => {
      // OpenStack Swift sends a body with its answer to a HEAD: the answer itself is whole.
      if (code !== "HPE_CLOSED_CONNECTION") end()
    })
    forward.on("response", (answer) => void passDown(answer, outgoing, incoming).catch(end))
    passUp(incoming, forward).catch(end)
  }

  const answerInPlace = (incoming, outgoing, { status, headers = {}, body = "" }) => {
    incoming.resume()
    incoming.on("end", () => {
      outgoing.writeHead(status, {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "*",
        ...headers,
      })
      outgoing.end(body)
    })
  }

  const isWhole = ({ method, url }) => method === "GET" && !url.endsWith("?counts")

  const control = (incoming, outgoing) => {
    let text = ""
    incoming.on("data", (chunk) => {
      text += chunk
    })
    incoming.on("end", () => {
      if (incoming.method === "POST") Object.assign(faults, JSON.parse(text))
      // Each case has its own first refusal.
      seen.refusals = 0
      outgoing.writeHead(200, { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" })
      outgoing.end(JSON.stringify(isWhole(incoming) ? seen : { ...seen, requests: [] }))
    })
  }

  const server = createServer((incoming, outgoing) => {
    outgoing.on("error", () => {})
    if (incoming.url === "/__line" || incoming.url === "/__line?counts") return control(incoming, outgoing)
    // A preflight is the browser's own, and goes through whatever the weather.
    if (incoming.method === "OPTIONS") return forwardRequest(incoming, outgoing)
    if (faults.drop) return incoming.socket.resetAndDestroy()
    seen.openRequests++
    seen.requests.push({
      method: incoming.method,
      url: incoming.url,
      authorization: incoming.headers.authorization ?? null,
      contentType: incoming.headers["content-type"] ?? null,
    })
    outgoing.on("close", () => {
      seen.openRequests--
    })
    if (faults.hang) return incoming.resume()
    if (answerForeign(foreignFor(incoming), incoming, outgoing, seen)) return
    const { answer } = faults
    if (answer !== null && (answer.method ?? incoming.method) === incoming.method) {
      if (answer.times !== undefined && --answer.times <= 0) faults.answer = null
      return answerInPlace(incoming, outgoing, answer)
    }
    forwardRequest(incoming, outgoing)
  })
  // The page and the server decide how long things take.
  server.requestTimeout = 0
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

/** The chunks of a body, in smaller pieces and with pauses when the fault is `slow`. */
const inPieces = async function* (body, headers, fault) {
  const slow = slowPieces(fault)
  const wholeBytes = Number(headers["content-length"] ?? 64 * 1024)
  const pieceBytes = slow === undefined ? Number.POSITIVE_INFINITY : Math.ceil(wholeBytes / slow.count)
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      if (slow !== undefined) await pause(slow.pauseMs)
      yield chunk.subarray(at, Math.min(chunk.length, at + pieceBytes))
    }
  }
}

/** Resolves when a stream takes more, or never will. */
const drained = (stream) =>
  new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done)
      stream.off("close", done)
      resolve()
    }
    stream.on("drain", done)
    stream.on("close", done)
    if (stream.destroyed) done()
  })
