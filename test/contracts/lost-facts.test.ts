import { expect } from "@esm-bundle/chai"
import { files } from "../../src/schema/index.js"
import { until as untilSo } from "../../src/testing/adapter-conformance/expect.js"
import type { FileRecord } from "../../src/types/index.js"
import { Bench, type Device, type FileStore, textFile } from "../support/bench.js"
import { openStoreFolder } from "../support/opfs.js"
import { makeStore } from "../support/store.js"
import { syncLine } from "../support/sync-line.js"

describe("facts that LiveStore had taken and lost", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  /** The next session on this device, on a store that has lost everything but what the test commits. */
  const nextSession = async (before: Device, kept: (device: Device) => void = () => undefined) => {
    await before.engine.dispose()
    const next = await bench.device({ start: false })
    kept(next)
    await next.engine.start()
    await next.until("it leads", () => next.engine.getStatus().leader)
    await next.engine.awaitIdle()
    return next
  }
  /** What the store has kept of a record. */
  const commitRecord = ({ store }: Device, record: FileRecord) => {
    const { id, name, mimeType, sizeBytes, contentHash, path, createdAt, remoteKey } = record
    const file = { id, name, mimeType, sizeBytes, contentHash, path, createdAt }
    store.commit(files.events.created({ files: [file] }))
    if (remoteKey !== null) store.commit(files.events.uploaded({ files: [{ id, contentHash, remoteKey }] }))
  }
  const saveAndUpload = async (device: Device, text: string) => {
    const id = await device.engine.saveFile(textFile(text))
    await device.until("it is remote", () => device.engine.getFileState(id).remote)
    return id
  }

  it("come back: a save and its upload", async () => {
    const device = await bench.device()
    const id = await saveAndUpload(device, "kept")
    const record = device.engine.getFile(id)
    const next = await nextSession(device)
    await next.until("it is back", () => next.engine.getFile(id)?.remoteKey != null)
    expect(next.engine.getFile(id)).to.deep.equal(record)
    expect(next.events.find(({ type }) => type === "recovered")).to.deep.equal({
      type: "recovered",
      fileIds: [id],
    })
    expect(await (await next.engine.readFile(id)).text()).to.equal("kept")
  })

  it("come back: a deletion of a file that is still there, and one of a file that was lost as well", async () => {
    const device = await bench.device()
    const id = await saveAndUpload(device, "goes")
    const other = await saveAndUpload(device, "goes too")
    const live = device.engine.getFile(id)
    await device.engine.deleteFile(id)
    await device.engine.deleteFile(other)
    const next = await nextSession(device, (lost) => {
      if (live !== undefined) commitRecord(lost, live)
    })
    expect(next.engine.getFile(id)).to.equal(undefined)
    expect(next.engine.listFiles()).to.deep.equal([])
  })

  it("come back: every content of a file, in order, back to the first", async () => {
    const device = await bench.device()
    const id = await saveAndUpload(device, "A")
    const first = device.engine.getFile(id)
    await device.engine.updateFile(id, textFile("B"))
    await device.engine.updateFile(id, textFile("A"))
    await device.until("all is remote", () => device.engine.getFileState(id).remote)
    const last = device.engine.getFile(id)
    const versions = device.engine.listVersions(id).map(({ contentHash }) => contentHash)
    const next = await nextSession(device, (lost) => {
      if (first === undefined) return
      commitRecord(lost, { ...first, remoteKey: null })
    })
    await next.until("it is back", () => next.engine.getFile(id)?.remoteKey != null)
    expect(next.engine.getFile(id)?.contentHash).to.equal(last?.contentHash)
    expect(next.engine.listVersions(id).map(({ contentHash }) => contentHash)).to.deep.equal(versions)
  })

  it("come back: an update back to earlier content, when LiveStore kept all that came before it", async () => {
    const device = await bench.device({ remote: { fault: () => new Promise(() => undefined) } })
    const id = await device.engine.saveFile(textFile("A"))
    await device.engine.updateFile(id, textFile("B"))
    const kept = device.engine.getFile(id)
    const first = device.engine.listVersions(id)[0]?.contentHash ?? ""
    await device.engine.updateFile(id, textFile("A"))
    await device.engine.dispose()
    const next = await bench.device({ start: false })
    const {
      createdAt = new Date(),
      name = "",
      path = "",
      contentHash = "",
      updatedAt = new Date(),
    } = kept ?? {}
    const ofBoth = { id, name, mimeType: "text/plain", sizeBytes: 1 }
    next.store.commit(files.events.created({ files: [{ ...ofBoth, path, contentHash: first, createdAt }] }))
    next.store.commit(files.events.updated({ files: [{ ...ofBoth, path, contentHash, updatedAt }] }))
    await next.engine.start()
    await next.until("the last update is back", () => next.engine.getFile(id)?.contentHash === first)
    expect(await (await next.engine.readFile(id)).text()).to.equal("A")
  })

  it("do not come back over what another device did since", async () => {
    const device = await bench.device()
    const id = await saveAndUpload(device, "A")
    const before = device.engine.getFile(id)
    await device.engine.updateFile(id, textFile("mine"))
    await device.until("it is remote", () => device.engine.getFileState(id).remote)
    const other = await bench.otherDevice()
    const theirs = await saveAndUpload(other, "theirs")
    const { contentHash = "", path = "" } = other.engine.getFile(theirs) ?? {}
    const next = await nextSession(device, (lost) => {
      if (before === undefined) return
      commitRecord(lost, { ...before, remoteKey: null })
      lost.store.commit(
        files.events.updated({ files: [{ id, contentHash, path, sizeBytes: 6, updatedAt: new Date() }] }),
      )
    })
    expect(next.engine.getFile(id)?.contentHash).to.equal(contentHash)
  })

  it("do not delete again what a device with an earlier clock has restored since", async () => {
    const device = await bench.device()
    const id = await saveAndUpload(device, "comes back")
    const before = device.engine.getFile(id)
    const realNow = Date.now
    Date.now = () => realNow() + 24 * 60 * 60 * 1000
    await device.engine.deleteFile(id).finally(() => {
      Date.now = realNow
    })
    const [gone] = device.engine.listDeleted()
    const { deletedAt } = gone ?? {}
    if (before === undefined || deletedAt == null) return expect.fail("it was not deleted")
    const deleteIn = (other: Device): void => {
      commitRecord(other, before)
      other.store.commit(files.events.deleted({ files: [{ id, deletedAt }] }))
    }
    const other = await bench.otherDevice()
    deleteIn(other)
    await other.engine.restoreFile(id)
    const restoredAt = other.engine.getFile(id)?.updatedAt ?? new Date()
    const next = await nextSession(device, (kept) => {
      deleteIn(kept)
      kept.store.commit(files.events.restored({ files: [{ id, restoredAt }] }))
    })
    expect(next.engine.getFile(id)?.deletedAt).to.equal(null)
  })

  it("are committed once, however often the log is checked", async () => {
    const device = await bench.device()
    const id = await saveAndUpload(device, "once")
    const next = await nextSession(device)
    await next.until("it is back", () => next.engine.getFile(id) !== undefined)
    await next.engine.dispose()
    const third = await bench.device({ store: next.store })
    await third.until("it leads", () => third.engine.getStatus().leader)
    await third.engine.awaitIdle()
    expect(third.events.filter(({ type }) => type === "recovered")).to.deep.equal([])
  })
})

describe("a sync backend", () => {
  let bench: Bench
  let url: string
  const stores: FileStore[] = []
  before(async () => {
    ;({ url } = await (await fetch("/__backend")).json())
  })
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(async () => {
    await bench.close()
    await Promise.all(stores.splice(0).map((store) => store.shutdownPromise().catch(() => undefined)))
  })
  const connected = async () => {
    const line = syncLine(url)
    const store = (await makeStore({
      storeId: bench.storeId,
      sync: { backend: line.backend, initialSyncOptions: { _tag: "Skip" } },
    })) as unknown as FileStore
    stores.push(store)
    return { line, ...(await bench.device({ store })) }
  }
  const journals = async (): Promise<string> => {
    const folder = await (await openStoreFolder(bench.storeId)).getDirectoryHandle("outbox", { create: true })
    let text = ""
    for await (const handle of folder.values())
      if (handle.kind === "file") text += await (await (handle as FileSystemFileHandle).getFile()).text()
    return text.trim()
  }
  const journalNames = async (): Promise<ReadonlyArray<string>> => {
    const folder = await (await openStoreFolder(bench.storeId)).getDirectoryHandle("outbox", { create: true })
    const names: Array<string> = []
    for await (const name of folder.keys()) names.push(name)
    return names
  }
  /** The last entry goes a moment after the status has counted it. */
  const untilJournalsAreEmpty = (): Promise<void> =>
    untilSo(async () => (await journals()) === "", "nothing is left in a journal")

  it("is waited for: what it has not confirmed counts and stays in the journal, and goes when it has", async () => {
    const { engine, line, until } = await connected()
    await until("its connection is open", line.isOpen, 30_000)
    const first = await engine.saveFile(textFile("one"))
    // The event of an upload is journalled only after its commit, so nothing may be open just before it.
    await until(
      "the backend has both events",
      () => line.heard.includes("v1.FileUploaded") && engine.getStatus().unsynced === 0,
      30_000,
    )
    await untilJournalsAreEmpty()

    line.cut()
    const second = await engine.saveFile(textFile("two"))
    await until("its bytes are remote", () => engine.getFileState(second).remote)
    await until("it counts", () => engine.getStatus().unsynced === 1)
    expect(engine.getStatus()).to.include({ onlyHere: 0, state: "syncing" })
    await engine.deleteFile(first)
    await until("the deletion counts", () => engine.getStatus().unsynced === 2)
    expect(await journals()).to.include("v1.FileDeleted")
    line.mend()
    await until("the backend has everything", () => engine.getStatus().unsynced === 0, 30_000)
    expect(engine.getStatus().state).to.equal("idle")
    await untilJournalsAreEmpty()
  })

  it("is waited for from the start of a session: the status is not calm while an earlier one left a fact open", async () => {
    const before = await connected()
    await before.until("its connection is open", before.line.isOpen, 30_000)
    await untilSo(async () => (await journalNames()).includes("sync-backend"), "the backend is remembered")
    before.line.cut()
    const id = await before.engine.saveFile(textFile("on its way"))
    await before.until("its bytes are remote", () => before.engine.getFileState(id).remote)
    await before.until("LiveStore's leader has all", () => before.store.syncStatus().isSynced)
    await before.engine.dispose()

    const after = await bench.device({ store: before.store, start: false })
    const seen = new Set<string>()
    const look = (): boolean => {
      const { state, unsynced } = after.engine.getStatus()
      seen.add(`${state} ${unsynced}`)
      return unsynced > 0
    }
    const unsubscribe = after.engine.subscribe(look)
    // An element may look before the engine starts.
    look()
    const started = after.engine.start()
    await after.until("it counts what is open", look, 30_000)
    await started
    expect([...seen]).not.to.include("idle 0")
    unsubscribe()
    before.line.mend()
    await after.until("the backend has it", () => after.engine.getStatus().unsynced === 0, 30_000)
    await after.until("all is well", () => after.engine.getStatus().state === "idle", 30_000)
  })

  it("is waited for by every tab: none says that all is well while another's change is not confirmed", async () => {
    const leader = await connected()
    await leader.until("its connection is open", leader.line.isOpen, 30_000)
    const follower = await bench.device({ store: leader.store })
    await follower.until("it knows of its connection", () => follower.engine.getStatus().store === "open")
    expect(follower.engine.getStatus().leader).to.equal(false)
    leader.line.cut()
    const id = await follower.engine.saveFile(textFile("of a follower"))
    await leader.until("its bytes are remote", () => leader.engine.getFileState(id).remote)
    await leader.until("it counts in the other tab", () => leader.engine.getStatus().unsynced > 0)
    expect(leader.engine.getStatus().state).to.equal("syncing")
    const late = await bench.device({ store: leader.store })
    await late.until("it counts in a tab that comes later", () => late.engine.getStatus().unsynced > 0)

    const seen = new Set<string>()
    const unsubscribe = leader.engine.subscribe(() => {
      const { state, unsynced } = leader.engine.getStatus()
      seen.add(`${state} ${unsynced > 0}`)
    })
    const journalCount = (await journalNames()).length
    await follower.engine.dispose()
    await untilSo(async () => (await journalNames()).length < journalCount, "its journal was taken over")
    expect([...seen]).not.to.include("idle false")
    unsubscribe()
    leader.line.mend()
    for (const tab of [leader, late]) {
      await tab.until("the backend has it", () => tab.engine.getStatus().unsynced === 0, 30_000)
      await tab.until("all is well", () => tab.engine.getStatus().state === "idle", 30_000)
    }
  })

  it("gets again what a device had committed to LiveStore, in a session on a store that has lost it", async () => {
    const before = await connected()
    await before.until("its connection is open", before.line.isOpen, 30_000)
    before.line.cut()
    const id = await before.engine.saveFile(textFile("survives"))
    await before.until("its bytes are remote", () => before.engine.getFileState(id).remote)
    await before.until("LiveStore's leader has all", () => before.store.syncStatus().isSynced)
    await before.engine.dispose()
    await before.store.shutdownPromise()

    const after = await connected()
    await after.until("it is back", () => after.engine.getFile(id)?.remoteKey != null, 30_000)
    await after.until("the backend has it", () => after.engine.getStatus().unsynced === 0, 30_000)
    const other = await connected()
    await other.until("another device has it", () => other.engine.getFile(id)?.remoteKey != null, 30_000)
  })
})
