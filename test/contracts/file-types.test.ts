import { expect } from "@esm-bundle/chai"
import type { Preprocessors } from "../../src/services/file-storage/preprocess.js"
import { Bench, textFile } from "../support/bench.js"

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

describe("what a file is known as", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  const engineWith = async (preprocessors: Preprocessors = {}) =>
    (await bench.device({ pictures: false, preprocessors })).engine
  const seen = (record: { readonly name: string; readonly mimeType: string } | undefined) => [
    record?.name,
    record?.mimeType,
  ]

  it("comes from the name and the bytes where the browser names no type", async () => {
    const engine = await engineWith()
    const typeOf = async (...file: ConstructorParameters<typeof File>) =>
      engine.getFile(await engine.saveFile(new File(...file)))?.mimeType
    expect(await typeOf(["x"], "IMG_2041.HEIC")).to.equal("image/heic")
    expect(await typeOf([png], "scan")).to.equal("image/png")
    expect(await typeOf(["x"], "list.csv", { type: "application/vnd.ms-excel" })).to.equal("text/csv")
    expect(await typeOf(["x"], "what")).to.equal("application/octet-stream")
    const asked = await engine.saveFile(new File(["x"], "a.png"), { mimeType: "text/plain" })
    expect(engine.getFile(asked)?.mimeType).to.equal("text/plain")
    expect(engine.listFiles({ type: "image/*" })).to.have.length(2)
    expect(engine.listFiles({ type: "!image/*" })).to.have.length(3)
    expect(engine.listFiles({ type: "text/*, image/*, !image/heic" })).to.have.length(3)
  })

  it("stays when new bytes fit it, and keeps the record's name", async () => {
    const engine = await engineWith()
    const id = await engine.saveFile(new File(["# a"], "notes.md", { type: "text/markdown" }))
    await engine.updateFile(id, new Blob(["# b"]))
    expect(seen(engine.getFile(id))).to.deep.equal(["notes.md", "text/markdown"])
    await engine.updateFile(id, textFile("c", "picked.txt"))
    expect(seen(engine.getFile(id))).to.deep.equal(["notes.txt", "text/plain"])
    await engine.updateFile(id, textFile("d", "picked.txt"), { name: "given.md" })
    expect(engine.getFile(id)?.name).to.equal("given.md")
    await engine.updateFile(id, new Blob([png]))
    expect(seen(engine.getFile(id))).to.deep.equal(["given.png", "image/png"])
  })

  it("is what a preprocessor makes of it, name included", async () => {
    const jpeg = () => new Blob(["jpeg"], { type: "image/jpeg" })
    const engine = await engineWith({
      " Image/PNG ": jpeg,
      "IMAGE/*": (file) => new File(["webp"], `small-${file.name}`, { type: "image/webp" }),
      "text/*": (file) => file,
    })
    const save = async (name: string, type: string, as?: string) =>
      seen(
        engine.getFile(
          await engine.saveFile(new File([name], name, { type }), as === undefined ? {} : { name: as }),
        ),
      )
    expect(await save("photo.png", "image/png")).to.deep.equal(["photo.jpg", "image/jpeg"])
    expect(await save("photo.png", "image/png", "Harbour")).to.deep.equal(["Harbour", "image/jpeg"])
    expect(await save("a.gif", "image/gif")).to.deep.equal(["small-a.webp", "image/webp"])
    expect(await save("a.gif", "image/gif", "b.gif")).to.deep.equal(["small-b.webp", "image/webp"])
    expect(await save("a.txt", "text/plain", "b")).to.deep.equal(["b", "text/plain"])
  })

  it("forgets what a preprocessor found when the content goes, and not what the app said", async () => {
    const engine = await engineWith({
      "text/plain": async (file) =>
        (await file.text()) === "one" ? { file, metadata: { pages: 3, title: "found" } } : file,
    })
    const id = await engine.saveFile(textFile("one"), { metadata: { title: "mine" } })
    expect(engine.getFile(id)?.metadata).to.deep.equal({ pages: 3, title: "mine" })
    await engine.editFile(id, { metadata: { title: "edited" } })
    expect(engine.getFile(id)?.metadata).to.deep.equal({ pages: 3, title: "edited" })
    const first = engine.getFile(id)?.contentHash ?? ""
    await engine.updateFile(id, textFile("two"))
    expect(engine.getFile(id)?.metadata).to.deep.equal({ title: "edited" })
    await engine.restoreVersion(id, first)
    expect(engine.getFile(id)?.metadata).to.deep.equal({ pages: 3, title: "edited" })
  })
})
