import assert from "node:assert/strict"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, it } from "node:test"
import { nodeFetch } from "./node-fetch.js"
import { bytesOf, someBytes } from "./test/client.js"

const withServer = async (listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x?y=1`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const streamOf = (...chunks: ReadonlyArray<Uint8Array | Error>): ReadableStream<Uint8Array> => {
  const left = [...chunks]
  return new ReadableStream({
    pull(controller) {
      const next = left.shift()
      if (next === undefined) controller.close()
      else if (next instanceof Error) controller.error(next)
      else controller.enqueue(next)
    },
  })
}

const put = (url: string, body: ReadableStream<Uint8Array>, sizeBytes: number): Request =>
  new Request(url, {
    method: "PUT",
    body,
    headers: { "Content-Length": String(sizeBytes) },
    duplex: "half",
  } as RequestInit)

describe("nodeFetch", () => {
  it("sends a streamed body with its length and streams the answer back", async () => {
    const bytes = someBytes(300_000)
    await withServer(
      (incoming, outgoing) => {
        outgoing.setHeader("X-Length", incoming.headers["content-length"] ?? "none")
        outgoing.setHeader("X-Url", incoming.url ?? "")
        incoming.pipe(outgoing)
      },
      async (url) => {
        const answer = await nodeFetch(
          put(url, streamOf(bytes.subarray(0, 1000), bytes.subarray(1000)), 300_000),
        )
        assert.equal(answer.headers.get("X-Length"), "300000")
        assert.equal(answer.headers.get("X-Url"), "/x?y=1")
        assert.deepEqual(await bytesOf(answer), bytes)
      },
    )
  })

  it("gives no body to statuses that have none", async () => {
    const statuses = [204, 304, 200]
    await withServer(
      (_, outgoing) => {
        outgoing.writeHead(statuses.shift() ?? 500, { "X-Here": "yes" }).end()
      },
      async (url) => {
        for (const [method, status] of [
          ["DELETE", 204],
          ["GET", 304],
          ["HEAD", 200],
        ] as const) {
          const answer = await nodeFetch(new Request(url, { method }))
          assert.equal(answer.status, status)
          assert.equal(answer.body, null)
          assert.equal(answer.headers.get("X-Here"), "yes")
        }
      },
    )
  })

  it("breaks the request off when its body breaks, and says why", async () => {
    let broken: Promise<boolean> | undefined
    await withServer(
      (incoming) => {
        incoming.resume()
        broken = new Promise((resolve) => {
          incoming.on("close", () => resolve(!incoming.complete))
        })
      },
      async (url) => {
        const body = streamOf(new Uint8Array(1000), new Error("wrong bytes"))
        await assert.rejects(nodeFetch(put(url, body, 2000)), /wrong bytes/)
        assert.notEqual(await broken, false, "the server never takes it for the whole")
      },
    )
  })

  it("fails when the port is closed, and when it is aborted", async () => {
    await assert.rejects(nodeFetch(new Request("http://127.0.0.1:9/")))
    await withServer(
      () => {},
      async (url) => {
        const controller = new AbortController()
        const answer = nodeFetch(new Request(url, { signal: controller.signal }))
        controller.abort()
        await assert.rejects(answer)
      },
    )
  })
})
