import assert from "node:assert/strict"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, before, describe, it } from "node:test"
import { setImmediate as turn } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { diskStorage } from "./disk-storage.js"
import { type BackendUnderTest, startNodeBackend } from "./test/backend-under-test.js"
import { clientFor, hashOf, keyOf, someBytes } from "./test/client.js"

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc") as () => void

/** A file that is forgotten now and then shows in so many. */
const rounds = 200
const folderOfHandles = "/proc/self/fd"

/** Files below a folder that this process holds open. */
const openFiles = (folder: string): ReadonlyArray<string> =>
  readdirSync(folderOfHandles).flatMap((id) => {
    try {
      const target = readlinkSync(path.join(folderOfHandles, id))
      return target.startsWith(folder) ? [target] : []
    } catch {
      // Closed between the listing and the look.
      return []
    }
  })

/**
 * What is left when it no longer gets less: nothing as soon as one look finds nothing, as a forgotten file stays for
 * good while the last requests may still be opening and closing theirs. Ten seconds are for a busy machine.
 */
const leftOf = async (list: () => ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const endMs = Date.now() + 10_000
  for (;;) {
    const left = list()
    if (left.length === 0 || Date.now() >= endMs) return left
    await turn()
  }
}

describe("diskStorage, when clients go away", {
  skip: existsSync(folderOfHandles) ? false : "the system does not list open files here",
}, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "filesync-handles-"))
  const large = someBytes(4 * 1024 ** 2)
  /** Small enough for a batch. */
  const medium = someBytes(90_000)
  const warnings: Array<Error> = []
  const onWarning = (warning: Error) => warnings.push(warning)
  let backend: BackendUnderTest
  let client: ReturnType<typeof clientFor>
  before(async () => {
    process.on("warning", onWarning)
    backend = await startNodeBackend(diskStorage(folder))
    client = clientFor(backend.url)
    for (const bytes of [large, medium]) assert.equal((await client.put(bytes)).status, 201)
  })
  after(async () => {
    process.off("warning", onWarning)
    await backend.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const open = async (line: string, headers: ReadonlyArray<string> = []): Promise<Socket> => {
    const { hostname, port } = new URL(backend.url)
    const socket = connect(Number(port), hostname)
    // A broken connection is what is wanted.
    socket.on("error", () => {})
    await once(socket, "connect")
    const head = [`${line} HTTP/1.1`, "Host: x", "Authorization: Bearer everything", ...headers]
    socket.write(`${head.join("\r\n")}\r\n\r\n`)
    return socket
  }

  /** Breaks the connection at a point that differs from round to round. */
  const breakOff = async (socket: Socket, round: number): Promise<void> => {
    if (round % 3 === 0) await once(socket, "readable")
    for (let left = round % 7; left > 0; left--) await turn()
    socket.destroy()
    if (!socket.closed) await once(socket, "close")
  }

  const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.byteLength / 2)
  const address = `/api/files/${keyOf(large)}`
  const cases: ReadonlyArray<readonly [name: string, run: (round: number) => Promise<void>]> = [
    ["downloads", async (round) => breakOff(await open(`GET ${address}`), round)],
    [
      "downloads of a range",
      async (round) => breakOff(await open(`GET ${address}`, ["Range: bytes=100000-"]), round),
    ],
    [
      "downloads of a batch",
      async (round) => {
        const body = JSON.stringify({ keys: [medium, large, medium, medium].map((bytes) => keyOf(bytes)) })
        const socket = await open("POST /api/batch/get", [`Content-Length: ${body.length}`])
        socket.write(body)
        await breakOff(socket, round)
      },
    ],
    [
      "uploads",
      async (round) => {
        const bytes = someBytes(100_000)
        const socket = await open(`PUT /api/files/${keyOf(bytes)}`, ["Content-Length: 100000"])
        socket.write(half(bytes))
        await breakOff(socket, round === 0 ? 1 : round - (round % 3) + 1)
      },
    ],
    [
      "uploads of a part",
      async (round) => {
        const bytes = someBytes(100_000)
        const begun = await client.send(`/files/${keyOf(bytes)}?uploads`, { method: "POST" })
        const { uploadId } = (await begun.json()) as { readonly uploadId: string }
        const target = `/api/files/${keyOf(bytes)}?uploadId=${encodeURIComponent(uploadId)}&partNumber=1`
        const socket = await open(`PUT ${target}`, ["Content-Length: 100000"])
        socket.write(half(bytes))
        await breakOff(socket, round - (round % 3) + 1)
      },
    ],
    [
      "completions",
      async (round) => {
        const bytes = someBytes(2000)
        const begun = await client.send(`/files/${keyOf(bytes)}?uploads`, { method: "POST" })
        const { uploadId } = (await begun.json()) as { readonly uploadId: string }
        const upload = `/files/${keyOf(bytes)}?uploadId=${encodeURIComponent(uploadId)}`
        const stored = await client.send(`${upload}&partNumber=1`, { method: "PUT", body: bytes })
        const { etag } = (await stored.json()) as { readonly etag: string }
        const body = JSON.stringify({ parts: [{ partNumber: 1, etag }], contentHash: hashOf(bytes) })
        const socket = await open(`POST /api${upload}`, [`Content-Length: ${body.length}`])
        socket.write(body)
        await breakOff(socket, round)
      },
    ],
  ]

  for (const [name, run] of cases) {
    it(`keeps no file open after ${rounds} broken ${name}`, async () => {
      for (let round = 0; round < rounds; round += 5) {
        await Promise.all([0, 1, 2, 3, 4].map((more) => run(round + more)))
      }
      const leftBehind = () => [...openFiles(folder), ...readdirSync(path.join(folder, "tmp"))]
      assert.deepEqual(await leftOf(leftBehind), [], "no file is open, and nothing half is left")
      // Node warns when it must close a file that was left open.
      for (let round = 0; round < 3; round++) {
        collect()
        await turn()
      }
      assert.deepEqual(warnings, [])
    })
  }
})
