import { expect } from "@esm-bundle/chai"
import { createFileSync } from "../../src/client/create-file-sync.js"
import { getFileSync } from "../../src/client/global-client.js"
import { Bench, rejection, textFile } from "../support/bench.js"
import { madeBlob } from "../support/made-blobs.js"
import { makeStore } from "../support/store.js"

describe("an engine, from start to end", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())
  describe("its life", () => {
    it("saves, lists, reads and deletes before it is started, and transfers afterwards", async () => {
      const { engine, until } = await bench.device({ start: false })
      const id = await engine.saveFile(textFile("early"))
      expect(await (await engine.readFile(id)).text()).to.equal("early")
      expect(engine.getStatus()).to.include({ leader: false, onlyHere: 1 })
      expect(engine.getFileState(id)).to.include({ transfer: "queued-upload", local: true, remote: false })
      const other = await engine.saveFile(textFile("gone"))
      await engine.deleteFile(other)
      await engine.pin(id)
      await engine.start()
      await until("it is remote", () => engine.getFileState(id).remote)
    })

    it("starts and stops as often as one likes", async () => {
      const { engine, until } = await bench.device()
      await Promise.all([engine.start(), engine.start()])
      await Promise.all([engine.stop(), engine.stop()])
      expect(engine.getStatus().leader).to.equal(false)
      const id = await engine.saveFile(textFile("while stopped"))
      expect(bench.objects.size).to.equal(0)
      for (let turn = 0; turn < 5; turn++) {
        await engine.start()
        await engine.stop()
      }
      await engine.start()
      await until("it is remote", () => engine.getFileState(id).remote)
    })

    it("answers every call after `dispose` with Disposed, and keeps the last it knew for readers", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(textFile("x"))
      await Promise.all([engine.dispose(), engine.dispose()])
      for (const call of [
        engine.saveFile(textFile("y")),
        engine.readFile(id),
        engine.start(),
        engine.awaitIdle(),
        engine.verify(),
        engine.cancel(id),
      ])
        expect(await rejection(call)).to.include({ _tag: "ConfigError", reason: "Disposed" })
      expect(engine.getFile(id)).to.equal(undefined)
      expect(engine.listFiles()).to.deep.equal([])
      expect(engine.getStatus()).to.have.property("state")
      expect(engine.getFileState(id)).to.have.property("transfer")
      engine.releaseFileUrl("blob:x")
    })

    it("ends calls that are still waiting when it is disposed", async () => {
      const { engine } = await bench.device({
        remote: { fault: () => new Promise<void>(() => undefined) },
      })
      await engine.saveFile(textFile("x"))
      const waiting = rejection(engine.awaitIdle())
      const saving = engine.saveFile(madeBlob(20 * 1024 * 1024)).then(
        () => "saved",
        (error: { reason: string }) => error.reason,
      )
      await engine.dispose()
      expect(await waiting).to.include({ _tag: "ConfigError", reason: "Disposed" })
      expect(await saving).to.be.oneOf(["saved", "Disposed"])
    })

    it("is the engine that elements find, unless it should not be, until it is disposed", async () => {
      const store = await makeStore()
      const hidden = createFileSync({ store, global: false, fileSystem: "memory" })
      expect(getFileSync()).to.equal(undefined)
      const shown = createFileSync({ store, fileSystem: "memory" })
      expect(getFileSync()).to.equal(shown)
      await shown.dispose()
      expect(getFileSync()).to.equal(undefined)
      await hidden.dispose()
      await store.shutdownPromise()
    })

    it("keeps files on this device when there is no remote", async () => {
      const store = await bench.store()
      const engine = createFileSync({ store, storeId: bench.storeId, global: false, serviceWorker: false })
      await engine.start()
      const id = await engine.saveFile(textFile("x"))
      await engine.awaitIdle()
      expect(engine.getFileState(id)).to.include({ transfer: "none", local: true, remote: false })
      expect(engine.getStatus()).to.include({ state: "idle", queuedUploads: 0 })
      await engine.dispose()
    })
  })
})
