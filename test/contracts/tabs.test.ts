import { expect } from "@esm-bundle/chai"
import { RemoteFailure } from "../../src/types/index.js"
import { Bench, type Device, tellRecord, textFile } from "../support/bench.js"

describe("an engine in several tabs", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  /** Two tabs of one device: the first leads. */
  const twoTabs = async (
    options: Parameters<Bench["device"]>[0] = {},
  ): Promise<{ leader: Device; follower: Device }> => {
    const store = await bench.store()
    const leader = await bench.device({ ...options, store })
    await leader.until("it leads", () => leader.engine.getStatus().leader)
    return { leader, follower: await bench.device({ ...options, store }) }
  }

  it("transfers in one tab only, also after the connection broke and came back", async () => {
    let isDown = true
    const uploads: string[] = []
    const { leader, follower } = await twoTabs({
      remote: {
        fault: ({ operation, key }) => {
          if (isDown) throw new RemoteFailure("Offline", "No connection")
          if (operation === "upload") uploads.push(key)
        },
      },
    })
    const one = await follower.engine.saveFile(textFile("from the follower"))
    const two = await leader.engine.saveFile(textFile("from the leader"))
    await leader.until("it is offline", () => !leader.engine.getStatus().online)
    await follower.until("it knows that", () => !follower.engine.getStatus().online)
    isDown = false
    await follower.until("both are remote", () =>
      [one, two].every((id) => follower.engine.getFileState(id).remote),
    )
    expect(uploads).to.have.length(2)
    expect(follower.engine.getStatus().leader).to.equal(false)
    expect(follower.events.filter(({ type }) => type === "upload-started")).to.deep.equal([])
  })

  it("shows the leader's transfers and takes commands from any tab", async () => {
    const running = new Set<string>()
    const { leader, follower } = await twoTabs({
      remote: {
        fault: ({ operation, key }, signal) => {
          if (operation !== "upload") return
          running.add(key)
          signal.addEventListener("abort", () => running.delete(key))
          return new Promise<void>(() => undefined)
        },
      },
    })
    const id = await follower.engine.saveFile(textFile("x"))
    await follower.until("it is shown", () => follower.engine.getFileState(id).transfer === "uploading")
    expect(follower.engine.getStatus()).to.include({ uploading: 1, leader: false })
    await follower.engine.cancel(id)
    await follower.until("it is cancelled", () => follower.engine.getFileState(id).transfer === "error")
    expect(running.size).to.equal(0)
    expect(leader.engine.getFileState(id).error?.reason).to.equal("Aborted")
    await follower.engine.retry(id)
    await follower.until("it runs", () => follower.engine.getFileState(id).transfer === "uploading")
    await follower.engine.pause()
    await leader.until("it pauses", () => leader.engine.getStatus().state === "paused" && running.size === 0)
    expect(follower.engine.getStatus().paused).to.equal(true)
    await follower.engine.resume()
    await leader.until("it goes on", () => running.size === 1)
  })

  it("takes over when the leading engine is disposed, and finishes its work", async () => {
    let isBlocked = true
    const { leader, follower } = await twoTabs({
      remote: { fault: () => (isBlocked ? new Promise<void>(() => undefined) : undefined) },
    })
    const id = await leader.engine.saveFile(textFile("half way"))
    await leader.until("it uploads", () => leader.engine.getFileState(id).transfer === "uploading")
    isBlocked = false
    await leader.engine.dispose()
    await follower.until("it leads", () => follower.engine.getStatus().leader)
    await follower.until("it is remote", () => follower.engine.getFileState(id).remote)
  })

  it("reads a file in a follower that only the remote has, under any policy", async () => {
    const source = await bench.otherDevice()
    const id = await source.engine.saveFile(textFile("far away"))
    await source.until("it is remote", () => source.engine.getFileState(id).remote)
    const { leader, follower } = await twoTabs({ downloads: "on-demand" })
    tellRecord(source, leader, id)
    expect(leader.engine.getFileState(id)).to.include({ local: false, transfer: "none" })
    expect(await (await follower.engine.readFile(id)).text()).to.equal("far away")
    await leader.until("it knows", () => leader.engine.getFileState(id).local)
  })

  it("continues a read that began before any tab led, and one whose leader died", async () => {
    const source = await bench.otherDevice()
    const [one, two] = [
      await source.engine.saveFile(textFile("one")),
      await source.engine.saveFile(textFile("two")),
    ]
    await source.until("they are remote", () =>
      [one, two].every((id) => source.engine.getFileState(id).remote),
    )
    let isBlocked = false
    const store = await bench.store()
    const options = {
      store,
      downloads: "on-demand",
      remote: {
        fault: ({ operation }: { operation: string }) =>
          isBlocked && operation === "download" ? new Promise<void>(() => undefined) : undefined,
      },
    } as const
    const leader = await bench.device({ ...options, start: false })
    for (const id of [one, two]) tellRecord(source, leader, id)
    const early = leader.engine.readFile(one)
    await leader.engine.start()
    expect(await (await early).text()).to.equal("one")
    isBlocked = true
    const follower = await bench.device(options)
    const waiting = follower.engine.readFile(two)
    await leader.until("it downloads", () => leader.engine.getFileState(two).transfer === "downloading")
    isBlocked = false
    await leader.engine.dispose()
    expect(await (await waiting).text()).to.equal("two")
  })

  it("knows in every tab what is pinned and what was freed in another", async () => {
    const { leader, follower } = await twoTabs()
    const [pinned = "", freed = ""] = await leader.engine.saveFiles([textFile("pinned"), textFile("freed")])
    await follower.until("they are remote", () =>
      [pinned, freed].every((id) => follower.engine.getFileState(id).remote),
    )
    await follower.engine.pin(pinned)
    await follower.engine.evict(freed)
    await leader.until("it is gone", () => !leader.engine.getFileState(freed).local)
    const refused = await leader.engine.evict(pinned).then(
      () => "evicted",
      (error: { reason: string }) => error.reason,
    )
    expect(refused).to.equal("Pinned")
    // Looking at everything again must not bring back what was freed.
    await leader.engine.repair()
    await leader.engine.awaitIdle()
    expect(leader.engine.getFileState(freed)).to.include({ local: false, transfer: "none" })
    expect(await (await leader.engine.readFile(freed)).text()).to.equal("freed")
  })

  it("is idle in every tab when the work is done, a failed file or not, and not before", async () => {
    const { leader, follower } = await twoTabs({
      remote: {
        fault: ({ operation }) => {
          if (operation === "upload") throw new RemoteFailure("Forbidden", "No")
        },
      },
    })
    await follower.engine.awaitIdle()
    const id = await follower.engine.saveFile(textFile("x"))
    await Promise.all([leader.engine.awaitIdle(), follower.engine.awaitIdle()])
    expect(leader.engine.getFileState(id).transfer).to.equal("error")
    await follower.until("it is reported", () => follower.engine.getFileState(id).transfer === "error")
  })

  it("is not idle right after a save or right after a start, when there is work", async () => {
    const source = await bench.otherDevice()
    const id = await source.engine.saveFile(textFile("x"))
    await source.engine.awaitIdle()
    await source.until("it is remote", () => source.engine.getFileState(id).remote)
    const device = await bench.otherDevice({ start: false })
    tellRecord(source, device, id)
    await device.engine.start()
    await device.engine.awaitIdle()
    expect(device.engine.getFileState(id).local).to.equal(true)
    const saved = await device.engine.saveFile(textFile("y"))
    await device.engine.awaitIdle()
    expect(bench.objects.size).to.equal(2)
    expect(device.engine.getFileState(saved).remote).to.equal(true)
  })

  it("remembers in the next session what failed for good, tries it once, and again when asked", async () => {
    let isForbidden = true
    const store = await bench.store()
    const remote = {
      fault: ({ operation }: { operation: string }) => {
        if (isForbidden && operation === "upload") throw new RemoteFailure("Forbidden", "No")
      },
    }
    const before = await bench.device({ store, remote })
    const id = await before.engine.saveFile(textFile("x"))
    await before.until("it stops", () => before.engine.getFileState(id).transfer === "error")
    await before.engine.dispose()
    const after = await bench.device({ store, remote, start: false })
    expect(after.engine.getStatus()).to.include({ failed: 1, onlyHere: 1 })
    await after.until("no closed tab left anything", () => after.engine.getStatus().state === "error")
    await after.engine.start()
    await after.until("it leads", () => after.engine.getStatus().leader)
    await after.until("it stops again", () => after.engine.getFileState(id).transfer === "error")
    await after.engine.awaitIdle()
    expect(after.engine.getStatus()).to.include({ failed: 1, state: "error", onlyHere: 1 })
    expect(after.engine.getFileState(id)).to.include({ transfer: "error", local: true })
    isForbidden = false
    await after.engine.retry()
    await after.until("it is remote", () => after.engine.getFileState(id).remote)
    expect(after.engine.getStatus()).to.include({ failed: 0, state: "idle" })
  })

  it("calls a file's listeners when the file is cancelled, queued again and done", async () => {
    const { leader, follower } = await twoTabs({
      remote: { fault: () => new Promise<void>(() => undefined) },
    })
    const id = await leader.engine.saveFile(textFile("x"))
    await leader.until("it uploads", () => leader.engine.getFileState(id).transfer === "uploading")
    for (const { engine } of [leader, follower]) {
      const seen: string[] = []
      // A tab that does not know yet that the upload runs again has nothing to cancel.
      await leader.until("it uploads here too", () => engine.getFileState(id).transfer === "uploading")
      const end = engine.subscribeFile(id, () => seen.push(engine.getFileState(id).transfer))
      await engine.cancel(id)
      await leader.until("it is reported", () => seen.at(-1) === "error")
      await engine.retry(id)
      await leader.until("it is reported", () => seen.at(-1) === "uploading")
      end()
    }
  })
})
