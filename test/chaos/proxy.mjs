/** What stands between one device and its backend: the app's pages, and a connection to `/api` and `/sync` with weather. */
import { createServer, request as httpRequest } from "node:http"
import { connect } from "node:net"
import { PassThrough } from "node:stream"
import { pipeline } from "node:stream/promises"
import { setTimeout as delay } from "node:timers/promises"
import { answerForeign } from "../contracts/adapters/stores/foreign-answers.mjs"
import { collect, cutAfter, flipAt, slowly } from "./faults.mjs"
import { isTold, readAnswer } from "./transfers.mjs"

const longestDelayMs = 3_000
const slowPauseMs = 60
const longestSocketDelayMs = 500
const socketLivesMs = 4_000
/** A body of unknown length: batches are small. */
const unknownBytes = 4_000

const unavailable = {
  status: 503,
  headers: { "Retry-After": "1", "Content-Type": "text/html" },
  body: "<h1>503</h1>",
}

const answerInPlace = (incoming, outgoing, { status, headers, body }) => {
  incoming.resume()
  incoming.on("end", () => outgoing.writeHead(status, headers).end(body))
}

const reset = (socket) => socket.resetAndDestroy()

/** The stages that what is uploaded goes through. */
const stagesUp = (fault, incoming) => {
  if (fault === "slow") return [slowly(slowPauseMs)]
  if (fault === "cut-uploads") return [cutAfter(Number(incoming.headers["content-length"] ?? 0) / 2)]
  return []
}

/** The stages that an answer goes through. */
const stagesDown = (fault, { incoming, answer, weather }) => {
  const length = Number(answer.headers["content-length"] ?? unknownBytes)
  if (fault === "slow") return [slowly(slowPauseMs)]
  if (fault === "cut-answers") return [cutAfter(length / 2)]
  const isDownload = incoming.url.startsWith("/api/files/")
    ? incoming.method === "GET"
    : incoming.url === "/api/batch/get"
  if (fault === "flip" && isDownload && answer.statusCode < 300)
    return [flipAt(weather.random.below(length), () => weather.count("flip"))]
  return []
}

/** Faults that are there in any case; the others count when they find something. */
const countsAtOnce = new Set(["delay", "slow", "cut-uploads", "cut-answers", "lost-answer"])

const passAnswer = async (fault, { incoming, outgoing, answer, weather, device, transfers }) => {
  let found = []
  const learn = (body) => {
    found = readAnswer(incoming, answer.statusCode, body)
    transfers.noteStored(found)
  }
  const isToldByBody = isTold(incoming)
  if (!isToldByBody) learn(Buffer.alloc(0))
  const learning = isToldByBody ? [collect(learn)] : []
  if (fault === "lost-answer") {
    await pipeline(answer, ...learning, new PassThrough().resume())
    return outgoing.destroy()
  }
  const stages = stagesDown(fault, { incoming, answer, weather })
  outgoing.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders)
  await pipeline(answer, ...learning, ...stages, outgoing)
  if (stages.length === 0 || fault === "slow") transfers.noteDelivered(device, found)
}

const forward = (fault, { incoming, outgoing, port, ...rest }) => {
  const { method, url, rawHeaders } = incoming
  const onward = httpRequest({
    host: "127.0.0.1",
    port,
    method,
    path: url,
    headers: rawHeaders,
    setHost: false,
    agent: false,
  })
  const end = () => {
    outgoing.destroy()
    onward.destroy()
  }
  outgoing.on("close", () => onward.destroy())
  onward.on("error", end)
  onward.on(
    "response",
    (answer) => void passAnswer(fault, { incoming, outgoing, answer, ...rest }).catch(end),
  )
  pipeline(incoming, ...stagesUp(fault, incoming), onward).catch(end)
}

const answerAsset = async (assets, incoming, outgoing) => {
  const { method, url, headers } = incoming
  const response = await assets(new Request(`http://${headers.host}${url}`, { method, headers }))
  if (response === undefined) return outgoing.writeHead(404).end()
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}

const passSocket = (fault, { request, client, head, port, weather }) => {
  const server = connect({ host: "127.0.0.1", port })
  const end = () => {
    client.destroy()
    server.destroy()
  }
  for (const socket of [client, server]) socket.on("error", end).on("close", end).setNoDelay(true)
  const headers = []
  for (let at = 0; at < request.rawHeaders.length; at += 2)
    headers.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`)
  server.write([`${request.method} ${request.url} HTTP/1.1`, ...headers, "", ""].join("\r\n"))
  if (head.length > 0) server.write(head)
  const pauseMs = fault === "delay" ? weather.random.below(longestSocketDelayMs) : 0
  const stages = fault === "delay" ? [slowly(pauseMs)] : []
  pipeline(client, ...stages, server).catch(end)
  pipeline(server, ...stages, client).catch(end)
  if (fault === "cut") setTimeout(end, weather.random.below(socketLivesMs)).unref()
}

const refusals = {
  unavailable: "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n",
  "captive-portal":
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<!doctype html><p>Please sign in",
}

/**
 * Listens on a free port. `assets` answers what is neither `/api` nor `/sync`, without weather; `port()` is where the backend
 * is, `undefined` = nowhere. `cut()` takes the device off the network until `restore()`.
 */
export const startProxy = async ({ device, port, assets, weather, transfers }) => {
  const sockets = new Set()
  let isCut = false
  const isAway = () => isCut || port() === undefined

  const answer = async (incoming, outgoing) => {
    const { pathname } = new URL(incoming.url, "http://localhost")
    if (pathname === "/sign-in") return answerForeign(null, incoming, outgoing, {})
    if (!pathname.startsWith("/api")) return answerAsset(assets, incoming, outgoing)
    if (isAway()) return reset(incoming.socket)
    const fault = weather.faultOfRequest()
    if (countsAtOnce.has(fault)) weather.count(fault)
    if (fault === "delay") {
      await delay(weather.random.below(longestDelayMs))
      if (isAway()) return reset(incoming.socket)
    }
    if (fault === "drop" || fault === "silent") weather.count(fault)
    if (fault === "drop") return reset(incoming.socket)
    if (fault === "silent") return incoming.resume()
    if (fault === "unavailable") {
      weather.count(fault)
      return answerInPlace(incoming, outgoing, unavailable)
    }
    if (fault !== undefined && answerForeign(fault, incoming, outgoing, {})) return weather.count(fault)
    forward(fault, { incoming, outgoing, port: port(), weather, device, transfers })
  }

  const server = createServer((incoming, outgoing) => {
    incoming.on("error", () => {})
    outgoing.on("error", () => {})
    answer(incoming, outgoing).catch(() => outgoing.destroy())
  })
  server.requestTimeout = 0
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket)).on("error", () => {})
  })
  server.on("upgrade", (request, client, head) => {
    if (isAway()) return reset(client)
    const fault = weather.faultOfSocket()
    if (fault !== undefined) weather.count(`socket ${fault}`)
    if (fault === "drop") return reset(client)
    if (refusals[fault] !== undefined) return client.end(refusals[fault])
    passSocket(fault, { request, client, head, port: port(), weather })
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  const dropAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut: () => {
      isCut = true
      dropAll()
    },
    restore: () => {
      isCut = false
    },
    /** Ends every connection, as when the backend goes away. */
    dropAll,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        dropAll()
      }),
  }
}
