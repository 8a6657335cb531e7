import { expect } from "@esm-bundle/chai"
import { files } from "../../src/schema/index.js"
import { Bench, type Device, rejection, tellRecord, textFile } from "../support/bench.js"
import { RemoteFailure, type ShareRequest } from "../../src/types/index.js"

describe("actions on a file", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  const uploaded = async ({ engine, until }: Device, file: File): Promise<string> => {
    const id = await engine.saveFile(file)
    await until("it is remote", () => engine.getFileState(id).remote)
    return id
  }
  const nowhere = {
    fault: async () => {
      throw new RemoteFailure("Offline", "no network")
    },
  }

  it("renames without moving a byte, offline, with the app's own events", async () => {
    const { engine, store, events } = await bench.device({ remote: nowhere })
    const id = await engine.saveFile(textFile("a", "a.txt"), { metadata: { page: 1 } })
    const before = engine.getFile(id)
    await engine.editFile(id, { name: "b\u0000.md", mimeType: "text/markdown" })
    expect(engine.getFile(id)).to.include({
      name: "b.md",
      mimeType: "text/markdown",
      contentHash: before?.contentHash,
    })
    expect(engine.getFile(id)?.metadata).to.deep.equal({ page: 1 })
    await engine.editFile(id, { metadata: {} })
    expect(engine.getFile(id)?.metadata).to.deep.equal({})
    await engine.editFile(id, {
      name: "c.md",
      commit: ({ name }) => {
        expect(name).to.equal("c.md")
        return [files.events.updated({ files: [{ id, metadata: { linked: true }, updatedAt: new Date() }] })]
      },
    })
    expect(engine.getFile(id)).to.deep.include({ name: "c.md", metadata: { linked: true } })
    const file = await engine.readFile(id)
    expect([file.name, file.type, await file.text()]).to.deep.equal(["c.md", "text/markdown", "a"])
    expect(events.filter(({ type }) => type === "updated")).to.have.length(3)
    expect(store.query(files.versions)).to.deep.equal([])
  })

  it("says what cannot be edited", async () => {
    const { engine } = await bench.device()
    const id = await engine.saveFile(textFile("a"))
    const reasonOf = async (promise: Promise<unknown>) => (await rejection(promise)).reason
    expect(await reasonOf(engine.editFile(id, { name: " " }))).to.equal("InvalidName")
    expect(await reasonOf(engine.editFile(id, { name: 5 as never }))).to.equal("InvalidName")
    expect(await reasonOf(engine.editFile(id, { metadata: [] as never }))).to.equal("InvalidMetadata")
    expect(await reasonOf(engine.editFile(id, { name: "b", commit: () => [{}] }))).to.equal("InvalidCommit")
    expect(await reasonOf(engine.editFile("nobody", { name: "b" }))).to.equal("NoRecord")
    expect(engine.getFile(id)?.name).to.equal("a.txt")
    await engine.deleteFile(id)
    expect(await reasonOf(engine.editFile(id, { name: "b" }))).to.equal("Deleted")
  })

  it("deletes many as one event, all or none", async () => {
    const { engine, store } = await bench.device()
    const ids = await engine.saveFiles(Array.from({ length: 30 }, (_, at) => textFile(`${at}`)))
    expect((await rejection(engine.deleteFiles([...ids, "nobody"]))).reason).to.equal("NoRecord")
    expect(engine.listFiles()).to.have.length(30)
    const names: string[] = []
    const { commit } = store
    Object.assign(store, {
      commit: (...events: ReadonlyArray<{ readonly name: string }>) => {
        names.push(...events.map(({ name }) => name).filter((name) => name === "v1.FileDeleted"))
        return (commit as (...given: Array<unknown>) => void).apply(store, [...events])
      },
    })
    await engine.deleteFiles(new Set(ids))
    await engine.deleteFiles(ids)
    expect(names).to.deep.equal(["v1.FileDeleted"])
    expect(engine.listFiles()).to.deep.equal([])
    expect(engine.listDeleted({ order: "oldest" }).map(({ id }) => id)).to.deep.equal([...ids])
  })

  it("brings a deleted file back on both devices, also without a network", async () => {
    const one = await bench.device()
    const id = await uploaded(one, textFile("precious"))
    const other = await bench.otherDevice({ remote: nowhere })
    tellRecord(one, other, id)
    const deletion = files.events.deleted({ files: [{ id, deletedAt: new Date() }] })
    one.store.commit(deletion)
    other.store.commit(deletion)
    await one.until("it is gone", () => one.engine.getFile(id) === undefined)
    expect(one.engine.listDeleted().map((record) => record.id)).to.deep.equal([id])

    // Its bytes are not here and the remote cannot be asked: what the record says is believed.
    await other.engine.restoreFile(id)
    expect(other.engine.getFile(id)).to.include({ id, deletedAt: null })
    await one.engine.restoreFile(id)
    await one.engine.restoreFile(id)
    expect(one.events.filter(({ type }) => type === "restored")).to.have.length(1)
    expect(one.engine.getFileState(id)).to.include({ local: true, remote: true })
    expect(await (await one.engine.readFile(id)).text()).to.equal("precious")
    expect(one.engine.listDeleted()).to.deep.equal([])
  })

  it("uploads a restored file that no other place had", async () => {
    const faults = { isOffline: true }
    const { engine, until } = await bench.device({
      remote: {
        fault: async () => {
          if (faults.isOffline) throw new RemoteFailure("Offline", "no network")
        },
      },
    })
    const id = await engine.saveFile(textFile("only here"))
    await engine.deleteFile(id)
    await engine.restoreFile(id)
    expect(await (await engine.readFile(id)).text()).to.equal("only here")
    faults.isOffline = false
    await engine.retry()
    await until("it is remote", () => engine.getFileState(id).remote)
    expect(bench.remoteHashes).to.deep.equal([engine.getFile(id)?.contentHash])
  })

  it("restores nothing whose bytes are nowhere, and nothing after its time", async () => {
    const one = await bench.device()
    const id = await uploaded(one, textFile("lost"))
    const other = await bench.otherDevice({ downloads: "on-demand" })
    tellRecord(one, other, id)
    bench.objects.clear()
    await other.engine.deleteFile(id)
    expect(await rejection(other.engine.restoreFile(id))).to.include({
      _tag: "StorageError",
      reason: "NotFound",
    })
    expect(other.engine.getFile(id)).to.equal(undefined)
    expect((await rejection(one.engine.restoreFile("nobody"))).reason).to.equal("NoRecord")

    const brief = await bench.otherDevice({ cache: { restorableFor: 0, persist: false } })
    const short = await brief.engine.saveFile(textFile("short"))
    await brief.engine.deleteFile(short)
    expect(brief.engine.listDeleted()).to.deep.equal([])
  })

  it("erases a file for good: record, versions, bytes on every device, and the remote's objects", async () => {
    const one = await bench.device()
    const id = await uploaded(one, textFile("wrong", "wrong.txt"))
    await one.engine.updateFile(id, textFile("wrong too"))
    await one.until("the second is remote", () => one.engine.getFileState(id).remote)
    const hashes = [
      one.engine.getFile(id)?.contentHash ?? "",
      one.engine.listVersions(id)[0]?.contentHash ?? "",
    ]
    const other = await bench.otherDevice()
    tellRecord(one, other, id)
    await other.until("it is there", () => other.engine.getFileState(id).local)

    expect(await one.engine.eraseFile(id)).to.deep.equal({ remote: "erased" })
    expect(one.engine.getFile(id)).to.equal(undefined)
    expect(one.engine.listDeleted()).to.deep.equal([])
    expect(one.engine.listVersions(id)).to.deep.equal([])
    expect(bench.remoteHashes).to.deep.equal([])
    expect((await one.engine.verify()).extra).to.deep.equal([])
    expect((await rejection(one.engine.restoreFile(id))).reason).to.equal("NoRecord")

    // The other device receives it.
    other.store.commit(files.events.erased({ files: [{ id, erasedAt: new Date() }] }))
    await other.until("its bytes are gone", () =>
      other.events.some((event) => event.type === "collected" && event.contentHash === hashes[0]),
    )
    expect((await other.engine.verify()).extra).to.deep.equal([])
  })

  it("refuses to erase what another file or its version has, and erases it when that is gone", async () => {
    const { engine, until } = await bench.device()
    const id = await engine.saveFile(textFile("same"))
    const twin = await engine.saveFile(textFile("same", "twin.txt"))
    await until("both are remote", () => engine.getFileState(id).remote && engine.getFileState(twin).remote)
    const { contentHash } = engine.getFile(id) ?? { contentHash: "" }
    expect(bench.remoteHashes).to.include(contentHash)
    const refusal = { _tag: "StorageError", reason: "StillReferenced" }
    expect(await rejection(engine.eraseFile(id))).to.include(refusal)
    await engine.updateFile(twin, textFile("other"))
    expect(await rejection(engine.eraseFile(id))).to.include(refusal)
    expect(engine.getFile(id)?.name).to.equal("a.txt")
    await engine.deleteFile(twin)
    expect(await engine.eraseFile(id)).to.deep.equal({ remote: "erased" })
    expect(bench.remoteHashes).not.to.include(contentHash)
  })

  it("leaves an object of another store or content that an erased record names, and erases its own", async () => {
    const one = await bench.device()
    const id = await uploaded(one, textFile("mine"))
    const live = await uploaded(one, textFile("kept"))
    const contentHash = one.engine.getFile(id)?.contentHash ?? ""
    const others = [`other-store/${contentHash}`, one.engine.getFile(live)?.remoteKey ?? ""]
    bench.objects.set(others[0] ?? "", new Blob(["mine"]))
    for (const remoteKey of others) {
      one.store.commit(files.events.uploaded({ files: [{ id, contentHash, remoteKey }] }))
      expect(one.engine.getFile(id)?.remoteKey).to.equal(remoteKey)
    }
    expect(await one.engine.eraseFile(id)).to.deep.equal({ remote: "erased" })
    expect([...bench.objects.keys()].toSorted()).to.deep.equal(others.toSorted())
  })

  it("erases at the remote what could not be reached, after a kill as well", async () => {
    const one = await bench.device({ remote: {} })
    const id = await uploaded(one, textFile("wrong"))
    const other = await bench.otherDevice({ remote: nowhere })
    tellRecord(one, other, id)
    expect(await other.engine.eraseFile(id)).to.deep.equal({ remote: "pending" })
    expect(bench.remoteHashes).to.have.length(1)
    // Killed here: the next leading tab of this store, which reaches the remote, finishes it.
    await other.engine.dispose()
    const next = await bench.device({ fileSystem: "memory", store: other.store })
    await next.until("the object is gone", () => bench.objects.size === 0)
  })

  it("makes a link that works for a while, where the remote can, and says so where it cannot", async () => {
    const asked: Array<unknown> = []
    const adapter = {
      ...bench.adapter(),
      shareUrl: async ({ key, expiresInSeconds, disposition, record }: ShareRequest) => {
        asked.push([key.split("/").at(-1), expiresInSeconds, disposition, record.name])
        return "https://files.example/shared/x"
      },
    }
    const device = await bench.device({ remoteAdapter: adapter })
    const { engine } = device
    const id = await uploaded(device, textFile("a"))
    const url = await engine.getShareUrl(id, { expiresIn: "1 hour", download: true })
    expect(url).to.equal("https://files.example/shared/x")
    expect(asked).to.deep.equal([[engine.getFile(id)?.contentHash, 3_600, "attachment", "a.txt"]])
    const reasonOf = async (promise: Promise<unknown>) => (await rejection(promise)).reason
    expect(await reasonOf(engine.getShareUrl(id, { expiresIn: "8 days" }))).to.equal("InvalidOption")
    expect(await reasonOf(engine.getShareUrl("nobody", { expiresIn: 1_000 }))).to.equal("NoRecord")
    const plain = await bench.otherDevice()
    tellRecord(device, plain, id)
    expect(await reasonOf(plain.engine.getShareUrl(id, { expiresIn: 1_000 }))).to.equal("NotSupported")
  })

  it("keeps the order of a drop that is saved by several calls, newest and oldest first", async () => {
    const { engine } = await bench.device()
    const createdAt = new Date(1_000)
    const drop = Array.from({ length: 9 }, (_, sequence) => ({
      file: textFile(`${sequence}`, `shot-${sequence}.txt`),
      createdAt,
      sequence,
    }))
    await Promise.all([6, 0, 3].map((from) => engine.saveFiles(drop.slice(from, from + 3))))
    const later = await engine.saveFiles([textFile("x", "later-0"), textFile("y", "later-1")])
    const names = (order: "newest" | "oldest") => engine.listFiles({ order }).map(({ name }) => name)
    const shots = drop.map(({ file }) => file.name)
    expect(later).to.have.length(2)
    expect(names("newest")).to.deep.equal(["later-0", "later-1", ...shots])
    expect(names("oldest")).to.deep.equal([...shots, "later-0", "later-1"])
  })

  it("keeps when a file was last changed", async () => {
    const { engine } = await bench.device()
    const lastModified = 1_234
    const id = await engine.saveFile(new File(["a"], "a.txt", { lastModified }))
    expect(engine.getFile(id)?.lastModified).to.deep.equal(new Date(lastModified))
    expect((await engine.readFile(id)).lastModified).to.equal(lastModified)
    await engine.editFile(id, { name: "b.txt" })
    expect((await engine.readFile(id)).lastModified).to.equal(lastModified)
    const blob = await engine.saveFile(new Blob(["b"]))
    expect(engine.getFile(blob)?.lastModified).to.equal(null)
    const odd = await engine.saveFile(new File(["c"], "c", { lastModified: -5_000 }))
    expect((await engine.readFile(odd)).lastModified).to.equal(-5_000)
  })
})
