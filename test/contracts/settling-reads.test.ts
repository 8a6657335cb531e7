import { expect } from "@esm-bundle/chai"
import { Effect, Fiber } from "effect"
import { files } from "../../src/schema/index.js"
import type { MemoryFault } from "../../src/services/remote-file-storage/adapters/memory.js"
import { RemoteFailure } from "../../src/types/index.js"
import { recordOfContent } from "../../src/services/remote-file-storage/record-of-content.js"
import { Bench, type Device, rejection, tellRecord, textFile } from "../support/bench.js"
import { pass, withEngine } from "../support/engine-bench.js"

const hanging: MemoryFault = ({ operation }, signal) =>
  operation !== "download"
    ? undefined
    : new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(new RemoteFailure("Aborted", "x")))
      })

describe("a read under way", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  const source = async (text: string) => {
    const device = await bench.device()
    const id = await device.engine.saveFile(textFile(text))
    await device.until("it is remote", () => device.engine.getFileState(id).remote)
    return { device, id }
  }
  const isDownloading = (device: Device, id: string) =>
    device.until("it downloads", () => device.engine.getFileState(id).transfer === "downloading")
  const textOf = async (reading: Promise<File>) => (await reading).text()

  it("rejects when the file is deleted elsewhere", async () => {
    const { device, id } = await source("long video")
    const other = await bench.otherDevice({ remote: { fault: hanging } })
    tellRecord(device, other, id)
    const reads = [other.engine.readFile(id), other.engine.getFileUrl(id)].map(rejection)
    await isDownloading(other, id)
    other.store.commit(files.events.deleted({ files: [{ id, deletedAt: new Date() }] }))
    for (const read of reads) expect(await read).to.include({ _tag: "FileNotFoundError", reason: "Deleted" })
  })

  it("gives the new content when the file gets it meanwhile", async () => {
    const { device, id } = await source("old video")
    let isSlow = true
    const other = await bench.otherDevice({
      remote: { fault: (request, signal) => (isSlow ? hanging(request, signal) : undefined) },
    })
    tellRecord(device, other, id)
    const reading = textOf(other.engine.readFile(id))
    await isDownloading(other, id)
    await device.engine.updateFile(id, textFile("new video"))
    await device.until("new is remote", () => device.engine.getFileState(id).remote)
    isSlow = false
    const { contentHash, mimeType, sizeBytes, path, remoteKey } = device.engine.getFile(id) ?? {}
    const content = { contentHash, mimeType, sizeBytes, path }
    other.store.commit(files.events.updated({ files: [{ id, ...content, updatedAt: new Date() }] }))
    // Its bytes are said to be there a moment later.
    other.store.commit(
      files.events.uploaded({
        files: [{ id, contentHash: contentHash ?? "", remoteKey: remoteKey ?? "" }],
      }),
    )
    expect(await reading).to.equal("new video")
  })

  it("waits for the try that runs, whatever became of the one before", async () => {
    const { device, id } = await source("video")
    let tries = 0
    let go = (): void => undefined
    const gone = new Promise<void>((resolve) => (go = resolve))
    const other = await bench.otherDevice({
      remote: {
        fault: ({ operation }) => {
          if (operation !== "download") return
          if (++tries === 1) throw new RemoteFailure("RateLimited", "no")
          return gone
        },
      },
    })
    tellRecord(device, other, id)
    await other.until("the second try runs", () => tries === 2)
    expect(other.engine.getFileState(id)).to.include({ transfer: "downloading", error: null })
    const reading = textOf(other.engine.readFile(id))
    go()
    expect(await reading).to.equal("video")
  })

  it("resolves in a tab that knows of a record before the one that transfers", async () => {
    const far = await bench.otherDevice()
    const id = await far.engine.saveFile(textFile("far"))
    await far.until("it is remote", () => far.engine.getFileState(id).remote)
    const leader = await bench.device({ downloads: "on-demand" })
    // The same device, another tab, whose LiveStore session receives it first.
    const follower = await bench.device({ store: await bench.store(), downloads: "on-demand" })
    expect(follower.engine.getStatus().leader).to.equal(false)
    const channel = new BroadcastChannel(`livestore-filesync:${bench.storeId}`)
    const asked = new Promise<void>((resolve) => {
      channel.onmessage = ({ data }) => JSON.stringify(data).includes(`"want"`) && resolve()
    })
    tellRecord(far, follower, id)
    const reading = textOf(follower.engine.readFile(id))
    await asked
    // By then the leader has received it too, and could do nothing.
    await new Promise((resolve) => setTimeout(resolve))
    channel.close()
    expect(leader.engine.getFile(id)).to.equal(undefined)
    tellRecord(far, leader, id)
    expect(await reading).to.equal("far")
  })

  it("rejects while transfers are paused, and at once when they are paused meanwhile", async () => {
    const { device, id } = await source("x")
    const other = await bench.otherDevice({ remote: { fault: hanging } })
    tellRecord(device, other, id)
    const reading = rejection(other.engine.readFile(id))
    await isDownloading(other, id)
    await other.engine.pause()
    expect(await reading).to.include({ _tag: "DownloadError", reason: "Paused" })
    expect(await rejection(other.engine.readFile(id))).to.include({ reason: "Paused" })
  })

  it("rejects when no tab was started, and after the end of syncing", async () => {
    const { device, id } = await source("x")
    const other = await bench.otherDevice({ start: false, remote: { fault: hanging } })
    tellRecord(device, other, id)
    expect(await rejection(other.engine.readFile(id))).to.include({
      _tag: "DownloadError",
      reason: "NotStarted",
    })
    await other.engine.start()
    const reading = rejection(other.engine.readFile(id))
    await isDownloading(other, id)
    await other.engine.stop()
    expect(await reading).to.include({ reason: "NotStarted" })
  })

  it("goes on when the bytes are freed while they come", async () => {
    const { device, id } = await source("x")
    let isSlow = true
    const other = await bench.otherDevice({
      remote: { fault: (request, signal) => (isSlow ? hanging(request, signal) : undefined) },
    })
    tellRecord(device, other, id)
    const reading = textOf(other.engine.readFile(id))
    await isDownloading(other, id)
    isSlow = false
    await other.engine.evict(id)
    expect(await reading).to.equal("x")
  })

  it("rejects when it is cancelled", async () => {
    const { device, id } = await source("x")
    // So that it is the read that began the download.
    const other = await bench.otherDevice({ downloads: "on-demand", remote: { fault: hanging } })
    tellRecord(device, other, id)
    const reading = rejection(other.engine.readFile(id))
    await isDownloading(other, id)
    await other.engine.cancel(id)
    expect(await reading).to.include({ reason: "Aborted" })
  })

  withEngine("of bytes that no device has sent ends after ten seconds", {}, ({ sync, storage, records }) =>
    Effect.gen(function* () {
      yield* sync.start
      const contentHash = "cd".repeat(32)
      const made = {
        ...recordOfContent(contentHash, null),
        id: "f",
        name: "a",
        mimeType: "a/b",
        deletedAt: null,
      }
      yield* records.create([made], [])
      const reading = yield* Effect.fork(Effect.flip(storage.readFile("f")))
      yield* pass(9)
      expect(yield* Fiber.poll(reading)).to.deep.include({ _tag: "None" })
      yield* pass(2)
      expect(yield* Fiber.join(reading)).to.include({ _tag: "FileNotFoundError", reason: "NoBytes" })
    }),
  )
})
