import { expect } from "@esm-bundle/chai"
import { Effect, TestClock } from "effect"
import { recordOfContent } from "../../src/services/remote-file-storage/record-of-content.js"
import { type EngineBench, eventually, pass, withEngine } from "../support/engine-bench.js"

const text = (body: string): Blob => new Blob([body.padEnd(1_000)], { type: "text/plain" })

/** Files of another device, whose clock is right, that are in the remote. */
const theirs = ({ records, objects }: EngineBench, bodies: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const made = yield* Effect.forEach(bodies, (name) =>
      Effect.promise(async () => {
        const body = text(name)
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await body.arrayBuffer()))
        const contentHash = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")
        objects.set(contentHash, body)
        const at = new Date("2026-03-01")
        const record = recordOfContent(contentHash, null, at)
        return { ...record, id: name, name, path: contentHash, sizeBytes: 1_000, deletedAt: null }
      }),
    )
    yield* records.create(made, [])
    yield* records.markUploaded(made.map(({ contentHash }) => ({ contentHash, remoteKey: contentHash })))
    return made
  })

/** The clock of these tests begins in 1970. */
describe("a device whose clock is years behind", () => {
  withEngine("keeps what was saved last, and evicts what was not used", { maxCacheBytes: 3_000 }, (bench) =>
    Effect.gen(function* () {
      const { storage, sync } = bench
      yield* theirs(bench, ["one", "two", "three"])
      yield* sync.start
      const isHere = (id: string): boolean => sync.fileState(id).local
      yield* eventually("theirs are here", () => ["one", "two", "three"].every(isHere))
      const saved = yield* storage.saveFile(text("saved"))
      const updated = yield* storage.saveFile(text("first"))
      yield* storage.updateFile(updated, text("second"))
      yield* eventually("both are remote", () => [saved, updated].every((id) => sync.fileState(id).remote))
      yield* pass(60)
      expect([saved, updated].map(isHere)).to.deep.equal([true, true])
      expect(["one", "two", "three"].filter(isHere)).to.have.length(1)
    }),
  )

  withEngine("lists its files by its own dates, each drop in its order", {}, (bench) =>
    Effect.gen(function* () {
      const { storage, records } = bench
      yield* theirs(bench, ["theirs"])
      const drop = (...names: ReadonlyArray<string>) =>
        storage.saveFiles(names.map((name) => ({ file: text(name), name })))
      yield* drop("a", "b")
      yield* drop("c")
      yield* TestClock.adjust("1 second")
      yield* drop("d", "e")
      const names = (order: "newest" | "oldest") => records.list({ order }).map(({ name }) => name)
      expect(names("newest")).to.deep.equal(["theirs", "d", "e", "a", "b", "c"])
      expect(names("oldest")).to.deep.equal(["a", "b", "c", "d", "e", "theirs"])
    }),
  )

  withEngine("keeps what it replaces for its whole time, and as a version of the right date", {}, (bench) =>
    Effect.gen(function* () {
      const { storage, sync, local } = bench
      const [{ contentHash } = { contentHash: "" }] = yield* theirs(bench, ["theirs"])
      yield* sync.start
      yield* eventually("it is here", () => sync.fileState("theirs").local)
      yield* storage.updateFile("theirs", text("mine"))
      yield* eventually("it is remote", () => sync.fileState("theirs").remote)
      yield* TestClock.adjust("29 days")
      yield* pass(1)
      const [version] = sync.versions("theirs")
      // A change is later than what it changes, if only by a millisecond.
      const supersededAt = new Date(Date.parse("2026-03-01") + 1)
      expect(version).to.deep.include({ contentHash, supersededAt })
      expect(yield* local.fileExists(contentHash)).to.equal(true)
    }),
  )

  withEngine("deletes what it has restored, later than that", {}, (bench) =>
    Effect.gen(function* () {
      const { storage, records } = bench
      yield* theirs(bench, ["theirs"])
      const position = () => {
        const { updatedAt, deletedAt } = records.find("theirs") ?? {}
        return { updatedAt: updatedAt?.getTime() ?? 0, deletedAt: deletedAt?.getTime() ?? 0 }
      }
      yield* storage.deleteFile("theirs")
      const first = position()
      expect(first.deletedAt).to.be.above(first.updatedAt)
      yield* storage.restoreFile("theirs")
      expect(position().updatedAt).to.be.above(first.deletedAt)
      yield* storage.deleteFile("theirs")
      // Else the restoration would count as newer where LiveStore has lost the second deletion.
      expect(position().deletedAt).to.be.above(position().updatedAt)
    }),
  )
})
