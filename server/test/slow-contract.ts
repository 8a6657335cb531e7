import assert from "node:assert/strict"
import { once } from "node:events"
import { connect } from "node:net"
import { after, before, describe, it } from "node:test"
import { setTimeout as pass } from "node:timers/promises"
import type { BackendUnderTest } from "./backend-under-test.js"
import { bytesOf, clientFor, hashOf, keyOf, someBytes } from "./client.js"

/** Clients on very slow connections: they are served, no other client waits for them, and no client sees half of an upload. */
export const slowContract = (name: string, start: () => Promise<BackendUnderTest>): void => {
  describe(`slow clients (${name})`, () => {
    let backend: BackendUnderTest
    let client: ReturnType<typeof clientFor>
    before(async () => {
      backend = await start()
      client = clientFor(backend.url)
    })
    after(() => backend.stop())

    const open = async (lines: ReadonlyArray<string>) => {
      const { hostname, port } = new URL(backend.url)
      const socket = connect(Number(port), hostname)
      await once(socket, "connect")
      const head = [...lines, "Host: x", "Connection: close", "Authorization: Bearer everything"]
      socket.write(`${head.join("\r\n")}\r\n\r\n`)
      return socket
    }

    const othersAreServed = async () => {
      const bytes = someBytes(1000)
      assert.equal((await client.put(bytes)).status, 201)
      assert.deepEqual(await bytesOf(await client.send(`/files/${keyOf(bytes)}`)), bytes)
    }

    it("may drip their bodies in: many at once, while others are served", async () => {
      const uploads = Array.from({ length: 20 }, () => someBytes(400))
      const sockets = await Promise.all(
        uploads.map((bytes) => open([`PUT /api/files/${keyOf(bytes)} HTTP/1.1`, "Content-Length: 400"])),
      )
      const answers = sockets.map(readAll)
      for (let offset = 0; offset < 400; offset += 10) {
        for (const [at, socket] of sockets.entries()) {
          socket.write((uploads[at] as Uint8Array).subarray(offset, offset + 10))
        }
        // A slow connection takes time: this is what is tested.
        await pass(5)
        if (offset === 200) {
          await othersAreServed()
          const half = await client.send(`/files/${keyOf(uploads[0] as Uint8Array)}`)
          assert.equal(half.status, 404)
        }
      }
      for (const answer of await Promise.all(answers))
        assert.match(answer.toString("latin1"), /^HTTP\/1.1 201 /)
      for (const bytes of uploads) {
        assert.deepEqual(await bytesOf(await client.send(`/files/${keyOf(bytes)}`)), new Uint8Array(bytes))
      }
    })

    it("may read slowly: no other client waits for them, and they get all of it", async () => {
      const bytes = someBytes(16 * 1024 ** 2)
      assert.equal((await client.put(bytes)).status, 201)
      const sockets = await Promise.all(
        Array.from({ length: 4 }, () => open([`GET /api/files/${keyOf(bytes)} HTTP/1.1`])),
      )
      await Promise.all(sockets.map((socket) => once(socket, "readable")))
      // None of them reads on, and the kernel's buffers are far smaller than the file.
      for (let round = 0; round < 3; round++) await othersAreServed()
      for (const answer of await Promise.all(sockets.map(readAll))) {
        const body = bodyOf(answer)
        assert.equal(body.byteLength, bytes.byteLength)
        assert.equal(hashOf(body), hashOf(bytes))
      }
    })
  })
}

const readAll = async (socket: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The body of a whole answer; Bun's own server sends it in chunks. */
const bodyOf = (answer: Buffer): Buffer => {
  const start = answer.indexOf("\r\n\r\n") + 4
  if (!/^transfer-encoding: *chunked/im.test(answer.subarray(0, start).toString("latin1")))
    return answer.subarray(start)
  const chunks: Array<Buffer> = []
  for (let at = start; ; ) {
    const lineEnd = answer.indexOf("\r\n", at)
    const length = Number.parseInt(answer.subarray(at, lineEnd).toString("latin1"), 16)
    if (!(length > 0)) return Buffer.concat(chunks)
    chunks.push(answer.subarray(lineEnd + 2, lineEnd + 2 + length))
    at = lineEnd + 2 + length + 2
  }
}
