import { expect } from "@esm-bundle/chai"
import { Bench, rejection, textFile } from "../../test/support/bench.js"
import { digestOf, madeBlob, vanishedFile } from "../../test/support/made-blobs.js"
import { createFileSync } from "./create-file-sync.js"
import type { FileRecord, FileToSave } from "../types/index.js"

describe("createFileSync", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  describe("saving and reading", () => {
    it("keeps bytes, name, type and metadata, here and remotely", async () => {
      const { engine, until } = await bench.device()
      const file = new File(["<svg/>"], "drawing.svg", { type: "image/svg+xml" })
      const id = await engine.saveFile(file, { metadata: { album: "x", deep: [{ a: null }] } })
      const record = engine.getFile(id)
      expect(record).to.include({
        name: "drawing.svg",
        mimeType: "image/svg+xml",
        sizeBytes: 6,
        remoteKey: null,
      })
      expect(record?.metadata).to.deep.equal({ album: "x", deep: [{ a: null }] })
      expect(record?.contentHash).to.equal(await digestOf(file))
      const back = await engine.readFile(id)
      expect(back).to.include({ name: "drawing.svg", type: "image/svg+xml" })
      expect(await back.text()).to.equal("<svg/>")
      await until("it is remote", () => engine.getFileState(id).remote)
      const [stored] = bench.objects.values()
      expect(stored?.type).to.equal("image/svg+xml")
      expect(await stored?.text()).to.equal("<svg/>")
    })

    it("gives an empty file, a plain blob and a file of 20 MB back", async () => {
      const { engine } = await bench.device()
      for (const blob of [new Blob([]), new Blob(["x"]), madeBlob(20 * 1024 * 1024)]) {
        const id = await engine.saveFile(blob)
        expect(engine.getFile(id)).to.include({ name: "untitled", mimeType: "application/octet-stream" })
        expect(await digestOf(await engine.readFile(id))).to.equal(await digestOf(blob))
      }
    })

    it("saves many files in one act, the same one twice included", async () => {
      const { engine } = await bench.device()
      const same = textFile("same")
      const ids = await engine.saveFiles([same, { file: same, name: "b.txt" }, textFile("other")])
      expect(new Set(ids).size).to.equal(3)
      expect(ids.map((id) => engine.getFile(id)?.name)).to.deep.equal(["a.txt", "b.txt", "a.txt"])
      await engine.awaitIdle()
      expect(bench.objects.size).to.equal(2)
    })

    it("saves all of many files or none", async () => {
      const { engine } = await bench.device()
      const error = await rejection(
        engine.saveFiles([textFile("good"), await vanishedFile(new Blob(["x"]), ".txt")]),
      )
      expect(error).to.include({ _tag: "StorageError", reason: "Changed" })
      expect(engine.listFiles()).to.deep.equal([])
      expect((await engine.verify()).orphaned).to.deep.equal([])
    })

    it("gives a file new content under its id and name, with the ending that fits", async () => {
      const { engine, until } = await bench.device()
      const id = await engine.saveFile(textFile("one"), { metadata: { keep: true } })
      await engine.updateFile(id, textFile("two, longer", "b.md", "text/markdown"))
      expect(engine.getFile(id)).to.include({ name: "a.md", mimeType: "text/markdown", sizeBytes: 11 })
      expect(engine.getFile(id)?.metadata).to.deep.equal({ keep: true })
      expect(await (await engine.readFile(id)).text()).to.equal("two, longer")
      await until("it is remote", () => engine.getFileState(id).remote)
    })

    it("gives the app's `commit` the record as it will be, for new files and new content", async () => {
      const { engine } = await bench.device()
      const seen: FileRecord[] = []
      const commit = (record: FileRecord) => {
        seen.push(record)
        return []
      }
      const id = await engine.saveFile(textFile("one"), { metadata: { a: 1 }, commit })
      expect(seen[0]).to.deep.equal(engine.getFile(id))
      await engine.updateFile(id, textFile("two"), { commit })
      const { updatedAt: _, ...given } = seen[1] as FileRecord
      const { updatedAt: __, ...now } = engine.getFile(id) as FileRecord
      expect(given).to.deep.equal(now)
    })

    it("deletes a file for good, and does not mind deleting it twice", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(textFile("x"))
      await engine.deleteFile(id)
      await engine.deleteFile(id)
      expect(engine.getFile(id)).to.equal(undefined)
      expect(await rejection(engine.readFile(id))).to.include({
        _tag: "FileNotFoundError",
        reason: "Deleted",
      })
    })

    for (const name of [
      "../../etc/passwd",
      "a/b\\c",
      "line\r\nbreak.txt",
      "📷🏳️‍🌈.png",
      "\u202egnp.exe",
      "x".repeat(300),
      ".",
      "con",
    ]) {
      it(`keeps the name ${JSON.stringify(name.slice(0, 20))} as it is, and never as a path`, async () => {
        const { engine } = await bench.device()
        const id = await engine.saveFile(new Blob(["x"]), { name })
        expect(engine.getFile(id)?.name).to.equal(name)
        expect((await engine.readFile(id)).name).to.equal(name)
        expect(engine.getFile(id)?.path).to.match(
          /^livestore-filesync-files\/[\w%-]+\/[0-9a-f]{2}\/[0-9a-f]{64}$/,
        )
        await engine.awaitIdle()
        expect([...bench.objects.keys()][0]).to.match(/^[\w%-]+\/[0-9a-f]{64}$/)
      })
    }

    it("leaves a NUL out of a name, where a database would end it", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(new Blob(["x"]), { name: "report\u0000.txt" })
      expect(engine.getFile(id)?.name).to.equal("report.txt")
    })

    it("cuts a very long name, and never through the middle of a character", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(new Blob(["x"]), { name: `${"x".repeat(511)}📷📷` })
      const { name = "" } = engine.getFile(id) ?? {}
      expect(name.length).to.be.within(500, 512)
      expect(name.isWellFormed()).to.equal(true)
      expect(name).to.not.include("\uFFFD")
    })
  })

  describe("bad input", () => {
    const cases: ReadonlyArray<readonly [what: string, file: unknown, options: object, reason: string]> = [
      ["no file", undefined, {}, "NotABlob"],
      ["null", null, {}, "NotABlob"],
      ["a string", "bytes", {}, "NotABlob"],
      ["an object that looks like a file", { name: "a", size: 1, type: "" }, {}, "NotABlob"],
      ["a name that is no text", new Blob(["x"]), { name: 5 }, "InvalidName"],
      ["metadata that is text", new Blob(["x"]), { metadata: "x" }, "InvalidMetadata"],
      ["metadata that is a date", new Blob(["x"]), { metadata: new Date() }, "InvalidMetadata"],
      ["metadata with a bigint", new Blob(["x"]), { metadata: { a: 1n } }, "InvalidMetadata"],
      [
        "metadata that JSON makes nothing of",
        new Blob(["x"]),
        { metadata: { toJSON: () => undefined } },
        "InvalidMetadata",
      ],
      ["metadata of 5,000 bytes", new Blob(["x"]), { metadata: { a: "x".repeat(5_000) } }, "InvalidMetadata"],
      ["a type that is no text", new Blob(["x"]), { mimeType: 5 }, "accepted"],
      [
        "a `commit` that throws",
        new Blob(["x"]),
        {
          commit: () => {
            throw new Error("no")
          },
        },
        "InvalidCommit",
      ],
      ["a `commit` that gives no list", new Blob(["x"]), { commit: () => "events" }, "InvalidCommit"],
      [
        "a `commit` with an unknown event",
        new Blob(["x"]),
        { commit: () => [{ name: "v1.Nothing", args: {} }] },
        "InvalidCommit",
      ],
    ]
    for (const [what, file, options, reason] of cases) {
      it(`answers ${what} with ${reason}, and works on`, async () => {
        const { engine } = await bench.device()
        if (reason === "accepted") {
          const id = await engine.saveFile(file as Blob, options)
          expect(engine.getFile(id)?.mimeType).to.equal("application/octet-stream")
        } else {
          expect(await rejection(engine.saveFile(file as Blob, options))).to.include({
            _tag: "InvalidFileError",
            reason,
          })
          expect(engine.listFiles()).to.deep.equal([])
          const files = [{ file, ...options } as FileToSave]
          if (!("commit" in options)) {
            expect(await rejection(engine.saveFiles(files))).to.include({ _tag: "InvalidFileError", reason })
          }
          expect((await engine.verify()).orphaned).to.deep.equal([])
        }
        const id = await engine.saveFile(textFile("after"))
        expect(await (await engine.readFile(id)).text()).to.equal("after")
      })
    }

    it("answers a folder with Directory, however it was handed over", async () => {
      const { engine } = await bench.device()
      const origin = await navigator.storage.getDirectory()
      // A dropped folder is a File without a type, whose every read fails as if it were not there.
      const dropped = await vanishedFile(new Blob(["x".repeat(4096)]))
      for (const folder of [origin, { isDirectory: true, name: "entry" }, dropped]) {
        const refused = { _tag: "InvalidFileError", reason: "Directory" }
        expect(await rejection(engine.saveFile(folder as Blob))).to.include(refused)
        expect(await rejection(engine.saveFiles([textFile("x"), folder as Blob]))).to.include(refused)
      }
      const id = await engine.saveFile(textFile("kept"))
      expect(await rejection(engine.updateFile(id, dropped))).to.include({ reason: "Directory" })
      expect(await (await engine.readFile(id)).text()).to.equal("kept")
      expect(engine.listFiles()).to.have.length(1)
      expect((await engine.verify()).extra).to.deep.equal([])
    })

    it("answers a file that has gone since it was picked with Changed", async () => {
      const { engine } = await bench.device()
      const gone = await vanishedFile(new Blob(["x"]), ".txt")
      expect(await rejection(engine.saveFile(gone))).to.include({ _tag: "StorageError", reason: "Changed" })
      expect(engine.listFiles()).to.deep.equal([])
    })

    it("answers members of a list that are nothing with NotABlob, and no list at all as well", async () => {
      const { engine } = await bench.device()
      for (const given of [[null], [undefined], ["x"], [textFile("x"), 5], null, 5]) {
        expect(await rejection(engine.saveFiles(given as never))).to.include({ reason: "NotABlob" })
      }
      expect(await engine.saveFiles([])).to.deep.equal([])
      expect(engine.listFiles()).to.deep.equal([])
    })

    it("answers unknown ids with NoRecord, or with nothing where nothing is to be done", async () => {
      const { engine } = await bench.device()
      for (const id of ["nobody", "", "' OR 1=1 --", undefined as unknown as string]) {
        for (const call of [
          engine.readFile(id),
          engine.getFileUrl(id),
          engine.updateFile(id, new Blob([])),
          engine.deleteFile(id),
          engine.pin(id),
          engine.unpin(id),
          engine.evict(id),
        ])
          expect(await rejection(call)).to.include({ _tag: "FileNotFoundError", reason: "NoRecord" })
        await engine.cancel(id)
        await engine.prioritize(id)
        await engine.retry(id)
        expect(engine.getFile(id)).to.equal(undefined)
        expect(engine.getFileState(id)).to.include({ transfer: "none", local: false, remote: false })
      }
      engine.releaseFileUrl("blob:nobody")
      engine.releaseFileUrl(undefined as unknown as string)
    })

    it("refuses a store without file tables, an impossible store id and an impossible budget", async () => {
      const store = await bench.store()
      const make = (options: object) => () => createFileSync({ store, global: false, ...options })
      for (const [options, reason] of [
        [{ store: { storeId: "x", schema: {} } }, "MissingSchema"],
        [{ storeId: "" }, "InvalidOption"],
        [{ storeId: ".." }, "InvalidOption"],
        [{ cache: { maxBytes: Number.NaN } }, "InvalidOption"],
        [{ cache: { maxBytes: -1 } }, "InvalidOption"],
      ] as const)
        expect(make(options)).to.throw().that.includes({ _tag: "ConfigError", reason })
    })
  })
})
