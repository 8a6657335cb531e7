import { expect } from "@esm-bundle/chai"
import { Effect, Fiber } from "effect"
import { nextTask } from "../support/engine-bench.js"
import { changedFile, changesGoUnnoticed, digestOf, madeBlob, vanishedFile } from "../support/made-blobs.js"
import { hints, storageSubjects, storageTests, streamedBytes } from "../support/storage-subjects.js"

for (const subject of storageSubjects) {
  describe(`LocalFileStorage (${subject.name})`, () => {
    const { withStorage, unfinished } = storageTests(subject)

    describe("writing", () => {
      for (const [what, sizeBytes] of [
        ["no bytes", 0],
        ["one byte", 1],
        ["4 MB, the last size that is held whole", 4 * 1024 * 1024],
        ["4 MB and a byte", 4 * 1024 * 1024 + 1],
        ["20 MB", streamedBytes],
      ] as const) {
        withStorage(`stores ${what} under their SHA-256 and gives the same bytes back`, (storage, storeId) =>
          Effect.gen(function* () {
            const blob = madeBlob(sizeBytes)
            const contentHash = yield* Effect.promise(() => digestOf(blob))
            const stored = yield* storage.writeFile(blob)
            expect(stored).to.deep.equal({ contentHash, sizeBytes, existed: false })
            const back = yield* storage.readFile(contentHash)
            expect(back.size).to.equal(sizeBytes)
            expect(yield* Effect.promise(() => digestOf(back))).to.equal(contentHash)
            expect(yield* storage.hashStored(contentHash)).to.equal(contentHash)
            expect(yield* unfinished(storeId)).to.deep.equal([])
          }),
        )
      }

      for (const sizeBytes of [1_000, streamedBytes]) {
        withStorage(`stores ${sizeBytes} bytes once, however often they come`, (storage, storeId) =>
          Effect.gen(function* () {
            const first = yield* storage.writeFile(madeBlob(sizeBytes))
            const second = yield* storage.writeFile(madeBlob(sizeBytes))
            expect(second).to.deep.equal({ ...first, existed: true })
            expect(yield* storage.listFiles).to.deep.equal([first.contentHash])
            expect(yield* unfinished(storeId)).to.deep.equal([])
          }),
        )
      }

      withStorage("stores the same content once when it comes eight times at the same moment", (storage) =>
        Effect.gen(function* () {
          const stored = yield* Effect.forEach(
            Array.from({ length: 8 }, () => madeBlob(50_000)),
            (blob) => storage.writeFile(blob),
            { concurrency: "unbounded" },
          )
          expect(new Set(stored.map(({ contentHash }) => contentHash)).size).to.equal(1)
          const blob = yield* storage.readFile(stored[0]?.contentHash ?? "")
          expect(blob.size).to.equal(50_000)
        }),
      )

      withStorage("reports how far it is, up to the whole", (storage) =>
        Effect.gen(function* () {
          const reported: number[] = []
          yield* storage.writeFile(madeBlob(streamedBytes), (loaded) => reported.push(loaded))
          expect(reported.at(-1)).to.equal(streamedBytes)
          expect(reported).to.deep.equal(reported.toSorted((one, other) => one - other))
        }),
      )

      withStorage("shows nothing of a file until all of it is there", (storage) =>
        Effect.gen(function* () {
          const looks: Array<Promise<ReadonlyArray<string>>> = []
          yield* storage.writeFile(madeBlob(streamedBytes), (loaded) => {
            if (loaded < streamedBytes) looks.push(Effect.runPromise(storage.listFiles))
          })
          for (const seen of yield* Effect.promise(() => Promise.all(looks))) expect(seen).to.deep.equal([])
        }),
      )

      for (const [what, make, unless] of [
        ["has vanished", vanishedFile, undefined],
        ["was changed", changedFile, changesGoUnnoticed],
      ] as const) {
        for (const sizeBytes of [1_000, streamedBytes]) {
          withStorage(
            `fails with Changed when a file of ${sizeBytes} bytes ${what} since it was picked`,
            (storage, storeId) =>
              Effect.gen(function* () {
                const file = yield* Effect.promise(() => make(madeBlob(sizeBytes)))
                const error = yield* Effect.flip(storage.writeFile(file))
                expect(error).to.include({ _tag: "StorageError", reason: "Changed" })
                expect(yield* storage.listFiles).to.deep.equal([])
                expect(yield* unfinished(storeId)).to.deep.equal([])
              }),
            unless,
          )
        }
      }

      withStorage("reports everything new it stored, whenever it is interrupted", (storage) =>
        Effect.gen(function* () {
          const reported: string[] = []
          for (let turns = 0; turns < 40; turns++) {
            const file = madeBlob(5_000, turns + 1)
            const writing = yield* Effect.fork(
              storage.writeFile(file, undefined, (contentHash) => void reported.push(contentHash)),
            )
            // One turn later each time, so that some are stopped early, some late and some not at all.
            for (let turn = 0; turn < turns; turn++) yield* nextTask
            yield* Fiber.interrupt(writing)
          }
          yield* storage.writeFile(
            madeBlob(5_000),
            undefined,
            (contentHash) => void reported.push(contentHash),
          )
          yield* storage.writeFile(madeBlob(5_000), undefined, () => reported.push("not new"))
          expect(yield* storage.listFiles).to.have.members(reported)
        }),
      )

      withStorage("leaves nothing behind when it is interrupted", (storage, storeId) =>
        Effect.gen(function* () {
          const writing = yield* Effect.fork(storage.writeFile(madeBlob(streamedBytes)))
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(writing)
          // Answered after the interrupted request was wound up: the next write of the same bytes is the first.
          const again = yield* storage.writeFile(madeBlob(streamedBytes))
          expect(again.existed).to.equal(false)
          expect(yield* storage.listFiles).to.deep.equal([again.contentHash])
          expect(yield* unfinished(storeId)).to.deep.equal([])
        }),
      )
    })

    describe("looking, listing and deleting", () => {
      withStorage("answers many questions in the order asked", (storage) =>
        Effect.gen(function* () {
          const one = yield* storage.writeFile(madeBlob(10, 1))
          const two = yield* storage.writeFile(madeBlob(10, 2))
          const nobody = "0".repeat(64)
          const asked = [two.contentHash, nobody, one.contentHash]
          expect(yield* storage.filesExist(asked)).to.deep.equal([true, false, true])
          expect(yield* storage.filesExist([])).to.deep.equal([])
          expect(yield* storage.fileExists(one.contentHash)).to.equal(true)
          expect(yield* storage.fileExists(nobody)).to.equal(false)
          expect((yield* storage.listFiles).toSorted()).to.deep.equal(
            [one.contentHash, two.contentHash].toSorted(),
          )
        }),
      )

      withStorage("forgets deleted bytes, and does not mind deleting them twice", (storage) =>
        Effect.gen(function* () {
          const { contentHash } = yield* storage.writeFile(madeBlob(10))
          yield* storage.deleteFile(contentHash)
          yield* storage.deleteFile(contentHash)
          expect(yield* storage.fileExists(contentHash)).to.equal(false)
          expect(yield* storage.listFiles).to.deep.equal([])
          const again = yield* storage.writeFile(madeBlob(10))
          expect(again.existed).to.equal(false)
          expect(yield* storage.fileExists(contentHash)).to.equal(true)
        }),
      )

      withStorage("fails with NotFound for bytes that are not here", (storage) =>
        Effect.gen(function* () {
          const nobody = "a".repeat(64)
          for (const ask of [
            storage.readFile(nobody),
            storage.hashStored(nobody),
            storage.getFileUrl(nobody, hints),
          ]) {
            const error = yield* Effect.flip(ask as Effect.Effect<unknown, unknown>)
            expect(error).to.include({ _tag: "StorageError", reason: "NotFound", subject: nobody })
          }
        }),
      )
    })

    withStorage("says how much space is used", (storage) =>
      Effect.gen(function* () {
        yield* storage.writeFile(madeBlob(1_000_000))
        const { usageBytes } = yield* storage.estimate
        expect(usageBytes).to.be.at.least(1_000_000)
      }),
    )
  })
}
