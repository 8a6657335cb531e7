import { expect } from "@esm-bundle/chai"
import { files } from "../../src/schema/index.js"
import { dropStored } from "../support/opfs.js"
import { Bench, rejection, textFile } from "../support/bench.js"
import type { MemoryFault } from "../../src/services/remote-file-storage/adapters/memory.js"
import { RemoteFailure } from "../../src/types/index.js"

describe("a fact that goes to every device", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  const updated = async (restorableFor?: number) => {
    const device = await bench.device({
      cache: { persist: false, ...(restorableFor === undefined ? {} : { restorableFor }) },
    })
    const { engine, until } = device
    const id = await engine.saveFile(textFile("first"))
    await until("it is remote", () => engine.getFileState(id).remote)
    const first = engine.getFile(id)?.contentHash ?? ""
    await engine.updateFile(id, textFile("second"))
    await until("it is remote", () => engine.getFileState(id).remote)
    return { ...device, id, first }
  }
  const forget = (contentHash: string) => {
    for (const key of bench.objects.keys()) if (key.endsWith(contentHash)) bench.objects.delete(key)
  }

  it("names no earlier content that neither this device nor the remote has any more", async () => {
    const { engine, id, first } = await updated()
    await dropStored(bench.storeId, first)
    forget(first)
    const before = engine.getFile(id)
    expect(await rejection(engine.restoreVersion(id, first))).to.include({
      _tag: "StorageError",
      reason: "NotFound",
    })
    expect(engine.getFile(id)).to.deep.equal(before)
  })

  it("names earlier content that the remote has, and says in the same commit that it is there", async () => {
    const { engine, id, first } = await updated()
    await dropStored(bench.storeId, first)
    await engine.restoreVersion(id, first)
    expect(engine.getFile(id)).to.include({ contentHash: first, remoteKey: `${bench.storeId}/${first}` })
    expect(await (await engine.readFile(id)).text()).to.equal("first")
  })

  it("does not say that restored content is remote before it is: it is uploaded again", async () => {
    const { engine, until, id, first } = await updated()
    forget(first)
    await engine.restoreVersion(id, first)
    expect(engine.getFileState(id).local).to.equal(true)
    await until("it is remote again", () => engine.getFileState(id).remote)
    expect(bench.remoteHashes).to.include(first)
  })

  it("is made of restored content that was never uploaded, once it is", async () => {
    let isDown = true
    const fault: MemoryFault = ({ operation }) => {
      if (isDown && operation === "upload") throw new RemoteFailure("Rejected", "not now")
    }
    const { engine, until } = await bench.device({ remote: { fault } })
    const id = await engine.saveFile(textFile("first"))
    const first = engine.getFile(id)?.contentHash ?? ""
    await until("it stopped", () => engine.getStatus().failed > 0)
    isDown = false
    await engine.updateFile(id, textFile("second"))
    await until("the second is remote", () => engine.getFileState(id).remote)
    await engine.restoreVersion(id, first)
    expect(engine.getStatus().onlyHere).to.equal(1)
    await until("the first is remote", () => engine.getFileState(id).remote)
    expect(bench.remoteHashes).to.include(first)
  })

  it("does not list versions whose time is over", async () => {
    const { engine, until, id } = await updated(200)
    await until("its time is over", () => engine.listVersions(id).length === 0)
  })

  it("never says that bytes were uploaded that are gone: that is a failure", async () => {
    const { engine, events, until } = await bench.device({ start: false })
    const id = await engine.saveFile(textFile("x"))
    await dropStored(bench.storeId, engine.getFile(id)?.contentHash ?? "")
    await engine.start()
    await until("it failed", () => engine.getStatus().failed === 1)
    expect(engine.getStatus()).to.include({ state: "error", onlyHere: 0 })
    expect(engine.getFileState(id)).to.include({ transfer: "error", local: false, remote: false })
    expect(engine.getFileState(id).error).to.include({ tag: "StorageError", reason: "NotFound" })
    expect(events.map(({ type }) => type)).to.include("transfer-failed")
    expect(events.map(({ type }) => type)).not.to.include("upload-done")
  })

  it("does not trust another record that says content is remote: it asks, once, and sends what is not there", async () => {
    for (const isThere of [true, false]) {
      const asked: string[] = []
      const fault: MemoryFault = ({ operation }) => void asked.push(operation)
      const device = await bench.otherDevice({ remote: { fault } })
      const one = await device.engine.saveFile(textFile(`same ${isThere}`))
      await device.until("it is remote", () => device.engine.getFileState(one).remote)
      if (!isThere) forget(device.engine.getFile(one)?.contentHash ?? "")
      asked.length = 0
      const two = await device.engine.saveFile(textFile(`same ${isThere}`))
      await device.until("it is remote", () => device.engine.getFileState(two).remote)
      expect(asked).to.deep.equal(isThere ? ["head"] : ["head", "upload"])
      expect(bench.remoteHashes).to.include(device.engine.getFile(two)?.contentHash)
      await device.engine.dispose()
    }
  })

  it("ends a failed upload when another device has done it: the bytes come from there", async () => {
    const { engine, store, until } = await bench.device({ start: false })
    const id = await engine.saveFile(textFile("x"))
    const { contentHash = "" } = engine.getFile(id) ?? {}
    await dropStored(bench.storeId, contentHash)
    await engine.start()
    await until("it failed", () => engine.getStatus().failed === 1)
    const remoteKey = `${bench.storeId}/${contentHash}`
    bench.objects.set(remoteKey, new Blob(["x"]))
    store.commit(files.events.uploaded({ files: [{ id, contentHash, remoteKey }] }))
    await until("it is here", () => engine.getFileState(id).local)
    expect(engine.getStatus().failed).to.equal(0)
  })

  it("is uploaded again by any device that has the bytes, once a device has reported that the remote lost them", async () => {
    const asked: string[] = []
    const fault: MemoryFault = ({ operation }) => void asked.push(operation)
    const { engine, store, until } = await bench.device({ remote: { fault } })
    const id = await engine.saveFile(textFile("x"))
    await until("it is said to be remote", () => engine.getFile(id)?.remoteKey != null)
    const { contentHash = "", remoteKey = "" } = engine.getFile(id) ?? {}
    const isThere = () =>
      bench.remoteHashes.includes(contentHash) && engine.getFile(id)?.remoteKey === remoteKey
    const report = () =>
      store.commit(files.events.missing({ files: [{ id, contentHash, remoteKey: remoteKey ?? "" }] }))
    await engine.awaitIdle()
    forget(contentHash)
    asked.length = 0
    report()
    // At risk until it is sent: it is on this device alone.
    expect(engine.getStatus().onlyHere).to.equal(1)
    await until("it is there again", isThere)
    expect(asked).to.deep.equal(["head", "upload"])
    // Once for each key: who cannot find what is there is answered no second time.
    report()
    expect(engine.getFile(id)?.remoteKey).to.equal(remoteKey)
    await engine.awaitIdle()
    expect(asked).to.deep.equal(["head", "upload"])
  })

  it("is made true again: repair and retry send what the remote has lost", async () => {
    const { engine, until } = await bench.device()
    const ids = await engine.saveFiles([textFile("one"), textFile("two")])
    await until("they are said to be remote", () => ids.every((id) => engine.getFile(id)?.remoteKey != null))
    for (const heal of [() => engine.repair(), () => engine.retry(ids[0])]) {
      // An upload that still runs is the one that would be asked for.
      await engine.awaitIdle()
      const lost = bench.remoteHashes.find((hash) => hash === engine.getFile(ids[0] ?? "")?.contentHash) ?? ""
      forget(lost)
      await heal()
      await until("it is there again", () => bench.remoteHashes.includes(lost))
      expect(bench.remoteHashes).to.have.length(2)
    }
    await engine.awaitIdle()
    expect(engine.getStatus()).to.include({ state: "idle", onlyHere: 0 })
  })
})
