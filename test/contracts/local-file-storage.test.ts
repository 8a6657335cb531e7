import { expect } from "@esm-bundle/chai"
import { Effect, Either, Fiber, Layer, type Scope } from "effect"
import { layerSubtle } from "../../src/services/hash/layer-subtle.js"
import { layerIoWorker } from "../../src/services/local-file-storage/layer-io-worker.js"
import { layerMemory } from "../../src/services/local-file-storage/layer-memory.js"
import { layerOpfs } from "../../src/services/local-file-storage/layer-opfs.js"
import { LocalFileStorage } from "../../src/services/local-file-storage/LocalFileStorage.js"
import { itLive } from "../support/it-effect.js"
import {
  changedFile,
  changesGoUnnoticed,
  digestOf,
  madeBlob,
  madeBytes,
  vanishedFile,
} from "../support/made-blobs.js"
import { startWithoutSyncAccess } from "../support/no-sync-access.js"
import { listFolder, removeStoreFolder } from "../support/opfs.js"
import type { Unless } from "../support/skip-because.js"

const streamedBytes = 20 * 1024 * 1024
const hints = { mimeType: "text/plain", name: "a.txt" }

interface Subject {
  readonly name: string
  readonly layer: (storeId: string) => Layer.Layer<LocalFileStorage>
  /** Entries of the folder for unfinished bytes. */
  readonly unfinished: (storeId: string) => Promise<ReadonlyArray<string>>
}

const subjects: ReadonlyArray<Subject> = [
  {
    name: "OPFS",
    layer: (storeId) =>
      layerOpfs({ storeId, isServed: () => false }).pipe(Layer.provide(layerIoWorker(storeId))),
    unfinished: (storeId) => listFolder(storeId, "tmp"),
  },
  {
    name: "OPFS without synchronous access",
    layer: (storeId) =>
      layerOpfs({ storeId, isServed: () => false }).pipe(
        Layer.provide(layerIoWorker(storeId, startWithoutSyncAccess)),
      ),
    // Chromium lists what open writers keep beside their files until they close.
    unfinished: async (storeId) =>
      (await listFolder(storeId, "tmp")).filter((name) => !name.endsWith(".crswap")),
  },
  {
    name: "memory",
    layer: (storeId) => layerMemory({ storeId }).pipe(Layer.provide(layerSubtle)),
    unfinished: async () => [],
  },
]

for (const subject of subjects) {
  describe(`LocalFileStorage (${subject.name})`, () => {
    const storeIds: string[] = []
    after(async () => {
      await Promise.all(storeIds.map(removeStoreFolder))
    })

    type Storage = LocalFileStorage["Type"]
    const withStorage = <A, E>(
      name: string,
      body: (storage: Storage, storeId: string) => Effect.Effect<A, E, Scope.Scope>,
      unless?: Unless,
    ) =>
      itLive(
        name,
        () => {
          const storeId = `storage ${crypto.randomUUID()}`
          storeIds.push(storeId)
          return Effect.flatMap(LocalFileStorage, (storage) => body(storage, storeId)).pipe(
            Effect.provide(subject.layer(storeId)),
          )
        },
        unless,
      )
    const unfinished = (storeId: string) => Effect.promise(() => subject.unfinished(storeId))

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

      withStorage("tells how far it is, up to the whole", (storage) =>
        Effect.gen(function* () {
          const told: number[] = []
          yield* storage.writeFile(madeBlob(streamedBytes), (loaded) => told.push(loaded))
          expect(told.at(-1)).to.equal(streamedBytes)
          expect(told).to.deep.equal(told.toSorted((one, other) => one - other))
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

    describe("receiving", () => {
      const whole = madeBytes(3_000_000)
      const contentHash = digestOf(new Blob([whole]))
      const receiveAll = (storage: Storage, hash: string, pieces: ReadonlyArray<Uint8Array<ArrayBuffer>>) =>
        Effect.gen(function* () {
          const receiver = yield* storage.receive(hash)
          for (const piece of pieces) yield* receiver.write(piece)
          yield* receiver.publish
        }).pipe(Effect.scoped)

      withStorage("publishes pieces of any size once their hash is right", (storage, storeId) =>
        Effect.gen(function* () {
          const hash = yield* Effect.promise(() => contentHash)
          const cuts = [0, 1, 17, 500_000, 1_500_001, 2_999_999, 3_000_000]
          const pieces = cuts.slice(1).map((end, at) => whole.slice(cuts[at] ?? 0, end))
          yield* receiveAll(storage, hash, pieces)
          expect(
            yield* Effect.promise(async () => digestOf(await Effect.runPromise(storage.readFile(hash)))),
          ).to.equal(hash)
          expect(yield* unfinished(storeId)).to.deep.equal([])
        }),
      )

      withStorage("publishes a content without bytes", (storage) =>
        Effect.gen(function* () {
          const hash = yield* Effect.promise(() => digestOf(new Blob([])))
          yield* receiveAll(storage, hash, [])
          expect((yield* storage.readFile(hash)).size).to.equal(0)
        }),
      )

      withStorage("shows nothing before it publishes, and goes on where an attempt broke off", (storage) =>
        Effect.gen(function* () {
          const hash = yield* Effect.promise(() => contentHash)
          yield* Effect.scoped(
            Effect.gen(function* () {
              const receiver = yield* storage.receive(hash)
              expect(receiver.offset).to.equal(0)
              yield* receiver.write(whole.slice(0, 1_200_000))
              expect(yield* storage.listFiles).to.deep.equal([])
              expect(yield* storage.fileExists(hash)).to.equal(false)
            }),
          )
          expect(yield* storage.fileExists(hash)).to.equal(false)
          yield* Effect.scoped(
            Effect.gen(function* () {
              const receiver = yield* storage.receive(hash)
              expect(receiver.offset).to.equal(1_200_000)
              yield* receiver.write(whole.slice(1_200_000))
              yield* receiver.publish
            }),
          )
          expect(yield* storage.hashStored(hash)).to.equal(hash)
        }),
      )

      withStorage("forgets what came when the remote sends the whole again", (storage) =>
        Effect.gen(function* () {
          const hash = yield* Effect.promise(() => contentHash)
          yield* Effect.scoped(
            Effect.flatMap(storage.receive(hash), (receiver) => receiver.write(madeBytes(1_300_000, 9))),
          )
          yield* Effect.scoped(
            Effect.gen(function* () {
              const receiver = yield* storage.receive(hash)
              expect(receiver.offset).to.equal(1_300_000)
              yield* receiver.restart
              yield* receiver.write(whole.slice())
              yield* receiver.publish
            }),
          )
          expect(yield* storage.hashStored(hash)).to.equal(hash)
        }),
      )

      withStorage(
        "never publishes other bytes than were announced, and keeps none of them",
        (storage, storeId) =>
          Effect.gen(function* () {
            const hash = yield* Effect.promise(() => contentHash)
            const wrong = whole.slice()
            wrong[2_000_000] = (wrong[2_000_000] ?? 0) ^ 1
            const result = yield* Effect.either(receiveAll(storage, hash, [wrong]))
            const error = Either.getOrThrow(Either.flip(result))
            expect(error).to.include({ _tag: "IntegrityError", reason: "HashMismatch", expected: hash })
            expect(yield* storage.fileExists(hash)).to.equal(false)
            expect(yield* unfinished(storeId)).to.deep.equal([])
            const receiver = yield* storage.receive(hash)
            expect(receiver.offset).to.equal(0)
          }),
      )

      withStorage("does not mind that the content came another way meanwhile", (storage) =>
        Effect.gen(function* () {
          const hash = yield* Effect.promise(() => contentHash)
          const receiver = yield* storage.receive(hash)
          yield* receiver.write(whole.slice())
          yield* storage.writeFile(new Blob([whole]))
          yield* receiver.publish
          expect(yield* storage.listFiles).to.deep.equal([hash])
        }),
      )
    })

    describe("sweeping unfinished bytes", () => {
      withStorage("keeps those it is told to keep", (storage, storeId) =>
        Effect.gen(function* () {
          const [kept, other] = ["1".repeat(64), "2".repeat(64)]
          for (const hash of [kept, other]) {
            yield* Effect.scoped(
              Effect.flatMap(storage.receive(hash), (receiver) => receiver.write(madeBytes(100))),
            )
          }
          yield* storage.sweepUnfinished([kept])
          expect((yield* storage.receive(kept)).offset).to.equal(100)
          expect((yield* storage.receive(other)).offset).to.equal(0)
          expect((yield* unfinished(storeId)).length).to.be.at.most(2)
        }),
      )

      withStorage("takes nothing away from files that are just being written", (storage) =>
        Effect.gen(function* () {
          const writing = yield* Effect.fork(
            Effect.forEach(
              Array.from({ length: 60 }, (_, seed) => madeBlob(2_000, seed + 1)),
              (blob) => storage.writeFile(blob),
              { concurrency: 4 },
            ),
          )
          const sweeping = yield* Effect.fork(Effect.forever(storage.sweepUnfinished([])))
          expect((yield* Fiber.join(writing)).length).to.equal(60)
          yield* Fiber.interrupt(sweeping)
          expect((yield* storage.listFiles).length).to.equal(60)
        }),
      )
    })

    describe("URLs", () => {
      const fetched = (url: string) =>
        Effect.promise(() =>
          fetch(url).then(
            (answer) => answer.text(),
            () => "revoked",
          ),
        )

      withStorage("counts the users of a URL and revokes it after the last", (storage) =>
        Effect.gen(function* () {
          const { contentHash } = yield* storage.writeFile(new Blob(["hello"]))
          const first = yield* storage.getFileUrl(contentHash, hints)
          const second = yield* storage.getFileUrl(contentHash, hints)
          expect(second).to.equal(first)
          yield* storage.releaseFileUrl(first)
          expect(yield* fetched(second)).to.equal("hello")
          yield* storage.releaseFileUrl(second)
          expect(yield* fetched(second)).to.equal("revoked")
          yield* storage.releaseFileUrl(second)
          yield* storage.releaseFileUrl("blob:nobody")
        }),
      )

      withStorage("gives each type its own URL with that type", (storage) =>
        Effect.gen(function* () {
          const { contentHash } = yield* storage.writeFile(new Blob(["hello"]))
          for (const mimeType of ["image/png", "text/plain"]) {
            const url = yield* storage.getFileUrl(contentHash, { mimeType, name: "x" })
            const answer = yield* Effect.promise(() => fetch(url))
            expect(answer.headers.get("content-type")).to.equal(mimeType)
          }
        }),
      )

      withStorage("gives a URL that works for bytes that went and came back", (storage) =>
        Effect.gen(function* () {
          const { contentHash } = yield* storage.writeFile(new Blob(["hello"]))
          const before = yield* storage.getFileUrl(contentHash, hints)
          yield* storage.deleteFile(contentHash)
          yield* storage.writeFile(new Blob(["hello"]))
          const now = yield* storage.getFileUrl(contentHash, hints)
          expect(yield* fetched(now)).to.equal("hello")
          yield* storage.releaseFileUrl(before)
          expect(yield* fetched(now)).to.equal("hello")
          yield* storage.releaseFileUrl(now)
          expect(yield* fetched(now)).to.equal("revoked")
        }),
      )

      it("revokes every URL when the storage is closed", async () => {
        const storeId = `storage ${crypto.randomUUID()}`
        storeIds.push(storeId)
        const url = await Effect.runPromise(
          Effect.gen(function* () {
            const storage = yield* LocalFileStorage
            const { contentHash } = yield* storage.writeFile(new Blob(["hello"]))
            return yield* storage.getFileUrl(contentHash, hints)
          }).pipe(Effect.provide(subject.layer(storeId))),
        )
        expect(await Effect.runPromise(fetched(url))).to.equal("revoked")
      })
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
