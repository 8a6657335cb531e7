import type { NetworkFacts } from "../../src/services/file-sync/sync-config.js"
import { expect } from "@esm-bundle/chai"
import { Effect } from "effect"
import { StorageError } from "../../src/errors/index.js"
import { LocalFileStorage } from "../../src/services/local-file-storage/LocalFileStorage.js"
import { type FileRecord, RemoteFailure } from "../../src/types/index.js"
import { Bench, rejection, tellRecord, textFile } from "../support/bench.js"
import { madeBlob } from "../support/made-blobs.js"
import { corruptStored, dropStored, openStoreFolder } from "../support/opfs.js"

describe("an engine", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())
  const allRemote = async (device: Awaited<ReturnType<Bench["device"]>>, ids: ReadonlyArray<string>) =>
    device.until("all are remote", () => ids.every((id) => device.engine.getFileState(id).remote))

  describe("and the space on this device", () => {
    it("frees a file that another place has, brings it back when it is read, and keeps it then", async () => {
      const device = await bench.device()
      const { engine } = device
      const id = await engine.saveFile(textFile("x"))
      await allRemote(device, [id])
      await engine.evict(id)
      expect(engine.getFileState(id)).to.include({ local: false, remote: true })
      expect(await (await engine.readFile(id)).text()).to.equal("x")
      expect(engine.getFileState(id).local).to.equal(true)
    })

    it("refuses to free what no other place has, and what is pinned", async () => {
      const device = await bench.device({ start: false })
      const { engine } = device
      const id = await engine.saveFile(textFile("x"))
      expect(await rejection(engine.evict(id))).to.include({ _tag: "StorageError", reason: "NotUploaded" })
      await engine.start()
      await allRemote(device, [id])
      await engine.pin(id)
      expect(await rejection(engine.evict(id))).to.include({ reason: "Pinned" })
      await engine.unpin(id)
      await engine.evict(id)
      expect(engine.getFileState(id).local).to.equal(false)
    })

    it("keeps to its budget: the least recently used go first, pinned and un-uploaded ones never", async () => {
      let isRefused = true
      const fault = ({ operation }: { readonly operation: string }) => {
        if (isRefused && operation === "upload") throw new RemoteFailure("Forbidden", "No")
      }
      const device = await bench.device({ remote: { fault }, cache: { maxBytes: 4_000, persist: false } })
      const { engine } = device
      const onlyHere = await engine.saveFile(madeBlob(1_000, 9))
      await device.until("it stopped", () => engine.getStatus().failed === 1)
      isRefused = false
      const save = async (seed: number) => {
        const id = await engine.saveFile(madeBlob(1_000, seed))
        await allRemote(device, [id])
        return id
      }
      const pinned = await save(1)
      await engine.pin(pinned)
      const old = await save(2)
      const used = await save(3)
      await engine.readFile(used)
      const latest = await save(4)
      await device.until("it is within its budget", () => !engine.getFileState(old).local)
      expect([onlyHere, pinned, used, latest].map((id) => engine.getFileState(id).local)).to.deep.equal(
        Array(4).fill(true),
      )
      expect(engine.getFileState(onlyHere).remote).to.equal(false)
      expect((await engine.readFile(old)).size).to.equal(1_000)
    })

    it("fails with QuotaExceeded when the disk is full, loses nothing, and saves again when there is room", async () => {
      let isFull = true
      const { engine } = await bench.device({ start: false })
      const kept = await engine.saveFile(textFile("kept"))
      const local = await engine.runtime.runPromise(LocalFileStorage)
      const write = local.writeFile
      Object.assign(local, {
        writeFile: (...given: Parameters<typeof write>) =>
          isFull
            ? Effect.fail(new StorageError({ reason: "QuotaExceeded", operation: "store the file" }))
            : write(...given),
      })
      expect(await rejection(engine.saveFile(textFile("too much")))).to.include({
        _tag: "StorageError",
        reason: "QuotaExceeded",
      })
      expect(engine.listFiles().map(({ id }) => id)).to.deep.equal([kept])
      expect(await (await engine.readFile(kept)).text()).to.equal("kept")
      isFull = false
      await engine.saveFile(textFile("fits"))
      expect(engine.listFiles()).to.have.length(2)
    })

    it("asks the browser for persistence after the first save, unless it was told not to", async () => {
      for (const persist of [true, false]) {
        const { engine, until } = await bench.device({ start: false, cache: { persist } })
        const local = await engine.runtime.runPromise(LocalFileStorage)
        let asked = 0
        Object.assign(local, { persist: Effect.sync(() => ++asked > 0) })
        const saved = ["one", "two"].map((text) => engine.saveFile(textFile(text)))
        await Promise.all(saved)
        if (persist) await until("it was asked", () => asked > 0)
        expect(asked).to.equal(persist ? 1 : 0)
        await engine.dispose()
      }
    })

    it("makes room by freeing uploaded files when the disk is full, and then saves", async () => {
      const device = await bench.device()
      const { engine } = device
      const pinned = await engine.saveFile(textFile("pinned"))
      await engine.pin(pinned)
      const old = await engine.saveFile(textFile("old"))
      await allRemote(device, [pinned, old])
      const local = await engine.runtime.runPromise(LocalFileStorage)
      const write = local.writeFile
      Object.assign(local, {
        writeFile: (...given: Parameters<typeof write>) =>
          engine.getFileState(old).local
            ? Effect.fail(new StorageError({ reason: "QuotaExceeded", operation: "store the file" }))
            : write(...given),
      })
      const id = await engine.saveFile(textFile("new"))
      expect(engine.getFileState(id).local).to.equal(true)
      expect(engine.getFileState(old)).to.include({ local: false, remote: true })
      expect(engine.getFileState(pinned).local).to.equal(true)
    })
  })

  describe("whose save is called off at the last moment", () => {
    it("frees at once what had been stored, and no more than that", async () => {
      const { engine } = await bench.device({ start: false })
      const kept = await engine.saveFile(textFile("kept"))
      const local = await engine.runtime.runPromise(LocalFileStorage)
      const write = local.writeFile
      const calling = new AbortController()
      let isLast = true
      Object.assign(local, {
        writeFile: (...given: Parameters<typeof write>) =>
          // Stored, and cancelled before the save is reported.
          Effect.zipRight(
            write(...given),
            isLast
              ? Effect.zipRight(
                  Effect.sync(() => calling.abort()),
                  Effect.never,
                )
              : write(...given),
          ),
      })
      const { signal } = calling
      expect(await rejection(engine.saveFile(textFile("called off"), { signal }))).to.include({
        reason: "Aborted",
      })
      expect(await engine.verify()).to.deep.include({ orphaned: [], extra: [] })
      const again = new AbortController()
      isLast = false
      expect(
        await rejection(
          engine.saveFile(textFile("kept"), {
            signal: again.signal,
            commit: () => {
              again.abort()
              return []
            },
          }),
        ),
      ).to.include({ reason: "Aborted" })
      expect(await (await engine.readFile(kept)).text()).to.equal("kept")
    })

    it("frees it a little later when another save is under way", async () => {
      const { engine, until } = await bench.device({ start: false })
      const local = await engine.runtime.runPromise(LocalFileStorage)
      const write = local.writeFile
      let finish = (): void => undefined
      const isFinished = new Promise<void>((resolve) => {
        finish = resolve
      })
      Object.assign(local, {
        writeFile: (...given: Parameters<typeof write>) =>
          given[0].size > 9
            ? Effect.zipRight(
                Effect.promise(() => isFinished),
                write(...given),
              )
            : write(...given),
      })
      const slow = engine.saveFile(textFile("a slow one, which holds the lock"))
      const bad = engine.saveFile(textFile("x"), { commit: () => "no list" as never })
      expect(await rejection(bad)).to.include({ reason: "InvalidCommit" })
      finish()
      await slow
      let left: ReadonlyArray<string> = ["?"]
      let looking: Promise<void> | undefined
      const look = async () => {
        left = (await engine.verify()).extra
        looking = undefined
      }
      await until("it is freed", () => {
        looking ??= look()
        return left.length === 0
      })
      await looking
    })
  })

  describe("and its download policy", () => {
    const source = async (...texts: ReadonlyArray<string>) => {
      const device = await bench.device()
      const ids = await engine(device).saveFiles(texts.map((text) => textFile(text, `${text}.txt`)))
      await allRemote(device, ids)
      return { device, ids }
    }
    const engine = (device: Awaited<ReturnType<Bench["device"]>>) => device.engine

    it("brings everything, nothing until asked, or what a rule says", async () => {
      const { device, ids } = await source("a", "b")
      const [a = "", b = ""] = ids
      for (const [downloads, expected] of [
        ["all", [true, true]],
        ["on-demand", [false, false]],
        [(record: FileRecord) => record.name === "b.txt", [false, true]],
        [
          () => {
            throw new Error("a bad rule")
          },
          [false, false],
        ],
      ] as const) {
        const other = await bench.otherDevice({ downloads })
        for (const id of ids) tellRecord(device, other, id)
        await other.engine.awaitIdle()
        expect([a, b].map((id) => other.engine.getFileState(id).local)).to.deep.equal([...expected])
        expect(await (await other.engine.readFile(a)).text()).to.equal("a")
        await other.engine.dispose()
      }
    })

    it("asks a rule again when the network changes", async () => {
      const { device, ids } = await source("a")
      const connection = Object.assign(new EventTarget(), { type: "cellular" })
      Object.defineProperty(navigator, "connection", { configurable: true, value: connection })
      try {
        const asked: boolean[] = []
        const downloads = (_: FileRecord, { isMetered }: NetworkFacts) => {
          asked.push(isMetered)
          return !isMetered
        }
        const other = await bench.otherDevice({ downloads })
        for (const id of ids) tellRecord(device, other, id)
        await other.until("it was asked", () => asked.length > 0)
        await other.engine.awaitIdle()
        expect(other.engine.getFileState(ids[0] ?? "").local).to.equal(false)
        connection.type = "wifi"
        connection.dispatchEvent(new Event("change"))
        await other.until("it is here", () => other.engine.getFileState(ids[0] ?? "").local)
      } finally {
        Reflect.deleteProperty(navigator, "connection")
      }
    })

    it("brings a pinned file whatever the policy says, and a prioritised one", async () => {
      const { device, ids } = await source("a", "b")
      const [a = "", b = ""] = ids
      const other = await bench.otherDevice({ downloads: "on-demand" })
      for (const id of ids) tellRecord(device, other, id)
      await other.engine.pin(a)
      await other.engine.prioritize(b)
      await other.until("they are here", () => ids.every((id) => other.engine.getFileState(id).local))
    })
  })

  describe("that verifies and repairs", () => {
    it("finds corrupt, missing, not uploaded and orphaned content, and repairs what another place has", async () => {
      const device = await bench.device()
      const { engine } = device
      const [good = "", bad = "", gone = ""] = await engine.saveFiles([
        textFile("good"),
        textFile("bad"),
        textFile("gone"),
      ])
      await allRemote(device, [good, bad, gone])
      await engine.pause()
      const lonely = await engine.saveFile(textFile("only here"))
      const lost = await engine.saveFile(textFile("lost"))
      const hashOf = (id: string) => engine.getFile(id)?.contentHash ?? ""
      await corruptStored(bench.storeId, hashOf(bad), "wrong")
      await dropStored(bench.storeId, hashOf(gone))
      await dropStored(bench.storeId, hashOf(lost))
      const nobody = `ab${"0".repeat(62)}`
      const shard = await (await openStoreFolder(bench.storeId)).getDirectoryHandle("ab", { create: true })
      await shard.getFileHandle(nobody, { create: true })
      const report = await engine.verify()
      expect(report).to.deep.equal({
        checked: 5,
        missing: [gone, lost],
        extra: [nobody],
        corrupt: [bad],
        notUploaded: [lonely],
        orphaned: [nobody],
      })
      await engine.resume()
      await engine.repair()
      await device.until("they are here again", () =>
        [bad, gone].every((id) => engine.getFileState(id).local),
      )
      expect(await (await engine.readFile(bad)).text()).to.equal("bad")
      expect(await (await engine.readFile(gone)).text()).to.equal("gone")
      await allRemote(device, [lonely])
      expect(await engine.verify()).to.deep.include({ corrupt: [], orphaned: [], missing: [lost] })
    })

    it("repairs what a report names and what still holds, and nothing else", async () => {
      const device = await bench.device()
      const { engine, events } = device
      const [bad = "", later = ""] = await engine.saveFiles([textFile("bad"), textFile("later")])
      await allRemote(device, [bad, later])
      const hashOf = (id: string) => engine.getFile(id)?.contentHash ?? ""
      await corruptStored(bench.storeId, hashOf(bad), "wrong")
      const report = await engine.verify()
      await corruptStored(bench.storeId, hashOf(later), "wrong")
      await engine.repair({ ...report, orphaned: ["../../x", hashOf(later)] })
      await device.until("it came again", () => events.some(({ type }) => type === "download-done"))
      expect(await (await engine.readFile(bad)).text()).to.equal("bad")
      expect(await engine.verify()).to.deep.include({ corrupt: [later], missing: [] })
      await engine.repair(report)
      await engine.awaitIdle()
      expect(events.filter(({ type }) => type === "download-started")).to.have.length(1)
    })

    it("repairs from a tab that does not lead", async () => {
      const store = await bench.store()
      const leader = await bench.device({ store })
      await leader.until("it leads", () => leader.engine.getStatus().leader)
      const follower = await bench.device({ store })
      const id = await leader.engine.saveFile(textFile("right"))
      await allRemote(leader, [id])
      await corruptStored(bench.storeId, leader.engine.getFile(id)?.contentHash ?? "", "wrong")
      await follower.engine.repair()
      await follower.until("it is here again", () => follower.engine.getFileState(id).local)
      expect(await (await follower.engine.readFile(id)).text()).to.equal("right")
    })

    it("sees bytes that the browser took away when they are read, and brings them back", async () => {
      const device = await bench.device()
      const id = await device.engine.saveFile(textFile("x"))
      await allRemote(device, [id])
      await dropStored(bench.storeId, device.engine.getFile(id)?.contentHash ?? "")
      expect(await (await device.engine.readFile(id)).text()).to.equal("x")
    })
  })

  describe("with listeners and preprocessors of an app", () => {
    it("is not harmed by listeners that throw, and calls the others", async () => {
      const thrown: string[] = []
      const onError = (event: ErrorEvent) => {
        thrown.push(event.message)
        event.preventDefault()
        event.stopImmediatePropagation()
      }
      const { onerror } = window
      window.onerror = null
      window.addEventListener("error", onError, true)
      try {
        const device = await bench.device()
        const bad = () => {
          throw new Error("a listener's own fault")
        }
        const { engine } = device
        for (const listen of [engine.subscribe, engine.onEvent, engine.onProgress]) listen(bad)
        engine.subscribeFile("x", bad)
        let reported = 0
        engine.onEvent(() => reported++)
        const id = await engine.saveFile(textFile("x"))
        engine.subscribeFile(id, bad)
        await allRemote(device, [id])
        expect(reported).to.be.greaterThan(1)
        await device.until("the page reported it", () =>
          thrown.some((message) => message.includes("own fault")),
        )
      } finally {
        window.removeEventListener("error", onError, true)
        window.onerror = onerror
      }
    })

    it("runs the most exact preprocessor before it hashes, and takes over type and metadata", async () => {
      const made = (word: string) => () => ({
        file: new Blob([word], { type: "text/x-made" }),
        metadata: { made: word, both: "preprocessor" },
      })
      const { engine } = await bench.device({
        start: false,
        preprocessors: { "image/png": made("exact"), "image/*": made("family"), "*": made("any") },
      })
      for (const [type, word] of [
        ["image/png", "exact"],
        ["IMAGE/PNG; q=1", "exact"],
        ["image/gif", "family"],
        ["text/plain", "any"],
      ] as const) {
        const id = await engine.saveFile(new File(["raw"], "a", { type }), { metadata: { both: "app" } })
        expect(await (await engine.readFile(id)).text()).to.equal(word)
        expect(engine.getFile(id)).to.include({ mimeType: "text/x-made", name: "a" })
        expect(engine.getFile(id)?.metadata).to.deep.equal({ made: word, both: "app" })
      }
    })

    for (const [what, preprocessor] of [
      [
        "throws",
        () => {
          throw new Error("no")
        },
      ],
      ["gives nothing", () => undefined],
      ["gives text", () => "text"],
      ["gives metadata that is no object", () => ({ file: new Blob(["x"]), metadata: new Date() })],
      ["gives metadata without end", () => ({ file: new Blob(["x"]), metadata: { a: "x".repeat(9_000) } })],
    ] as const) {
      it(`fails with Preprocessor when one ${what}, and works on`, async () => {
        const { engine } = await bench.device({
          start: false,
          preprocessors: { "a/b": preprocessor as never },
        })
        expect(await rejection(engine.saveFile(new Blob(["x"], { type: "a/b" })))).to.include({
          _tag: "InvalidFileError",
          reason: "Preprocessor",
        })
        await engine.saveFile(textFile("after"))
        expect(engine.listFiles()).to.have.length(1)
      })
    }
  })
})
