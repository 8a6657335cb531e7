import { expect } from "@esm-bundle/chai"
import { hasByteStreams, needsByteStreams } from "../../../../../test/support/byte-streams.js"
import { RemoteFailure } from "../../../../types/index.js"
import { startIdleTimer } from "./idle-timer.js"
import { idleTimedBytes } from "./idle-timed-body.js"

const neverMs = 2 ** 30
const sizeBytes = 300_000
const source = new Uint8Array(sizeBytes).map((_, at) => at % 251)

/** A byte stream of `source` in small pieces; `failAt` breaks it there. */
const byteSource = (failAt = Number.POSITIVE_INFINITY) => {
  const seen = { cancelled: false }
  let given = 0
  const body = new ReadableStream({
    type: "bytes",
    pull(controller) {
      if (given >= failAt) return controller.error(new TypeError("network error"))
      if (given === sizeBytes) {
        controller.close()
        controller.byobRequest?.respond(0)
        return
      }
      const piece = source.slice(given, given + 40_000)
      given += piece.byteLength
      controller.enqueue(piece)
    },
    cancel: () => void (seen.cancelled = true),
  })
  return { body, seen }
}

const open = (body: ReadableStream<Uint8Array>, signal = new AbortController().signal) => {
  const watched = idleTimedBytes(body, startIdleTimer(signal, neverMs))
  if (watched === undefined) throw new Error("This browser cannot fill a buffer")
  return watched
}

const failureOf = (reading: Promise<unknown>): Promise<unknown> =>
  reading.then(
    () => undefined,
    (error) => error,
  )

describe(`idleTimedBytes${needsByteStreams}`, () => {
  before(function () {
    if (!hasByteStreams) this.skip()
  })

  it("fills the buffer it is given, again and again, and ends", async () => {
    const reader = open(byteSource().body).getReader({ mode: "byob" })
    const received = new Uint8Array(sizeBytes)
    let at = 0
    let buffer = new ArrayBuffer(100_000)
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(buffer))
      if (done) break
      received.set(value, at)
      at += value.byteLength
      expect(value.buffer.byteLength).to.equal(100_000)
      buffer = value.buffer
    }
    expect(at).to.equal(sizeBytes)
    expect(received.every((byte, index) => byte === source[index])).to.equal(true)
  })

  it("gives the same to a reader without a buffer", async () => {
    const whole = new Uint8Array(await new Response(open(byteSource().body)).arrayBuffer())
    expect(whole.byteLength).to.equal(sizeBytes)
    expect(whole.every((byte, index) => byte === source[index])).to.equal(true)
  })

  it("says that the connection broke", async () => {
    const reader = open(byteSource(80_000).body).getReader({ mode: "byob" })
    let failure: unknown
    for (let read = 0; failure === undefined && read < 5; read++) {
      failure = await failureOf(reader.read(new Uint8Array(50_000)))
    }
    expect(failure).to.be.instanceOf(RemoteFailure)
    expect((failure as RemoteFailure).reason).to.equal("Offline")
  })

  it("fails the next read of an aborted transfer, and closes the connection", async () => {
    const { body, seen } = byteSource()
    const abort = new AbortController()
    const reader = open(body, abort.signal).getReader({ mode: "byob" })
    await reader.read(new Uint8Array(10))
    abort.abort()
    const failure = await failureOf(reader.read(new Uint8Array(10)))
    expect((failure as RemoteFailure).reason).to.equal("Aborted")
    expect(seen.cancelled).to.equal(true)
  })

  it("closes the connection when the rest is not wanted", async () => {
    const { body, seen } = byteSource()
    const reader = open(body).getReader({ mode: "byob" })
    await reader.read(new Uint8Array(10))
    await reader.cancel()
    expect(seen.cancelled).to.equal(true)
  })

  it("leaves a stream alone that fills no buffers", async () => {
    const plain = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(source)
        controller.close()
      },
    })
    expect(idleTimedBytes(plain, startIdleTimer(new AbortController().signal, neverMs))).to.equal(undefined)
    expect((await new Response(plain).arrayBuffer()).byteLength).to.equal(sizeBytes)
  })
})
