import { expect } from "@esm-bundle/chai"
import { Effect, TestClock } from "effect"
import { Observers } from "../../src/services/notifications/observers.js"
import { type EngineBench, pass, withEngine } from "../support/engine-bench.js"

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
      // Nobody leads and nothing is uploaded: the first save is in the journal until somebody knows better.
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
})
