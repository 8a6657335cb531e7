import { expect } from "@esm-bundle/chai"
import { Effect, Either, Fiber } from "effect"
import { LocalFileStorage } from "../../src/services/local-file-storage/LocalFileStorage.js"
import { digestOf, madeBlob, madeBytes } from "../support/made-blobs.js"
import { hints, storageSubjects, storageTests, type Storage } from "../support/storage-subjects.js"

for (const subject of storageSubjects) {
  describe(`LocalFileStorage (${subject.name}), receiving and showing`, () => {
    const { withStorage, unfinished, newStoreId } = storageTests(subject)

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

      withStorage("keeps nothing of a buffer that is filled again after each piece", (storage) =>
        Effect.gen(function* () {
          const hash = yield* Effect.promise(() => contentHash)
          const buffer = new Uint8Array(700_000)
          yield* Effect.scoped(
            Effect.gen(function* () {
              const receiver = yield* storage.receive(hash)
              for (let at = 0; at < whole.byteLength; at += buffer.byteLength) {
                const piece = whole.subarray(at, at + buffer.byteLength)
                buffer.set(piece)
                yield* receiver.write(buffer.subarray(0, piece.byteLength))
                buffer.fill(0)
              }
              yield* receiver.publish
            }),
          )
          expect((yield* storage.readFile(hash)).size).to.equal(whole.byteLength)
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

      if (subject.name === "OPFS") {
        withStorage("fails with Locked while another tab receives the same content", (storage, storeId) =>
          Effect.gen(function* () {
            const hash = yield* Effect.promise(() => contentHash)
            yield* storage.receive(hash)
            const otherTab = Effect.flatMap(LocalFileStorage, (other) => other.receive(hash))
            const error = yield* Effect.flip(Effect.provide(otherTab, subject.layer(storeId)))
            expect(error).to.include({ _tag: "StorageError", reason: "Locked", subject: hash })
          }),
        )
      }
    })

    describe("sweeping unfinished bytes", () => {
      withStorage("keeps those it is asked to keep", (storage, storeId) =>
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
        const storeId = newStoreId()
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
  })
}
