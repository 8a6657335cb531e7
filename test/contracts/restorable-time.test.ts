import { expect } from "@esm-bundle/chai"
import { Effect, TestClock } from "effect"
import { Observers } from "../../src/services/notifications/Observers.js"
import { type EngineBench, eventually, pass, withEngine } from "../support/engine-bench.js"

const blob = (text: string): Blob => new Blob([text], { type: "text/plain" })
const days = (count: number) => TestClock.adjust(`${count} days`)

/** A file that was saved as "first" and then changed to "second", and whether the first content is still here. */
const twoVersions = ({ storage, records, local }: EngineBench) =>
  Effect.gen(function* () {
    const id = yield* storage.saveFile(blob("first"))
    const first = records.get(id)?.contentHash ?? ""
    yield* storage.updateFile(id, blob("second"))
    const isHereNow = Effect.zipRight(pass(1), local.fileExists(first))
    const goes = Effect.gen(function* () {
      for (let turn = 0; turn < 50; turn++) if (!(yield* isHereNow)) return
      throw new Error("It never went")
    })
    return { id, first, isHereNow, goes }
  })

describe("the bytes of a version that lost", () => {
  withEngine("are here until their time is over, and are freed by a tab that leads meanwhile", {}, (bench) =>
    Effect.gen(function* () {
      yield* bench.sync.start
      const { id, first, isHereNow, goes } = yield* twoVersions(bench)
      const collected: string[] = []
      const observers = yield* Observers
      observers.onEvent((event) => {
        if (event.type === "collected") collected.push(event.contentHash)
      })
      yield* days(29)
      expect(yield* isHereNow).to.equal(true)
      yield* days(2)
      yield* goes
      expect(collected).to.deep.equal([first])
      const file = yield* bench.storage.readFile(id)
      expect(yield* Effect.promise(() => file.text())).to.equal("second")
    }),
  )

  withEngine("have their whole time here when a clock that is years behind replaced them", {}, (bench) =>
    Effect.gen(function* () {
      const { storage, sync, records, local } = bench
      yield* sync.start
      const id = yield* storage.saveFile(blob("first"))
      yield* eventually("it is remote", () => sync.fileState(id).remote)
      const { contentHash: first = "", name = "", path = "" } = records.get(id) ?? {}
      // Longer than the whole time, and short enough to be played.
      yield* days(45)
      const contentHash = "ab".repeat(32)
      const about = { id, contentHash, name, path, mimeType: "text/plain", sizeBytes: 6 }
      const updatedAt = new Date(0).toISOString()
      yield* records.commitAgain([{ name: "v1.FileUpdated", args: { files: [{ ...about, updatedAt }] } }])
      yield* days(29)
      yield* pass(10)
      expect(yield* local.fileExists(first)).to.equal(true)
      expect(sync.versions(id).map((version) => version.contentHash)).to.deep.equal([first])
      yield* days(2)
      for (let turn = 0; (yield* local.fileExists(first)) && turn < 50; turn++) yield* pass(1)
      expect(yield* local.fileExists(first)).to.equal(false)
      expect(sync.versions(id)).to.deep.equal([])
      // And nothing is left of it that a later start would ask the disk about.
      yield* pass(7 * 3600)
      expect(records.versions(id)).to.deep.equal([])
    }),
  )

  withEngine("are freed at the start when their time was over before", {}, (bench) =>
    Effect.gen(function* () {
      const { isHereNow, goes } = yield* twoVersions(bench)
      yield* days(31)
      expect(yield* isHereNow).to.equal(true)
      yield* bench.sync.start
      yield* goes
    }),
  )

  withEngine(
    "stay as long as the app wants, and longer when another file has them",
    {
      restorableMs: 60_000,
    },
    (bench) =>
      Effect.gen(function* () {
        yield* bench.sync.start
        const other = yield* bench.storage.saveFile(blob("first"))
        const { isHereNow, goes } = yield* twoVersions(bench)
        yield* days(1)
        expect(yield* isHereNow).to.equal(true)
        yield* bench.storage.deleteFile(other)
        // A deleted file can be restored for as long; then it is found by the next look for what is over.
        expect(yield* isHereNow).to.equal(true)
        yield* days(1)
        yield* goes
      }),
  )

  withEngine("stay while a journal still promises them", { restorableMs: 60_000 }, (bench) =>
    Effect.gen(function* () {
      // No tab leads and nothing is uploaded: the first save stays in the journal until the record shows its upload.
      const { id, first, isHereNow } = yield* twoVersions(bench)
      yield* days(1)
      yield* bench.storage.updateFile(id, blob("first"))
      yield* bench.sync.start
      yield* days(1)
      expect(yield* isHereNow).to.equal(true)
      expect(bench.records.get(id)?.contentHash).to.equal(first)
      const file = yield* bench.storage.readFile(id)
      expect(yield* Effect.promise(() => file.text())).to.equal("first")
    }),
  )

  withEngine("of a deleted file are here for 30 days, and restorable", {}, (bench) =>
    Effect.gen(function* () {
      const { storage, sync, records, local } = bench
      yield* sync.start
      const [id = "", kept = ""] = yield* storage.saveFiles([{ file: blob("gone") }, { file: blob("kept") }])
      const { contentHash = "" } = records.get(id) ?? {}
      yield* storage.deleteFile(id)
      yield* storage.deleteFile(kept)
      yield* days(29)
      yield* pass(1)
      yield* storage.restoreFile(kept)
      const file = yield* storage.readFile(kept)
      expect(yield* Effect.promise(() => file.text())).to.equal("kept")
      expect(yield* local.fileExists(contentHash)).to.equal(true)
      yield* days(2)
      for (let turn = 0; (yield* local.fileExists(contentHash)) && turn < 50; turn++) yield* pass(1)
      expect(yield* local.fileExists(contentHash)).to.equal(false)
      expect(sync.fileState(kept).local).to.equal(true)
    }),
  )
})
