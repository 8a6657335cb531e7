import assert from "node:assert/strict"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, it } from "node:test"
import { allowAll } from "./access.js"
import { createFileSyncHandler } from "./handler.js"
import { type NodeListenerOptions, toNodeListener } from "./node-listener.js"
import { keyOf, sendRaw, someBytes } from "./test/client.js"
import { memoryStorage } from "./test/memory-storage.js"

const withServer = async (
  handler: (request: Request) => Promise<Response>,
  use: (url: string) => Promise<void>,
  options: NodeListenerOptions = {},
): Promise<void> => {
  const server = createServer(toNodeListener(handler, options))
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe("toNodeListener", () => {
  it("closes a connection on which nothing moves, and keeps nothing of its body", async () => {
    const storage = memoryStorage()
    const handler = createFileSyncHandler({ storage, authorize: allowAll })
    await withServer(
      handler,
      async (url) => {
        const startedAt = Date.now()
        const head = `PUT /files/${keyOf("x")} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n`
        const received = await sendRaw(url, [head, "half"], { untilMs: 10_000 })
        assert.equal(received, "")
        assert.ok(Date.now() - startedAt < 5000)
        assert.equal(storage.objects.size, 0)
      },
      { idleTimeoutMs: 100 },
    )
  })

  it("lets a client that sends a refused body see why", async () => {
    const handler = createFileSyncHandler({ storage: memoryStorage(), authorize: () => ({ kind: "denied" }) })
    await withServer(handler, async (url) => {
      const body = someBytes(8 * 1024 ** 2)
      for (let round = 0; round < 3; round++) {
        const answer = await fetch(`${url}/files/${keyOf(body)}`, { method: "PUT", body })
        assert.equal(answer.status, 401)
        await answer.arrayBuffer()
      }
    })
  })

  it("tells the handler when the client has gone", async () => {
    let gone: Promise<void> | undefined
    const handler = (request: Request): Promise<Response> => {
      gone = new Promise((resolve) => {
        request.signal.addEventListener("abort", () => resolve())
      })
      return new Promise(() => {})
    }
    await withServer(handler, async (url) => {
      await sendRaw(url, ["GET / HTTP/1.1\r\nHost: x\r\n\r\n"], { destroy: true })
      await gone
    })
  })

  it("stops reading a source when the client has gone", async () => {
    let stop: (() => void) | undefined
    const stopped = new Promise<void>((resolve) => {
      stop = resolve
    })
    const handler = async (): Promise<Response> =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
          cancel: () => stop?.(),
        }),
      )
    await withServer(handler, async (url) => {
      await sendRaw(url, ["GET / HTTP/1.1\r\nHost: x\r\n\r\n"])
      await stopped
    })
  })

  it("answers 400 to what the fetch standard has no form for", async () => {
    const handler = async (): Promise<Response> => new Response("reached")
    await withServer(handler, async (url) => {
      for (const line of ["TRACE / HTTP/1.1", "CONNECT-ISH http://[ HTTP/1.1", "GET http://[ HTTP/1.1"]) {
        const received = await sendRaw(url, [`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`])
        assert.match(received, /^HTTP\/1.1 400 /, line)
      }
      const twoSlashes = await sendRaw(url, [
        "GET //evil.example/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      ])
      assert.match(twoSlashes, /^HTTP\/1.1 200 /)
    })
  })

  it("gives a HEAD the headers and no body", async () => {
    const handler = async (): Promise<Response> => new Response("body", { headers: { "X-Here": "yes" } })
    await withServer(handler, async (url) => {
      const answer = await fetch(url, { method: "HEAD" })
      assert.equal(answer.headers.get("X-Here"), "yes")
      assert.equal(await answer.text(), "")
    })
  })
})
