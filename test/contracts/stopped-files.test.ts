import { expect } from "@esm-bundle/chai"
import type { MemoryFault } from "../../src/services/remote-file-storage/adapters/memory.js"
import { files } from "../../src/schema/index.js"
import {
  type LocalFileEntry,
  localFileStateSet,
  localFileStateTable,
} from "../../src/schema/local-file-state.js"
import { type FileRecord, RemoteFailure } from "../../src/types/index.js"
import { Bench, type Device, tellRecord, textFile } from "../support/bench.js"
import { countEvents } from "../support/store.js"

describe("an engine with a file that stopped", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  /** A remote on which uploads hang until they are aborted, and what it was asked. */
  const slowRemote = () => {
    const asked: string[] = []
    let isSlow = true
    const fault: MemoryFault = ({ operation, key }, signal) => {
      if (operation !== "upload" && operation !== "download") return
      asked.push(key.split("/").at(-1) ?? "")
      if (!isSlow) return
      return new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(new RemoteFailure("Aborted", "Cancelled")))
      })
    }
    return {
      asked,
      fault,
      goOn: () => {
        isSlow = false
      },
    }
  }
  /** A file that was cancelled while it uploaded to such a remote. */
  const cancelledUpload = async (text: string) => {
    const remote = slowRemote()
    const device = await bench.device({ remote })
    const id = await device.engine.saveFile(textFile(text))
    await device.until("it uploads", () => remote.asked.length === 1)
    await device.engine.cancel(id)
    return { remote, device, id }
  }
  const isCancelled = ({ engine }: Device, id: string) => {
    const { transfer, error } = engine.getFileState(id)
    return transfer === "error" && error?.reason === "Aborted"
  }

  it("leaves a cancelled file alone in the next session too, and goes on with it when asked", async () => {
    const store = await bench.store()
    const count = countEvents(store as never)
    const remote = slowRemote()
    const before = await bench.device({ store, remote })
    const id = await before.engine.saveFile(textFile("x"))
    await before.until("it uploads", () => remote.asked.length === 1)
    await before.engine.cancel(id)
    const costAfterCancel = count.names.length
    await before.engine.cancel(id)
    // Written at once, and once: a kill right after it changes nothing, and asking again costs nothing.
    expect(count.names.slice(-1)).to.deep.equal(["v1.LocalFileStateSet"])
    expect(count.names.length).to.equal(costAfterCancel)
    expect(count.synced).to.equal(1)
    await before.engine.dispose()
    remote.goOn()

    const after = await bench.device({ store, remote })
    await after.until("it leads", () => after.engine.getStatus().leader)
    await after.engine.awaitIdle()
    expect(isCancelled(after, id)).to.equal(true)
    expect(after.engine.getStatus()).to.include({ failed: 0, cancelled: 1, onlyHere: 1, state: "idle" })
    await after.engine.repair()
    await after.engine.retry()
    await after.engine.awaitIdle()
    expect(remote.asked).to.have.length(1)
    await after.engine.retry(id)
    await after.until("it is remote", () => after.engine.getFileState(id).remote)
    expect(after.engine.getFileState(id)).to.include({ transfer: "done", error: null })
    await after.engine.dispose()
    const last = await bench.device({ store, remote })
    expect(last.engine.getStatus()).to.include({ failed: 0, cancelled: 0 })
  })

  it("sends a cancelled file again that another device uploaded, once the remote has lost it", async () => {
    const { remote, device, id } = await cancelledUpload("x")
    await device.until("it is cancelled", () => isCancelled(device, id))
    remote.goOn()

    const { contentHash } = device.engine.getFile(id) as FileRecord
    const remoteKey = `${device.engine.storeId}/${contentHash}`
    device.store.commit(files.events.uploaded({ files: [{ id, contentHash, remoteKey }] }))
    await device.until("nothing is cancelled any more", () => device.engine.getStatus().cancelled === 0)
    expect(remote.asked).to.have.length(1)

    device.store.commit(files.events.missing({ files: [{ id, contentHash, remoteKey }] }))
    await device.until("it is sent again", () => remote.asked.length === 2)
    await device.until("it is remote", () => device.engine.getFileState(id).remote)
  })

  it("tries what an earlier leader gave up on, although it finds only now that the bytes are here", async () => {
    const store = await bench.store()
    let isSignedIn = false
    const remote = {
      fault: ({ operation }: { operation: string }) => {
        if (operation === "upload" && !isSignedIn)
          throw new RemoteFailure("Unauthorized", "Who is it?", { status: 401 })
      },
    }
    const before = await bench.device({ store, remote })
    const id = await before.engine.saveFile(textFile("x"))
    await before.until("it stops", () => before.engine.getFileState(id).transfer === "error")
    await before.engine.dispose()
    // The index is a hint that a kill can leave behind the disk.
    const [stopped] = store.query(localFileStateTable.where({ fileId: id }))
    store.commit(localFileStateSet({ files: [{ ...(stopped as LocalFileEntry), localHash: "" }] }))

    isSignedIn = true
    const after = await bench.device({ store, remote })
    await after.until("it is remote", () => after.engine.getFileState(id).remote)
    expect(after.engine.getStatus()).to.include({ failed: 0, state: "idle" })
  })

  it("tries once in the next session what a server refused, and reports an error until then", async () => {
    const store = await bench.store()
    let isSignedIn = false
    let asked = 0
    const remote = {
      fault: ({ operation }: { operation: string }) => {
        if (operation !== "upload") return
        asked++
        if (!isSignedIn) throw new RemoteFailure("Unauthorized", "Who is it?", { status: 401 })
      },
    }
    const before = await bench.device({ store, remote })
    const id = await before.engine.saveFile(textFile("x"))
    await before.until("it stops", () => before.engine.getFileState(id).transfer === "error")
    expect(before.engine.getStatus()).to.include({ failed: 1, state: "error", cause: "signed-out" })
    await before.engine.dispose()

    const still = await bench.device({ store, remote })
    await still.until("it is tried", () => asked === 2)
    await still.until("it stops again", () => still.engine.getFileState(id).transfer === "error")
    await still.engine.dispose()
    isSignedIn = true
    const after = await bench.device({ store, remote })
    await after.until("it is remote", () => after.engine.getFileState(id).remote)
    expect(after.engine.getStatus()).to.include({ failed: 0, state: "idle", cause: null })
    expect(asked).to.equal(3)
  })

  it("takes back a cancel, and a retry, that came before any tab led", async () => {
    const store = await bench.store()
    const remote = slowRemote()
    remote.goOn()
    const device = await bench.device({ store, remote, start: false })
    const [kept = "", again = ""] = await device.engine.saveFiles([textFile("kept"), textFile("again")])
    await device.engine.cancel(kept)
    await device.engine.cancel(again)
    expect(isCancelled(device, again)).to.equal(true)
    await device.engine.retry(again)
    expect(device.engine.getFileState(again).transfer).to.equal("queued-upload")
    await device.engine.start()
    await device.until("one is remote", () => device.engine.getFileState(again).remote)
    await device.engine.awaitIdle()
    expect(isCancelled(device, kept)).to.equal(true)
    expect(remote.asked).to.have.length(1)
  })

  it("uploads new content of a cancelled file, and its old content when that comes back", async () => {
    const { remote, device, id } = await cancelledUpload("old")
    remote.goOn()
    await device.engine.updateFile(id, textFile("new"))
    await device.until("new is remote", () => device.engine.getFileState(id).remote)
    await device.engine.updateFile(id, textFile("old"))
    await device.until("old is remote", () => device.engine.getFileState(id).remote)
    expect(bench.objects.size).to.equal(2)
  })

  it("uploads a cancelled file whose content changed and came back before anything was uploaded", async () => {
    const { remote, device, id } = await cancelledUpload("old")
    await device.engine.updateFile(id, textFile("new"))
    await device.until("new uploads", () => remote.asked.length === 2)
    await device.engine.updateFile(id, textFile("old"))
    await device.until("old uploads", () => remote.asked.length === 3)
    remote.goOn()
    expect(device.engine.getFileState(id)).to.include({ transfer: "uploading", error: null })
  })

  it("uploads the bytes of a cancelled file when they are saved once more as another", async () => {
    const { remote, device, id } = await cancelledUpload("same")
    remote.goOn()
    const other = await device.engine.saveFile(textFile("same"))
    await device.until("they are remote", () => device.engine.getFileState(other).remote)
    expect(device.engine.getFileState(id)).to.include({ transfer: "done", error: null })
    expect(device.engine.getStatus().failed).to.equal(0)
  })

  it("goes on with a cancelled upload that is prioritised, and a cancelled download that is read", async () => {
    const { remote, device, id } = await cancelledUpload("up")
    remote.goOn()
    await device.engine.prioritize(id)
    await device.until("it is remote", () => device.engine.getFileState(id).remote)

    const slow = slowRemote()
    const other = await bench.otherDevice({ remote: slow })
    tellRecord(device, other, id)
    await other.until("it downloads", () => slow.asked.length === 1)
    await other.engine.cancel(id)
    expect(isCancelled(other, id)).to.equal(true)
    slow.goOn()
    expect(await (await other.engine.readFile(id)).text()).to.equal("up")
    expect(other.engine.getFileState(id)).to.include({ transfer: "done", error: null })
  })

  it("does nothing on cancel of a file that has nothing to do", async () => {
    const store = await bench.store()
    const { engine, until } = await bench.device({ store })
    const id = await engine.saveFile(textFile("x"))
    await until("it is remote", () => engine.getFileState(id).remote)
    const count = countEvents(store as never)
    await engine.cancel(id)
    await engine.cancel("nobody")
    expect(engine.getFileState(id)).to.include({ transfer: "done", error: null })
    await engine.evict(id)
    await engine.cancel(id)
    expect(engine.getFileState(id)).to.include({ transfer: "none", error: null })
    await engine.dispose()
    expect(count.synced).to.equal(0)
    // That its content came, and that it went; on a fast machine together.
    expect(count.clientOnly).to.be.at.most(2)
  })

  it("cancels from a follower for every tab and the next session", async () => {
    const store = await bench.store()
    const remote = slowRemote()
    const leader = await bench.device({ store, remote })
    await leader.until("it leads", () => leader.engine.getStatus().leader)
    const follower = await bench.device({ store, remote })
    const id = await leader.engine.saveFile(textFile("x"))
    await leader.until("it uploads", () => remote.asked.length === 1)
    await follower.engine.cancel(id)
    await leader.until("it is cancelled", () => isCancelled(leader, id))
    remote.goOn()
    await leader.engine.dispose()
    await follower.until("it leads", () => follower.engine.getStatus().leader)
    await follower.engine.awaitIdle()
    expect(isCancelled(follower, id)).to.equal(true)
    expect(remote.asked).to.have.length(1)
  })

  it("says in the next session what was wrong, in the same words", async () => {
    const store = await bench.store()
    const remote = {
      fault: ({ operation }: { operation: string }) => {
        if (operation === "upload") throw new RemoteFailure("TooLarge", "No", { status: 413 })
      },
    }
    const before = await bench.device({ store, remote })
    const id = await before.engine.saveFile(textFile("x"))
    await before.until("it stops", () => before.engine.getFileState(id).transfer === "error")
    const { error } = before.engine.getFileState(id)
    expect(error).to.include({ tag: "UploadError", reason: "TooLarge" })
    await before.engine.dispose()
    const after = await bench.device({ store, remote, start: false })
    expect(after.engine.getFileState(id)).to.deep.include({ transfer: "error", error })
  })
})
