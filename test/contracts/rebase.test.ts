import { expect } from "@esm-bundle/chai"
import { StoreInternalsSymbol } from "@livestore/livestore"
import { Effect } from "effect"
import { httpAdapter } from "../../src/services/remote-file-storage/adapters/http.js"
import { Bench, type FileStore, textFile } from "../support/bench.js"
import { makeStore } from "../support/store.js"
import { syncLine } from "../support/sync-line.js"

describe("two devices on a real sync backend", function () {
  this.timeout(150_000)
  const waitMs = 60_000
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
    await Promise.all(stores.splice(0).map((store) => store.shutdownPromise()))
  })

  /** A device with a disk of its own, whose line to the sync backend can be cut. */
  const connected = async () => {
    const line = syncLine(url)
    const store = (await makeStore({
      storeId: bench.storeId,
      sync: { backend: line.backend, initialSyncOptions: { _tag: "Skip" } },
    })) as unknown as FileStore
    stores.push(store)
    const device = await bench.device({
      store,
      fileSystem: "memory",
      remoteAdapter: httpAdapter({ baseUrl: `${url}/api` }),
    })
    await device.until("its connection is open", line.isOpen, waitMs)
    return { ...device, line }
  }
  const textOf = async ({ engine }: Awaited<ReturnType<typeof connected>>, id: string) =>
    (await engine.readFile(id)).text()

  it("agree on one content when both changed a file apart from each other, and keep the other restorable", async () => {
    const [one, two] = [await connected(), await connected()]
    const id = await one.engine.saveFile(textFile("first"))
    await two.until("it knows the file", () => two.engine.getFileState(id).remote, waitMs)
    expect(await textOf(two, id)).to.equal("first")

    // `two` goes offline, and both change the file: the backend receives `one`'s change first.
    two.line.cut()
    await two.engine.updateFile(id, textFile("by two"))
    await one.engine.updateFile(id, textFile("by one"))
    const byOne = one.engine.getFile(id)?.contentHash ?? ""
    const byTwo = two.engine.getFile(id)?.contentHash ?? ""
    await one.until("its change is stored", () => one.line.heard.includes("v1.FileUpdated"), waitMs)
    await one.until("its bytes are remote", () => one.engine.getFileState(id).remote, waitMs)
    expect(two.engine.getFile(id)?.contentHash).to.equal(byTwo)
    two.line.mend()

    // `two`'s change is rebased behind it, and so it is the last.
    for (const device of [one, two]) {
      await device.until(
        "they agree",
        () => {
          const { contentHash, remoteKey } = device.engine.getFile(id) ?? {}
          return contentHash === byTwo && remoteKey != null
        },
        waitMs,
      )
      await device.until("the bytes are here", () => device.engine.getFileState(id).local, waitMs)
      expect(await textOf(device, id)).to.equal("by two")
      expect(device.engine.listVersions(id).map(({ contentHash }) => contentHash)).to.include(byOne)
    }
    const [ofOne, ofTwo] = [one, two].map(({ engine }) => engine.getFile(id))
    expect(ofOne).to.deep.equal(ofTwo)

    await one.engine.restoreVersion(id, byOne)
    await two.until("it is back", () => two.engine.getFile(id)?.contentHash === byOne, waitMs)
    expect(await textOf(two, id)).to.equal("by one")
    expect(await textOf(one, id)).to.equal("by one")
  })

  it("forget a change of a file that was deleted elsewhere before, and keep working", async () => {
    const [one, two] = [await connected(), await connected()]
    const id = await one.engine.saveFile(textFile("first"))
    await two.until("it knows the file", () => two.engine.getFileState(id).remote, waitMs)
    two.line.cut()
    await two.engine.updateFile(id, textFile("in vain"))
    await two.until("its bytes are remote", () => two.engine.getFileState(id).remote, waitMs)
    await one.engine.deleteFile(id)
    await one.until("the deletion is stored", () => one.line.heard.includes("v1.FileDeleted"), waitMs)
    two.line.mend()
    await two.until("it is gone", () => two.engine.getFile(id) === undefined, waitMs)
    await two.engine.awaitIdle()
    const other = await two.engine.saveFile(textFile("after"))
    await one.until("it comes over", () => one.engine.getFileState(other).local, waitMs)
    expect(await textOf(one, other)).to.equal("after")
  })

  /** LiveStore's worker answers nothing that a tab sends it, as on a busy machine, until it is released. */
  const holdWorker = (store: FileStore) => {
    const { events } = store[StoreInternalsSymbol].clientSession.leaderThread
    const send = events.push
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    Object.assign(events, {
      push: (...args: Parameters<typeof send>) =>
        Effect.uninterruptible(
          Effect.zipRight(
            Effect.promise(() => released),
            send(...args),
          ),
        ),
    })
    return release
  }

  it("commit nothing while LiveStore puts earlier events behind those of others", async () => {
    const [one, two] = [await connected(), await connected()]
    const id = await one.engine.saveFile(textFile("first"))
    await two.until("it knows the file", () => two.engine.getFileState(id).local, waitMs)
    two.line.cut()
    await two.engine.updateFile(id, textFile("second"))
    await one.engine.saveFile(textFile("theirs"))
    await one.until("the backend has it", () => one.line.heard.length >= 4, waitMs)
    await two.until("the worker has it", () => two.store.syncStatus().isSynced)
    const release = holdWorker(two.store)
    await two.engine.editFile(id, { name: "on-its-way.txt" })
    two.line.mend()
    // LiveStore counts on behind the events of others before its tables say so.
    await two.until("it is rebased", () => /r\d/.test(two.store.syncStatus().localHead), waitMs)
    const { debug } = two.store[StoreInternalsSymbol].sqliteDbWrapper
    const heads = () => {
      const { global } = debug.head
      return { tables: global, log: Number(/^e(\d+)/.exec(two.store.syncStatus().localHead)?.[1]) }
    }
    const { tables, log } = heads()
    expect(tables).to.be.lessThan(log)
    const atCommit: Array<ReturnType<typeof heads>> = []
    const commit = two.store.commit.bind(two.store)
    Object.assign(two.store, {
      commit: (...events: Parameters<typeof commit>) => {
        atCommit.push(heads())
        commit(...events)
      },
    })
    let looks = 0
    let { head } = debug
    Object.defineProperty(debug, "head", {
      get: () => {
        looks += 1
        return head
      },
      set: (next: typeof head) => {
        head = next
      },
    })
    const updating = two.engine.updateFile(id, textFile("third"))
    // Who looks again is waiting.
    await two.until("it waits, or commits", () => looks > 1 || atCommit.length > 0)
    release()
    await updating
    expect(atCommit).to.not.deep.equal([])
    expect(atCommit.filter((then) => then.tables !== then.log)).to.deep.equal([])
  })

  const rowOf = ({ store }: { readonly store: FileStore }, id: string) =>
    store.query({
      query: "SELECT contentHash, name, deletedAt FROM files WHERE id = $id",
      bindValues: { id },
    })

  type Connected = Awaited<ReturnType<typeof connected>>
  /** Does something, and gives what takes it out of a tab's tables again, as LiveStore's rebase may. */
  const undoable = async ({ store }: Connected, work: () => Promise<void>) => {
    const database = store[StoreInternalsSymbol].sqliteDbWrapper
    const session = database.session()
    await work()
    const made = session.changeset()
    session.finish()
    return () => {
      database.rollback(made ?? new Uint8Array())
      // LiveStore's cache of results is emptied by a write.
      database.cachedExecute("UPDATE files SET revision = revision")
    }
  }
  const changes: Readonly<Record<string, (device: Connected, id: string) => Promise<void>>> = {
    "an update": ({ engine }, id) => engine.updateFile(id, textFile("second")),
    "another name": ({ engine }, id) => engine.editFile(id, { name: "other.txt" }),
    "a deletion": ({ engine }, id) => engine.deleteFile(id),
  }
  for (const [what, change] of Object.entries(changes))
    it(`make ${what} again that the log has, and a tab's tables have lost`, async () => {
      const [one, two] = [await connected(), await connected()]
      const id = await one.engine.saveFile(textFile("first"))
      await two.until("it knows the file", () => two.engine.getFileState(id).local, waitMs)
      await two.until("LiveStore is quiet", () => two.store.syncStatus().isSynced)
      const original = rowOf(two, id)
      two.line.cut()
      const undo = await undoable(two, () => change(two, id))
      const changed = rowOf(two, id)
      expect(changed).to.not.deep.equal(original)
      undo()
      expect(rowOf(two, id)).to.deep.equal(original)

      two.line.mend()
      for (const device of [one, two])
        await device.until(
          "it has the change",
          () => JSON.stringify(rowOf(device, id)) === JSON.stringify(changed),
          waitMs,
        )
      await two.until("nothing is left", () => two.engine.getStatus().unsynced === 0, waitMs)
    })

  it("restore a file where a tab's tables have lost its deletion, which the log has", async () => {
    const [one, two] = [await connected(), await connected()]
    const id = await one.engine.saveFile(textFile("first", "file.txt"))
    await two.until("it knows the file", () => two.engine.getFileState(id).local, waitMs)
    await two.until("LiveStore is quiet", () => two.store.syncStatus().isSynced)
    two.line.cut()
    const undo = await undoable(two, () => two.engine.deleteFile(id))
    undo()
    await two.engine.restoreFile(id)
    two.line.mend()
    await two.until("nothing is left", () => two.engine.getStatus().unsynced === 0, waitMs)
    const other = await two.engine.saveFile(textFile("after"))
    await one.until("it has all", () => one.engine.getFileState(other).local, waitMs)
    for (const { engine } of [one, two])
      expect(engine.getFile(id)).to.include({ name: "file.txt", deletedAt: null })
  })

  for (const [ofTwo, ofOne] of [
    [1, 3],
    [5, 20],
    [140, 150],
  ] as const)
    it(`have each other's files after one saved ${ofTwo} offline and the other ${ofOne} meanwhile`, async () => {
      const [one, two] = [await connected(), await connected()]
      const saved = (by: typeof one, count: number, name: string) =>
        by.engine.saveFiles(
          Array.from({ length: count }, (_, at) => textFile(`${name} ${at}`, `${name}-${at}.txt`)),
        )
      two.line.cut()
      const byTwo = await saved(two, ofTwo, "two")
      const byOne = await saved(one, ofOne, "one")
      await one.until(
        "its files are remote",
        () => byOne.every((id) => one.engine.getFileState(id).remote),
        waitMs,
      )
      await one.until("the backend knows it", () => one.line.heard.includes("v1.FileUploaded"), waitMs)
      const notified = new Set<string>()
      for (const id of byOne) two.engine.subscribeFile(id, () => void notified.add(id))
      two.line.mend()
      const has = (device: typeof one, ids: ReadonlyArray<string>) => () =>
        ids.every((id) => device.engine.getFileState(id).local)
      await two.until("it has what is theirs", has(two, byOne), waitMs)
      await one.until("it has what is theirs", has(one, byTwo), waitMs)
      await two.engine.awaitIdle()
      expect(byOne.filter((id) => !notified.has(id))).to.deep.equal([])
    })
})
