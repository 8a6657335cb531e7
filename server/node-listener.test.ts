import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
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

  it("closes it also when a later request of the same connection is the one that stops", {
    timeout: 20_000,
  }, async () => {
    const handler = createFileSyncHandler({ storage: memoryStorage(), authorize: allowAll })
    await withServer(
      handler,
      async (url) => {
        const { hostname, port } = new URL(url)
        const socket = connect(Number(port), hostname)
        const closed = once(socket, "close")
        socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        const [answer] = (await once(socket, "data")) as [Buffer]
        assert.match(answer.toString(), /^HTTP\/1.1 204 /)
        socket.write(`PUT /files/${keyOf("x")} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`)
        // Without a time-out of its own it stays open for ever, and the test runner ends the test.
        await closed
      },
      { idleTimeoutMs: 1000 },
    )
  })

  it("gathers chunks of one byte", async () => {
    const sizes: Array<number> = []
    const handler = async (request: Request): Promise<Response> => {
      const reader = (request.body as ReadableStream<Uint8Array>).getReader()
      for (let step = await reader.read(); !step.done; step = await reader.read())
        sizes.push(step.value.length)
      return new Response("read")
    }
    await withServer(handler, async (url) => {
      const head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      const received = await sendRaw(url, [head, "1\r\nx\r\n".repeat(200_000), "0\r\n\r\n"], {
        untilMs: 60_000,
      })
      assert.match(received, /^HTTP\/1.1 200 /)
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        200_000,
      )
      assert.ok(sizes.length < 2000, `${sizes.length} chunks`)
    })
  })

  it("passes a byte on when it comes, and waits for no other", async () => {
    let onByte: (() => void) | undefined
    const first = new Promise<void>((resolve) => {
      onByte = resolve
    })
    const handler = async (request: Request): Promise<Response> => {
      const step = await (request.body as ReadableStream<Uint8Array>).getReader().read()
      assert.equal(step.value?.length, 1)
      onByte?.()
      return new Response("read")
    }
    await withServer(handler, async (url) => {
      const sent = sendRaw(url, ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx"])
      await first
      assert.match(await sent, /^HTTP\/1.1 200 /)
    })
  })

  it("reads the Host as a host, and nothing of the path from it", async () => {
    const handler = async (request: Request): Promise<Response> => new Response(new URL(request.url).pathname)
    await withServer(handler, async (url) => {
      const ask = (host: string) =>
        sendRaw(url, [`GET /api/files/public/x HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`], {
          isEnough: () => false,
        })
      for (const host of ["x", "files.example:8787", "127.0.0.1", "[::1]:80", "under_score.example"]) {
        assert.match(await ask(host), /\/api\/files\/public\/x/, host)
      }
      for (const host of ["h/api/files/secret/y?", "h#", "user@h", "h\\x", "h:x", ""]) {
        const received = await ask(host)
        assert.match(received, /^HTTP\/1.1 400 /, host)
        assert.match(received, /x-request-id: [0-9a-f-]{36}/i, host)
        assert.match(received, /"reason":"BadRequest"/, host)
      }
    })
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

  it("aborts the handler's request when the client has gone", async () => {
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

  it("answers 400 to a request that the fetch standard cannot express", async () => {
    const handler = async (): Promise<Response> => new Response("reached")
    await withServer(handler, async (url) => {
      for (const line of ["TRACE / HTTP/1.1", "CONNECT-ISH http://[ HTTP/1.1", "GET http://[ HTTP/1.1"]) {
        const received = await sendRaw(url, [`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`])
        assert.match(received, /^HTTP\/1.1 400 /, line)
        // The second one goes no further than Node's own parser.
        if (line.startsWith("CONNECT")) continue
        assert.match(received, /\r\nX-Request-Id: [\w-]+\r\n/i, line)
        assert.match(received, /\r\nVary: Origin\r\n/i, line)
        assert.match(received, /\r\nContent-Type: application\/problem\+json/i, line)
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
