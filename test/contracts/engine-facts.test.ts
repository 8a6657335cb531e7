import { expect } from "@esm-bundle/chai"
import { RemoteFailure } from "../../src/types/index.js"
import { Bench, textFile } from "../support/bench.js"
import { madeBlob } from "../support/made-blobs.js"

describe("inspecting an engine", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  it("lists every live record, once, and what is kept here", async () => {
    const { engine } = await bench.device({ start: false, cache: { maxBytes: 5_000, persist: false } })
    const [one, same, other] = await engine.saveFiles([
      madeBlob(1_000, 1),
      madeBlob(1_000, 1),
      madeBlob(500, 2),
    ])
    const gone = await engine.saveFile(textFile("gone"))
    await engine.deleteFile(gone)
    const { records, cache } = engine.inspect()
    expect(records.map(({ id }) => id).toSorted()).to.deep.equal([one, same, other].toSorted())
    expect(cache).to.deep.equal({ usedBytes: 1_500, maxBytes: 5_000 })
  })

  it("has no limit unless there is one", async () => {
    const { engine } = await bench.device({ start: false })
    expect(engine.inspect().cache).to.deep.equal({ usedBytes: 0, maxBytes: null })
  })

  it("lists which files are pinned and which were evicted", async () => {
    const { engine, store, until } = await bench.device()
    // What the next session will know, at the moment in which the promise resolves.
    const written = (fileId: string) =>
      store.query<ReadonlyArray<unknown>>({
        query: "SELECT pinned, evicted FROM localFileState WHERE fileId = $fileId",
        bindValues: { fileId },
      } as never)
    const [pinned = "", freed = ""] = await engine.saveFiles([textFile("pinned"), textFile("freed")])
    await until("both are remote", () => [pinned, freed].every((id) => engine.getFileState(id).remote))
    await engine.pin(pinned)
    expect(written(pinned)).to.deep.equal([{ pinned: 1, evicted: 0 }])
    await engine.evict(freed)
    expect(written(freed)).to.deep.equal([{ pinned: 0, evicted: 1 }])
    expect(engine.inspect()).to.deep.include({ pinned: [pinned], evicted: [freed] })
    await engine.unpin(pinned)
    expect(engine.inspect().pinned).to.deep.equal([])
  })

  it("lists each transfer that has not ended, with every file it is for", async () => {
    const { engine, until } = await bench.device({
      remote: {
        fault: ({ operation }) => {
          if (operation === "upload") throw new RemoteFailure("Rejected", "not here")
        },
      },
    })
    const ids = await engine.saveFiles([textFile("same"), textFile("same")])
    await until("it stopped", () => engine.getStatus().failed > 0)
    const { transfers } = engine.inspect()
    expect(transfers).to.have.length(1)
    const [transfer] = transfers
    expect(transfer).to.include({ kind: "upload", phase: "failed", attempt: 1, nextRetryAt: null })
    expect(transfer?.fileIds.toSorted()).to.deep.equal([...ids].toSorted())
    expect(transfer?.error).to.include({ tag: "UploadError", reason: "Rejected" })
  })

  it("knows nothing after the end, and throws nothing", async () => {
    const { engine } = await bench.device({ start: false })
    await engine.saveFile(textFile("x"))
    await engine.dispose()
    expect(engine.inspect()).to.deep.equal({
      records: [],
      transfers: [],
      pinned: [],
      evicted: [],
      cache: { usedBytes: 0, maxBytes: null },
    })
  })
})
