import { expect } from "@esm-bundle/chai"
import { hasByteStreams, needsByteStreams } from "../../../../test/support/byte-streams.js"
import { readBlob } from "./read-blob.js"

const sizeBytes = 5 * 1024 * 1024
const source = new Uint8Array(sizeBytes).map((_, at) => (at * 31) ^ (at >> 11))
const blob = new Blob([source])

const readAll = async (from = 0): Promise<{ bytes: Uint8Array; buffers: Set<number> }> => {
  const bytes = new Uint8Array(sizeBytes - from)
  const buffers = new Set<number>()
  let at = 0
  for await (const piece of readBlob(blob, from)) {
    bytes.set(piece, at)
    buffers.add(piece.buffer.byteLength)
    at += piece.byteLength
  }
  expect(at).to.equal(bytes.byteLength)
  return { bytes, buffers }
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && one.every((byte, at) => byte === other[at])

/** Answers `fetch` of a blob with `answer` while `body` runs; gives how often it was asked. */
const withFetch = async (answer: typeof fetch, body: () => Promise<void>): Promise<number> => {
  const real = globalThis.fetch
  let asked = 0
  globalThis.fetch = (...given) => {
    asked++
    return answer(...given)
  }
  try {
    await body()
  } finally {
    globalThis.fetch = real
  }
  return asked
}

describe("readBlob", () => {
  it(`gives all bytes in order, through no buffer larger than a megabyte${needsByteStreams}`, async function () {
    if (!hasByteStreams) this.skip()
    const { bytes, buffers } = await readAll()
    expect(isSame(bytes, source)).to.equal(true)
    expect(Math.max(...buffers)).to.be.at.most(1024 * 1024)
  })

  it("begins at the given offset", async () => {
    const { bytes } = await readAll(1_234_567)
    expect(isSame(bytes, source.subarray(1_234_567))).to.equal(true)
    for await (const piece of readBlob(blob, sizeBytes)) throw new Error(`${piece.byteLength} bytes more`)
  })

  it("reads on by slices where a stream breaks off", async () => {
    const cutAt = 1_500_000
    const cut: typeof fetch = async () => {
      let given = 0
      const body = new ReadableStream({
        type: "bytes",
        pull(controller) {
          if (given === cutAt) return controller.error(new TypeError("network error"))
          const piece = source.slice(given, Math.min(given + 400_000, cutAt))
          given += piece.byteLength
          controller.enqueue(piece)
        },
      })
      return new Response(body)
    }
    await withFetch(cut, async () => {
      expect(isSame((await readAll()).bytes, source)).to.equal(true)
    })
  })

  it("reads on by slices where a stream ends early", async () => {
    const short: typeof fetch = async () => new Response(blob.slice(0, 700_000))
    await withFetch(short, async () => {
      expect(isSame((await readAll()).bytes, source)).to.equal(true)
    })
  })

  it(`reads by slices where blobs may not be fetched, and does not ask for the next${needsByteStreams}`, async function () {
    if (!hasByteStreams) this.skip()
    const refused: typeof fetch = async () => {
      throw new TypeError("Failed to fetch")
    }
    const asked = await withFetch(refused, async () => {
      expect(isSame((await readAll()).bytes, source)).to.equal(true)
      expect(isSame((await readAll()).bytes, source)).to.equal(true)
    })
    expect(asked).to.equal(1)
  })
})
