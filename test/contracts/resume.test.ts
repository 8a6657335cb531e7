import { expect } from "@esm-bundle/chai"
import type {
  DownloadAnswer,
  DownloadRequest,
  MultipartSupport,
  RemoteStorageAdapter,
} from "../../src/types/index.js"
import { Bench } from "../support/bench.js"
import { madeBytes } from "../support/made-blobs.js"

const megabyte = 1024 * 1024
const partBytes = 2 * megabyte
const sizeBytes = 20 * megabyte
const partsAtOnce = 3

const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))

describe("a large file whose transfer broke off", () => {
  let bench: Bench
  const file = () => new File([madeBytes(sizeBytes, 5)], "large.bin", { type: "application/octet-stream" })

  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  /** Counts what is sent in parts; from `stuckFrom` bytes on no part arrives. */
  const counting = (adapter: RemoteStorageAdapter) => {
    const sent = { bytes: 0, stuckFrom: Number.POSITIVE_INFINITY }
    const parts = adapter.multipart as MultipartSupport
    const multipart: MultipartSupport = {
      ...parts,
      maxPartBytes: partBytes,
      uploadPart: (request) => {
        sent.bytes += request.body.size
        return sent.bytes > sent.stuckFrom ? never(request.signal) : parts.uploadPart(request)
      },
    }
    return { sent, adapter: { ...adapter, multipart } }
  }

  it("sends at most the parts again that were under way, and needs no new pick", async () => {
    const { sent, adapter } = counting(bench.adapter({ multipart: true }))
    sent.stuckFrom = sizeBytes / 2
    const before = await bench.device({ remoteAdapter: adapter })
    const id = await before.engine.saveFile(file())
    await before.until(
      "half is sent and the rest is stuck",
      () => sent.bytes >= sizeBytes / 2 + partsAtOnce * partBytes,
    )
    await before.engine.dispose()
    expect(bench.remoteHashes).to.deep.equal([])

    sent.stuckFrom = Number.POSITIVE_INFINITY
    const after = await bench.device({ store: before.store, remoteAdapter: adapter })
    await after.until("it is uploaded", () => after.engine.getFileState(id).remote)
    expect(bench.remoteHashes).to.deep.equal([after.engine.getFile(id)?.contentHash])
    expect(sent.bytes).to.be.greaterThan(sizeBytes)
    expect(sent.bytes - sizeBytes).to.be.at.most(partsAtOnce * partBytes)
  })

  it("deletes its parts at the store once the upload is not needed any more", async () => {
    const aborted: string[] = []
    const { sent, adapter } = counting(bench.adapter({ multipart: true }))
    const multipart: MultipartSupport = {
      ...(adapter.multipart as MultipartSupport),
      abort: async ({ key }) => {
        aborted.push(key)
      },
    }
    sent.stuckFrom = 1
    const remoteAdapter = { ...adapter, multipart }
    const { engine, until } = await bench.device({ remoteAdapter })
    const start = async () => {
      const begun = sent.bytes
      const id = await engine.saveFile(new File([madeBytes(sizeBytes, 6 + begun)], "x.bin"))
      const key = `${bench.storeId}/${engine.getFile(id)?.contentHash}`
      await until("parts are under way", () => sent.bytes > begun)
      return { id, key }
    }
    const replaced = await start()
    await engine.updateFile(replaced.id, new File(["small"], "x.bin"))
    await until("its parts are gone", () => aborted.length === 1)
    expect(aborted).to.deep.equal([replaced.key])
  })

  it("asks only for the bytes behind those that came, on the condition that they are of the same content", async () => {
    const asked: Array<Pick<DownloadRequest, "offset" | "etag">> = []
    const plain = bench.adapter()
    const adapter: RemoteStorageAdapter = {
      ...plain,
      download: async (request): Promise<DownloadAnswer> => {
        asked.push({ offset: request.offset, etag: request.etag })
        const answer = await plain.download(request)
        return asked.length === 1 ? { ...answer, body: brokenAt(answer.body, sizeBytes / 2) } : answer
      },
    }
    const { engine, until } = await bench.device({ remoteAdapter: adapter })
    const id = await engine.saveFile(file())
    await until("it is uploaded", () => engine.getFileState(id).remote)
    const contentHash = engine.getFile(id)?.contentHash ?? ""
    await engine.evict(id)
    engine.readFile(id).catch(() => undefined) // The first failure rejects the read; the engine goes on trying.
    await until("it is here again", () => engine.getFileState(id).local, 30_000)

    expect(asked[0]).to.deep.equal({ offset: 0, etag: undefined })
    expect(asked[1]?.offset).to.be.within(sizeBytes / 2 - megabyte, sizeBytes / 2)
    expect(asked[1]?.etag).to.equal(`"${contentHash}"`)
    expect(asked).to.have.length(2)
    expect((await engine.readFile(id)).size).to.equal(sizeBytes)
  })
})

/** A body that fails once so many bytes have come. */
const brokenAt = (body: ReadableStream<Uint8Array>, atBytes: number): ReadableStream<Uint8Array> => {
  let givenBytes = 0
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => {
        const rest = atBytes - givenBytes
        if (rest <= 0) return controller.error(new TypeError("network error"))
        controller.enqueue(piece.slice(0, rest))
        givenBytes += piece.byteLength
      },
    }),
  )
}
