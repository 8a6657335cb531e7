import { expect } from "@esm-bundle/chai"
import { Effect, Fiber, Layer } from "effect"
import { itLive } from "../../test/support/it-effect.js"
import { StorageError } from "../errors/index.js"
import { FileRecords } from "../services/file-records/FileRecords.js"
import { layerRecordLog, makeOwnLog } from "../services/file-records/layer-record-log.js"
import { FileStorage } from "../services/file-storage/FileStorage.js"
import { FileSync } from "../services/file-sync/FileSync.js"
import { SyncExecutor } from "../services/sync-executor/SyncExecutor.js"
import { memoryAdapter } from "../services/remote-file-storage/adapters/memory.js"
import { layerAdapter } from "../services/remote-file-storage/layer-adapter.js"
import { type Acting, actingOnDemand } from "./acting-on-demand.js"
import { loadBeside } from "../utils/load-beside.js"
import { withDefaults } from "./engine-defaults.js"
import { layerInMemory } from "./memory.js"
import { wireEngine } from "./wire-engine.js"

/** An engine whose acting parts are on their way until `arrive` or `fail` is called. */
const makeSlow = () => {
  const way = { asked: 0, arrive: (): void => undefined, fail: (): void => undefined }
  const importIt = () => {
    way.asked++
    return new Promise<Acting>((resolve, reject) => {
      way.arrive = () => void import("./acting.js").then(resolve)
      way.fail = () => reject(new TypeError("Failed to fetch"))
    })
  }
  const engine = Layer.suspend(() =>
    wireEngine(withDefaults("slow", {}), actingOnDemand(loadBeside(importIt))).pipe(
      Layer.provideMerge(
        Layer.mergeAll(
          layerInMemory("slow"),
          layerRecordLog(makeOwnLog(), "slow"),
          layerAdapter(memoryAdapter()),
        ),
      ),
    ),
  )
  return { way, engine }
}

const file = new File(["bytes"], "a.txt", { type: "text/plain" })

describe("an engine whose acting parts load beside the page", () => {
  itLive("asks for them when it is made, and once", () => {
    const { way, engine } = makeSlow()
    return Effect.gen(function* () {
      const { saveFile } = yield* FileStorage
      expect(way.asked).to.equal(1)
      way.arrive()
      yield* saveFile(file)
      yield* saveFile(file)
      expect(way.asked).to.equal(1)
    }).pipe(Effect.provide(engine))
  })

  itLive("keeps a save that comes before them and finishes it when they are there", () => {
    const { way, engine } = makeSlow()
    return Effect.gen(function* () {
      const { saveFile } = yield* FileStorage
      const records = yield* FileRecords
      const saving = yield* Effect.fork(saveFile(file))
      yield* Effect.yieldNow()
      expect([...records.all()]).to.deep.equal([])
      way.arrive()
      const id = yield* Fiber.join(saving)
      expect(records.get(id)?.name).to.equal("a.txt")
    }).pipe(Effect.provide(engine))
  })

  itLive("fails a save that cannot have them, and asks again for the next", () => {
    const { way, engine } = makeSlow()
    return Effect.gen(function* () {
      const { saveFile } = yield* FileStorage
      const early = yield* Effect.fork(Effect.flip(saveFile(file)))
      yield* Effect.yieldNow()
      way.fail()
      const error = yield* Fiber.join(early)
      expect(error).to.be.instanceOf(StorageError)
      expect((error as StorageError).reason).to.equal("Unavailable")
      const later = yield* Effect.fork(saveFile(file))
      yield* Effect.yieldNow()
      expect(way.asked).to.equal(2)
      way.arrive()
      yield* Fiber.join(later)
    }).pipe(Effect.provide(engine))
  })

  itLive("is not idle before them, and uploads once they are there", () => {
    const { way, engine } = makeSlow()
    return Effect.gen(function* () {
      const sync = yield* FileSync
      const { saveFile } = yield* FileStorage
      yield* sync.start
      const saving = yield* Effect.fork(saveFile(file))
      const idle = yield* Effect.fork(sync.awaitIdle)
      yield* Effect.yieldNow()
      expect(sync.status().leader).to.equal(false)
      expect(idle.unsafePoll()).to.equal(null)
      way.arrive()
      const id = yield* Fiber.join(saving)
      yield* Fiber.join(idle)
      yield* sync.awaitIdle
      expect(sync.fileState(id)).to.include({ transfer: "done", remote: true })
      expect(sync.status().leader).to.equal(true)
    }).pipe(Effect.provide(engine))
  })

  itLive("remembers a pause that comes before them", () => {
    const { way, engine } = makeSlow()
    return Effect.gen(function* () {
      const sync = yield* FileSync
      const executor = yield* SyncExecutor
      const { saveFile } = yield* FileStorage
      yield* sync.start
      const pausing = yield* Effect.fork(executor.pause)
      yield* sync.pause
      expect([...executor.all()]).to.deep.equal([])
      expect(executor.isPaused()).to.equal(false)
      way.arrive()
      yield* Fiber.join(pausing)
      const id = yield* saveFile(file)
      expect(executor.isPaused()).to.equal(true)
      expect(sync.fileState(id)).to.include({ transfer: "queued-upload", remote: false })
      yield* sync.resume
      yield* sync.awaitIdle
      expect(sync.fileState(id)).to.include({ transfer: "done", remote: true })
    }).pipe(Effect.provide(engine))
  })

  itLive("fails to verify without them, says so, and verifies once they are there", () => {
    const { way, engine } = makeSlow()
    return Effect.gen(function* () {
      const sync = yield* FileSync
      const early = yield* Effect.fork(Effect.flip(sync.verify))
      yield* Effect.yieldNow()
      way.fail()
      expect(yield* Fiber.join(early)).to.include({ _tag: "StorageError", reason: "Unavailable" })
      const later = yield* Effect.fork(sync.verify)
      yield* Effect.yieldNow()
      way.arrive()
      expect((yield* Fiber.join(later)).checked).to.equal(0)
    }).pipe(Effect.provide(engine))
  })
})
