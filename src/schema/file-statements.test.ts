import { expect } from "@esm-bundle/chai"
import type { Store } from "@livestore/livestore"
import { makeStore } from "../../test/support/store.js"
import { files, type fileSyncSchema } from "./index.js"

const { created, updated, uploaded, missing, deleted, restored, erased, contentErased } = files.events
const at = (milliseconds: number) => new Date(milliseconds)
const file = (id: string, contentHash: string) => ({
  id,
  name: `${id}.txt`,
  mimeType: "text/plain",
  sizeBytes: 1,
  contentHash,
  path: `p/${contentHash}`,
  createdAt: at(5),
})
const content = (contentHash: string) => ({
  contentHash,
  mimeType: "image/png",
  sizeBytes: 2,
  path: `p/${contentHash}`,
})

describe("the events of files", () => {
  let store: Store<typeof fileSyncSchema>
  const row = (id = "f") =>
    store.query<ReadonlyArray<Record<string, unknown>>>({
      query: "SELECT * FROM files WHERE id = $id",
      bindValues: { id },
    } as never)[0]
  const versions = () => store.query(files.versions.select("contentHash", "remoteKey", "supersededAt"))
  const erasedContents = () =>
    store.query<ReadonlyArray<Record<string, unknown>>>({
      query: "SELECT * FROM erasedContents ORDER BY contentHash",
      bindValues: {},
    } as never)

  beforeEach(async () => {
    store = await makeStore()
    store.commit(created({ files: [file("f", "h1")] }))
  })
  afterEach(async () => {
    await store.shutdownPromise()
  })

  it("create a record that no device has uploaded", () => {
    expect(row()).to.include({
      contentHash: "h1",
      remoteKey: null,
      createdAt: 5,
      updatedAt: 5,
      deletedAt: null,
    })
  })

  it("keep names and metadata unchanged, many records in one event", () => {
    const names = [`"'\\\n\u2028${String.fromCodePoint(0x1f600)}$[0]`, "", "{}", "ü", "null", "1"]
    const metadata = { "a'b": [1.5, null, true, { '"': "x" }] }
    store.commit(
      created({
        files: names.map((name, place) => ({
          ...file(`n${place}`, "h"),
          name,
          metadata,
          sizeBytes: 2 ** 52 + place,
        })),
      }),
    )
    for (const [place, name] of names.entries()) {
      expect(row(`n${place}`)).to.include({
        name,
        metadata: JSON.stringify(metadata),
        sizeBytes: 2 ** 52 + place,
        createdAt: 5,
        revision: 2 + place,
      })
    }
  })

  it("do not stop at characters that no name should have", () => {
    const names = ["a\u0000b", "\ud800", "\udfff!"]
    store.commit(created({ files: names.map((name, place) => ({ ...file(`o${place}`, "h"), name })) }))
    expect(row("o2")?.["name"]).to.be.a("string")
    expect(row("o1")?.["contentHash"]).to.equal("h")
  })

  it("take the first of two records with one id in one event, and go on behind it", () => {
    store.commit(created({ files: [file("g", "h2"), file("f", "h3"), file("g", "h4"), file("i", "h5")] }))
    expect(row("f")).to.include({ contentHash: "h1" })
    expect(row("g")).to.include({ contentHash: "h2" })
    expect(Number(row("i")?.["revision"])).to.be.greaterThan(Number(row("g")?.["revision"]))
  })

  it("do not change a record that is created a second time", () => {
    store.commit(updated({ files: [{ id: "f", name: "new.txt", updatedAt: at(6) }] }))
    store.commit(created({ files: [{ ...file("f", "h9"), name: "again.txt" }] }))
    expect(row()).to.include({ contentHash: "h1", name: "new.txt" })
  })

  it("note the remote key for the content that was uploaded", () => {
    store.commit(uploaded({ files: [{ id: "f", contentHash: "h1", remoteKey: "k1" }] }))
    expect(row()).to.include({ remoteKey: "k1" })
  })

  it("ignore an upload that finishes after the file was edited", () => {
    store.commit(updated({ files: [{ id: "f", ...content("h2"), updatedAt: at(6) }] }))
    store.commit(uploaded({ files: [{ id: "f", contentHash: "h1", remoteKey: "k1" }] }))
    expect(row()).to.include({ contentHash: "h2", remoteKey: null })
  })

  it("note that earlier content is remote, whether its upload ends before or after the edit", () => {
    store.commit(updated({ files: [{ id: "f", ...content("h2"), updatedAt: at(6) }] }))
    store.commit(uploaded({ files: [{ id: "f", contentHash: "h1", remoteKey: "k1" }] }))
    expect(versions()).to.deep.equal([{ contentHash: "h1", remoteKey: "k1", supersededAt: at(6) }])
    // Again the present content, and superseded before it is uploaded a second time.
    store.commit(updated({ files: [{ id: "f", ...content("h1"), updatedAt: at(7) }] }))
    store.commit(updated({ files: [{ id: "f", ...content("h3"), updatedAt: at(8) }] }))
    expect(versions()).to.deep.include({ contentHash: "h1", remoteKey: "k1", supersededAt: at(8) })
  })

  it("keep a version as young as its content, though the device that edits has a clock that is behind", () => {
    store.commit(updated({ files: [{ id: "f", ...content("h2"), updatedAt: at(1) }] }))
    expect(versions()).to.deep.equal([{ contentHash: "h1", remoteKey: null, supersededAt: at(5) }])
  })

  it("clear the remote key with new content, and keep it with the same content or a new name", () => {
    store.commit(uploaded({ files: [{ id: "f", contentHash: "h1", remoteKey: "k1" }] }))
    store.commit(updated({ files: [{ id: "f", ...content("h1"), updatedAt: at(6) }] }))
    store.commit(
      updated({ files: [{ id: "f", name: "b.txt", metadata: { a: [1, null] }, updatedAt: at(7) }] }),
    )
    expect(row()).to.include({ remoteKey: "k1", name: "b.txt", metadata: '{"a":[1,null]}', updatedAt: 7 })
    expect(versions()).to.deep.equal([])
    store.commit(updated({ files: [{ id: "f", ...content("h2"), updatedAt: at(8) }] }))
    expect(row()).to.include({ remoteKey: null, contentHash: "h2", mimeType: "image/png", sizeBytes: 2 })
  })

  it("keep content that lost, with its key, from the time it lost", () => {
    store.commit(uploaded({ files: [{ id: "f", contentHash: "h1", remoteKey: "k1" }] }))
    store.commit(updated({ files: [{ id: "f", ...content("h2"), updatedAt: at(6) }] }))
    store.commit(updated({ files: [{ id: "f", ...content("h1"), updatedAt: at(7) }] }))
    store.commit(updated({ files: [{ id: "f", ...content("h3"), updatedAt: at(8) }] }))
    expect(versions()).to.have.deep.members([
      { contentHash: "h1", remoteKey: "k1", supersededAt: at(8) },
      { contentHash: "h2", remoteKey: null, supersededAt: at(7) },
    ])
  })

  it("withdraw a key at which a device found nothing, once for each key of each content", () => {
    const key = (remoteKey: string, contentHash = "h1") =>
      uploaded({ files: [{ id: "f", contentHash, remoteKey }] })
    const lost = (remoteKey: string, contentHash = "h1") =>
      missing({ files: [{ id: "f", contentHash, remoteKey }] })
    store.commit(lost("k1"), key("k1"), lost("k2"), lost("k1", "h0"))
    expect(row()).to.include({ remoteKey: "k1", lostKey: null })
    store.commit(lost("k1"))
    expect(row()).to.include({ remoteKey: null, lostKey: "k1" })
    store.commit(key("k1"), lost("k1"), lost("k1"))
    expect(row()).to.include({ remoteKey: "k1", lostKey: "k1" })
    store.commit(key("k2"), lost("k2"))
    expect(row()).to.include({ remoteKey: null, lostKey: "k2" })
    store.commit(updated({ files: [{ id: "f", name: "b.txt", updatedAt: at(6) }] }))
    expect(row()).to.include({ lostKey: "k2" })
    store.commit(updated({ files: [{ id: "f", ...content("h2"), updatedAt: at(7) }] }))
    expect(row()).to.include({ remoteKey: null, lostKey: null })
    store.commit(key("k3", "h2"), lost("k3", "h2"), erased({ files: [{ id: "f", erasedAt: at(8) }] }))
    expect(row()).to.include({ remoteKey: null, lostKey: null })
    expect(erasedContents().find(({ contentHash }) => contentHash === "h2")).to.include({ remoteKey: "k3" })
  })

  it("make a tombstone that stays one, and keeps what comes after beneath it", () => {
    store.commit(deleted({ files: [{ id: "f", deletedAt: at(6) }] }))
    store.commit(
      updated({ files: [{ id: "f", ...content("h2"), name: "back", updatedAt: at(7) }] }),
      deleted({ files: [{ id: "f", deletedAt: at(8) }] }),
      created({ files: [file("f", "h4")] }),
    )
    expect(row()).to.include({ deletedAt: 6, contentHash: "h2", name: "back" })
    expect(versions().map(({ contentHash }) => contentHash)).to.deep.equal(["h1"])
    store.commit(restored({ files: [{ id: "f", restoredAt: at(9) }] }))
    expect(row()).to.include({ deletedAt: null, contentHash: "h2", name: "back", updatedAt: 9 })
  })

  it("let the later of a deletion and a restoration count", () => {
    const deletion = (ms: number) => deleted({ files: [{ id: "f", deletedAt: at(ms) }] })
    const restoration = (ms: number) => restored({ files: [{ id: "f", restoredAt: at(ms) }] })
    // Clocks do not decide: the later event has the earlier time.
    store.commit(deletion(20), restoration(10))
    expect(row()).to.include({ deletedAt: null, updatedAt: 10 })
    store.commit(restoration(30))
    expect(row(), "restoring what is not deleted").to.include({ deletedAt: null, updatedAt: 10 })
    store.commit(deletion(5))
    expect(row()).to.include({ deletedAt: 5 })
    store.commit(restored({ files: [{ id: "nobody", restoredAt: at(9) }] }))
    expect(row("nobody")).to.equal(undefined)
  })

  it("leave nothing of an erased record but its id, and say which contents went", () => {
    const metadata = { secret: "s" }
    store.commit(
      uploaded({ files: [{ id: "f", contentHash: "h1", remoteKey: "k1" }] }),
      updated({
        files: [
          {
            id: "f",
            ...content("h2"),
            metadata,
            contentMetadata: metadata,
            takenAt: at(1),
            updatedAt: at(6),
          },
        ],
      }),
      erased({ files: [{ id: "f", erasedAt: at(7) }] }),
    )
    expect(JSON.stringify(row())).not.to.match(/h1|h2|k1|secret|png|f\.txt/)
    expect(row()).to.include({ deletedAt: 7, erasedAt: 7, contentHash: "", remoteKey: null, takenAt: null })
    expect(versions()).to.deep.equal([])
    expect(erasedContents()).to.deep.equal([
      { contentHash: "h1", remoteKey: "k1", erasedAt: 7, isRemoteErased: 0 },
      { contentHash: "h2", remoteKey: null, erasedAt: 7, isRemoteErased: 0 },
    ])
  })

  it("change nothing about an erased record, whatever comes late, and erase what it brings", () => {
    store.commit(erased({ files: [{ id: "f", erasedAt: at(7) }] }))
    const { revision: _, ...before } = row() ?? {}
    store.commit(
      created({ files: [file("f", "h1")] }),
      updated({ files: [{ id: "f", ...content("h5"), name: "late", updatedAt: at(8) }] }),
      updated({ files: [{ id: "f", name: "late", updatedAt: at(8) }] }),
      uploaded({ files: [{ id: "f", contentHash: "h1", remoteKey: "k1" }] }),
      deleted({ files: [{ id: "f", deletedAt: at(9) }] }),
      restored({ files: [{ id: "f", restoredAt: at(10) }] }),
      erased({ files: [{ id: "f", erasedAt: at(11) }] }),
    )
    const { revision: __, ...after } = row() ?? {}
    expect(after).to.deep.equal(before)
    expect(versions()).to.deep.equal([])
    expect(erasedContents().map(({ contentHash }) => contentHash)).to.deep.equal(["h1", "h5"])
  })

  it("let no record come whose id was erased before", () => {
    store.commit(erased({ files: [{ id: "g", erasedAt: at(7) }] }), created({ files: [file("g", "h9")] }))
    expect(row("g")).to.include({ contentHash: "", erasedAt: 7, deletedAt: 7 })
  })

  it("note that erased content is gone from the remote, until it is erased again", () => {
    const isRemoteErased = () => erasedContents().map((one) => one["isRemoteErased"])
    store.commit(
      erased({ files: [{ id: "f", erasedAt: at(7) }] }),
      contentErased({ contents: [{ contentHash: "h1", erasedAt: at(7) }] }),
    )
    expect(isRemoteErased()).to.deep.equal([1])
    store.commit(
      created({ files: [file("g", "h1")] }),
      erased({ files: [{ id: "g", erasedAt: at(9) }] }),
      contentErased({ contents: [{ contentHash: "h1", erasedAt: at(7) }] }),
    )
    expect(isRemoteErased()).to.deep.equal([0])
  })

  it("keep what was found in content apart, and remove it with its content", () => {
    const found = { pages: 3 }
    store.commit(
      updated({ files: [{ id: "f", metadata: { mine: 1 }, updatedAt: at(6) }] }),
      updated({
        files: [{ id: "f", ...content("h2"), contentMetadata: found, takenAt: at(3), updatedAt: at(7) }],
      }),
      updated({ files: [{ id: "f", name: "b", updatedAt: at(8) }] }),
    )
    expect(row()).to.include({
      metadata: '{"mine":1}',
      contentMetadata: '{"pages":3}',
      takenAt: 3,
      datedAt: 3,
      name: "b",
    })
    store.commit(updated({ files: [{ id: "f", ...content("h3"), lastModified: at(4), updatedAt: at(9) }] }))
    expect(row()).to.include({
      metadata: '{"mine":1}',
      contentMetadata: null,
      takenAt: null,
      lastModified: 4,
      datedAt: 4,
    })
    const kept = store.query(files.versions.select("contentHash", "contentMetadata", "takenAt"))
    expect(kept).to.deep.include({ contentHash: "h2", contentMetadata: found, takenAt: at(3) })
  })

  it("do not mind records that are not there", () => {
    store.commit(
      updated({ files: [{ id: "nobody", ...content("h2"), updatedAt: at(7) }] }),
      uploaded({ files: [{ id: "nobody", contentHash: "h1", remoteKey: "k1" }] }),
      deleted({ files: [{ id: "nobody", deletedAt: at(8) }] }),
      restored({ files: [{ id: "nobody", restoredAt: at(9) }] }),
    )
    expect(row("nobody")).to.equal(undefined)
    store.commit(created({ files: [file("g", "h1")] }))
    expect(row("g")).to.include({ contentHash: "h1" })
  })

  it("change nothing when each of them is applied a second time", () => {
    const events = [
      updated({ files: [{ id: "f", ...content("h2"), updatedAt: at(6) }] }),
      uploaded({ files: [{ id: "f", contentHash: "h2", remoteKey: "k2" }] }),
      updated({ files: [{ id: "f", name: "b", updatedAt: at(7) }] }),
    ]
    for (const event of events) store.commit(event)
    const { revision: _, ...once } = row() ?? {}
    for (const event of events) store.commit(event)
    const { revision: __, ...twice } = row() ?? {}
    expect({ ...twice, updatedAt: 7 }).to.deep.equal({ ...once })
    const all = () => [{ ...row(), revision: 0 }, versions(), erasedContents()]
    for (const event of [
      created({ files: [file("f", "h8")] }),
      missing({ files: [{ id: "f", contentHash: "h2", remoteKey: "k2" }] }),
      deleted({ files: [{ id: "f", deletedAt: at(8) }] }),
      restored({ files: [{ id: "f", restoredAt: at(9) }] }),
      erased({ files: [{ id: "f", erasedAt: at(10) }] }),
    ]) {
      store.commit(event)
      const first = all()
      store.commit(event)
      expect(all(), event.name).to.deep.equal(first)
    }
  })

  it("give a changed row the next revision, one that nothing happened to included", () => {
    store.commit(created({ files: [file("g", "h1")] }))
    const before = Number(row("g")?.["revision"])
    store.commit(deleted({ files: [{ id: "f", deletedAt: at(6) }] }))
    expect(row()?.["revision"]).to.equal(before + 1)
    // A fact that changes nothing here may change something where it was made: its place in the order must show.
    store.commit(updated({ files: [{ id: "f", name: "late", updatedAt: at(7) }] }))
    expect(row()?.["revision"]).to.equal(before + 2)
    store.commit(uploaded({ files: [{ id: "g", contentHash: "other", remoteKey: "k" }] }))
    expect(row("g")?.["revision"]).to.equal(before + 3)
    store.commit(deleted({ files: [{ id: "f", deletedAt: at(9) }] }))
    expect(row()?.["revision"]).to.equal(before + 4)
  })
})
