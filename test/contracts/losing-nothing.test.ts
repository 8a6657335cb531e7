import { expect } from "@esm-bundle/chai"
import { files, localFileState } from "../../src/schema/index.js"
import { noneAdapter } from "../../src/services/remote-file-storage/adapters/none.js"
import { Bench, rejection, tellRecord, textFile } from "../support/bench.js"
import { digestOf, madeBlob } from "../support/made-blobs.js"
import { RemoteFailure } from "../../src/types/index.js"
import { listFolder, openStoreFolder } from "../support/opfs.js"

/** Waits that a test ends itself. */
const gate = () => {
  let open = () => undefined as void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open: () => open(), opened }
}

describe("an engine, where others lose files", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  it("keeps the bytes of the second file when one of two identical files is deleted, here and remotely", async () => {
    const { engine, event, until, events } = await bench.device({
      cache: { restorableFor: 0, persist: false },
    })
    const [one = "", two = ""] = await engine.saveFiles([
      textFile("same"),
      textFile("same"),
      textFile("other"),
    ])
    const other = engine.listFiles().find(({ id }) => id !== one && id !== two)?.id ?? ""
    await engine.awaitIdle()
    await until("all are remote", () => engine.getStatus().onlyHere === 0)
    await engine.deleteFile(one)
    // The clean-up runs: this one really goes.
    await engine.deleteFile(other)
    await event("collected")
    expect(engine.getFileState(two).local).to.equal(true)
    expect(await (await engine.readFile(two)).text()).to.equal("same")
    // From here, and not once more from the remote.
    expect(events.filter(({ type }) => type === "download-started")).to.deep.equal([])
    expect(bench.remoteHashes).to.include(engine.getFile(two)?.contentHash ?? "")
    expect((await engine.verify()).orphaned).to.deep.equal([])
  })

  it("keeps the bytes of the second file when one of two identical files gets new content", async () => {
    const { engine, event } = await bench.device({ cache: { restorableFor: 0, persist: false } })
    const [one = "", two = "", third = ""] = await engine.saveFiles([
      textFile("same"),
      textFile("same"),
      textFile("third"),
    ])
    await engine.updateFile(one, textFile("new"))
    await engine.updateFile(third, textFile("new third"))
    await event("collected")
    expect(engine.getFileState(two).local).to.equal(true)
    expect(await (await engine.readFile(two)).text()).to.equal("same")
    expect(await (await engine.readFile(one)).text()).to.equal("new")
  })

  it("ignores an upload that finishes after the file was edited", async () => {
    const slow = gate()
    const uploads: string[] = []
    const { engine, until } = await bench.device({
      remote: {
        fault: async ({ operation, key }) => {
          if (operation !== "upload") return
          uploads.push(key)
          if (uploads.length === 1) await slow.opened
        },
      },
    })
    const id = await engine.saveFile(textFile("old"))
    await until("it uploads", () => uploads.length === 1)
    await engine.updateFile(id, textFile("new"))
    slow.open()
    await until("it is remote", () => engine.getFileState(id).remote)
    const { remoteKey, contentHash = "" } = engine.getFile(id) ?? {}
    expect(remoteKey).to.include(contentHash)
    expect(await bench.objects.get(remoteKey ?? "")?.text()).to.equal("new")
  })

  it("never publishes wrong downloaded bytes, and says what was wrong", async () => {
    const one = await bench.device()
    const id = await one.engine.saveFile(textFile("right"))
    await one.until("it is remote", () => one.engine.getFileState(id).remote)
    let downloads = 0
    const two = await bench.otherDevice({
      remote: {
        fault: ({ operation }) =>
          operation === "download" && ++downloads < 99 ? new Blob(["wrong"]) : undefined,
      },
    })
    tellRecord(one, two, id)
    await two.until("it gives up", () => two.engine.getFileState(id).transfer === "error")
    expect(downloads).to.equal(3)
    expect(two.engine.getFileState(id)).to.include({ local: false, attempt: 3 })
    expect(two.engine.getFileState(id).error?.reason).to.equal("IntegrityMismatch")
    downloads = 100
    await two.engine.retry(id)
    await two.until("it is here", () => two.engine.getFileState(id).local)
    expect(await (await two.engine.readFile(id)).text()).to.equal("right")
  })

  it("uploads without a sync backend", async () => {
    const { engine, until } = await bench.device()
    const id = await engine.saveFile(textFile("x"))
    await until("it is remote", () => engine.getFileState(id).remote)
    expect(bench.objects.size).to.equal(1)
  })

  it("aborts the request when a transfer is cancelled, and again when the engine stops or is disposed", async () => {
    const signals: AbortSignal[] = []
    const { engine, until } = await bench.device({
      remote: {
        fault: ({ operation }, signal) => {
          if (operation !== "upload") return
          signals.push(signal)
          return new Promise<void>(() => undefined)
        },
      },
    })
    const id = await engine.saveFile(textFile("x"))
    await until("it uploads", () => signals.length === 1)
    await engine.cancel(id)
    expect(signals[0]?.aborted).to.equal(true)
    expect(engine.getFileState(id)).to.include({ transfer: "error" })
    await engine.retry(id)
    await until("it uploads again", () => signals.length === 2)
    await engine.pause()
    await until("it is aborted", () => signals[1]?.aborted === true)
    await engine.resume()
    await until("it uploads once more", () => signals.length === 3)
    await engine.stop()
    expect(signals[2]?.aborted).to.equal(true)
    await engine.start()
    await until("it uploads a fourth time", () => signals.length === 4)
    await engine.dispose()
    expect(signals[3]?.aborted).to.equal(true)
  })

  it("keeps name and type on another device", async () => {
    const one = await bench.device()
    const id = await one.engine.saveFile(textFile("<svg/>", "drawing.svg", "image/svg+xml"))
    await one.until("it is remote", () => one.engine.getFileState(id).remote)
    const two = await bench.otherDevice()
    tellRecord(one, two, id)
    const file = await two.engine.readFile(id)
    expect(file).to.include({ name: "drawing.svg", type: "image/svg+xml" })
    expect(await file.text()).to.equal("<svg/>")
  })

  it("looks at the reason before it tries again", async () => {
    const tried: string[] = []
    const { engine, until } = await bench.device({
      remote: {
        fault: ({ operation, key }) => {
          if (operation !== "upload") return
          tried.push(key)
          if (key.endsWith(stopped)) throw new RemoteFailure("Forbidden", "No", { status: 403 })
          if (tried.filter((other) => other === key).length < 4)
            throw new RemoteFailure("ServerError", "Later")
        },
      },
    })
    const stopped = await digestOf(textFile("stopped"))
    const bad = await engine.saveFile(textFile("stopped"))
    const good = await engine.saveFile(textFile("retried"))
    await until("one is remote", () => engine.getFileState(good).remote)
    await until("one has stopped", () => engine.getFileState(bad).transfer === "error")
    expect(engine.getFileState(bad).error).to.include({ tag: "UploadError", reason: "Forbidden" })
    expect(tried.filter((key) => key.endsWith(stopped))).to.have.length(1)
    expect(tried).to.have.length(5)
    expect(engine.getStatus()).to.include({ failed: 1, onlyHere: 1, state: "error" })
  })

  it("hashes and reads nothing of what it has when it starts again", async () => {
    const { engine, store, until } = await bench.device()
    const ids = await engine.saveFiles([textFile("a"), textFile("b")])
    await until("all are remote", () => ids.every((id) => engine.getFileState(id).remote))
    await engine.dispose()
    const read: string[] = []
    const { arrayBuffer, stream } = Blob.prototype
    Blob.prototype.arrayBuffer = function (this: Blob) {
      read.push("arrayBuffer")
      return arrayBuffer.call(this)
    }
    Blob.prototype.stream = function (this: Blob) {
      read.push("stream")
      return stream.call(this)
    }
    try {
      const requests: string[] = []
      const again = await bench.device({
        store,
        remote: { fault: ({ operation }) => void requests.push(operation) },
      })
      await again.until("it leads", () => again.engine.getStatus().leader)
      await again.engine.awaitIdle()
      expect(ids.map((id) => again.engine.getFileState(id).transfer)).to.deep.equal(["done", "done"])
      expect(requests).to.deep.equal([])
      expect(read).to.deep.equal([])
    } finally {
      Object.assign(Blob.prototype, { arrayBuffer, stream })
    }
  })

  it("gives counted URLs, and revokes them when they are released or the engine ends", async () => {
    const { engine } = await bench.device()
    const id = await engine.saveFile(textFile("shown"))
    const [one, two] = [await engine.getFileUrl(id), await engine.getFileUrl(id)]
    expect(one).to.equal(two)
    const works = (url: string) =>
      fetch(url).then(
        () => true,
        () => false,
      )
    engine.releaseFileUrl(one)
    expect(await works(one)).to.equal(true)
    await engine.dispose()
    expect(await works(one)).to.equal(false)
  })

  it("brings an un-uploaded file back when LiveStore forgot its row", async () => {
    const before = await bench.device({ start: false })
    const id = await before.engine.saveFile(textFile("precious", "keep.txt"), { metadata: { a: 1 } })
    const updated = await before.engine.saveFile(textFile("first"))
    await before.engine.updateFile(updated, textFile("second"))
    const deleted = await before.engine.saveFile(textFile("deleted"))
    await before.engine.deleteFile(deleted)
    await before.engine.dispose()
    // A new store under the same id: what was committed is gone, the folder is not.
    const after = await bench.device()
    await after.until("they are remote", () =>
      [id, updated].every((file) => after.engine.getFileState(file).remote),
    )
    expect(after.events.some(({ type }) => type === "recovered")).to.equal(true)
    expect(after.engine.getFile(id)).to.deep.include({ name: "keep.txt", metadata: { a: 1 } })
    expect(await (await after.engine.readFile(id)).text()).to.equal("precious")
    expect(await (await after.engine.readFile(updated)).text()).to.equal("second")
  })

  it("brings an update back when LiveStore forgot it and others before it", async () => {
    const before = await bench.device({ start: false })
    const first = textFile("first")
    const id = await before.engine.saveFile(first)
    const { contentHash = "", path = "" } = before.engine.getFile(id) ?? {}
    await before.engine.updateFile(id, textFile("second"))
    await before.engine.updateFile(id, textFile("third"))
    await before.engine.dispose()
    // Only the first event had reached the sync backend.
    const store = await bench.store()
    const { name, size: sizeBytes } = first
    const heard = { id, name, mimeType: "text/plain", sizeBytes, contentHash, path, createdAt: new Date(0) }
    store.commit(files.events.created({ files: [heard] }))
    const after = await bench.device({ store })
    await after.until("it is remote", () => after.engine.getFileState(id).remote)
    expect(await (await after.engine.readFile(id)).text()).to.equal("third")
  })

  it("keeps its promise when two journals of killed tabs hold the same save", async () => {
    const fault = () => {
      throw new RemoteFailure("Offline", "cut")
    }
    const offline = { fault }
    const before = await bench.device({ remote: offline })
    const id = await before.engine.saveFile(textFile("precious"))
    await before.engine.dispose()
    const folder = await (await openStoreFolder(bench.storeId)).getDirectoryHandle("outbox")
    const [name = ""] = await listFolder(bench.storeId, "outbox")
    const copy = await (await folder.getFileHandle(crypto.randomUUID(), { create: true })).createWritable()
    await copy.write(await (await folder.getFileHandle(name)).getFile())
    await copy.close()
    for (let forgets = 0; forgets < 2; forgets++) {
      const after = await bench.device({ remote: offline })
      await after.event("recovered")
      expect(after.engine.listFiles().map((file) => file.id)).to.deep.equal([id])
      await after.engine.dispose()
    }
  })

  it("finds, and shows, what lies here when a kill came before the index was written", async () => {
    const before = await bench.device({ remoteAdapter: noneAdapter() })
    const id = await before.engine.saveFile(textFile("here"))
    await before.engine.awaitIdle()
    await before.engine.dispose()
    const forgotten = { fileId: id, localHash: "", failedHash: "", failedReason: "" }
    before.store.commit(
      localFileState.events.set({ files: [{ ...forgotten, pinned: false, evicted: false }] }),
    )
    const { engine, until } = await bench.device({
      store: before.store,
      start: false,
      remoteAdapter: noneAdapter(),
    })
    expect(engine.getFileState(id).local).to.equal(false)
    let shown = false
    const end = engine.subscribeFile(id, () => {
      shown = engine.getFileState(id).local
    })
    await engine.start()
    await until("it is shown", () => shown)
    end()
    expect(await (await engine.readFile(id)).text()).to.equal("here")
  })

  it("does not bring back what was uploaded, or a save that was called off", async () => {
    const before = await bench.device()
    const uploaded = await before.engine.saveFile(textFile("uploaded"))
    await before.until("it is remote", () => before.engine.getFileState(uploaded).remote)
    await before.engine.stop()
    const controller = new AbortController()
    const called = before.engine.saveFile(textFile("called off"), {
      signal: controller.signal,
      commit: () => {
        controller.abort()
        return []
      },
    })
    expect(await rejection(called)).to.include({ _tag: "StorageError", reason: "Aborted" })
    expect(before.engine.listFiles()).to.have.length(1)
    await before.engine.dispose()
    const after = await bench.device()
    await after.engine.verify()
    expect(after.engine.listFiles()).to.deep.equal([])
  })

  it("finishes a download where it broke off", async () => {
    const blob = madeBlob(3_000_000)
    const one = await bench.device()
    const id = await one.engine.saveFile(blob)
    await one.until("it is remote", () => one.engine.getFileState(id).remote)
    const whole = [...bench.objects.values()][0] as Blob
    let downloads = 0
    const two = await bench.otherDevice({
      remoteAdapter: {
        ...bench.adapter(),
        download: async ({ offset }) => {
          downloads++
          if (downloads > 1) expect(offset).to.equal(1_000_000)
          const end = downloads === 1 ? 1_000_000 : whole.size
          return {
            body: whole.slice(offset, end).stream() as ReadableStream<Uint8Array>,
            offset,
            totalBytes: whole.size,
            etag: undefined,
          }
        },
      },
    })
    tellRecord(one, two, id)
    await two.until("it is here", () => two.engine.getFileState(id).local)
    expect(downloads).to.equal(2)
    expect(await digestOf(await two.engine.readFile(id))).to.equal(await digestOf(blob))
  })
})
