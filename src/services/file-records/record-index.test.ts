import { expect } from "@esm-bundle/chai"
import type { FileRecord } from "../../types/index.js"
import type { RecordFacts } from "./FileRecords.js"
import { RecordIndex } from "./record-index.js"

const record = (id: string, changes: Partial<FileRecord> = {}): FileRecord => ({
  id,
  name: id,
  mimeType: "text/plain",
  sizeBytes: 1,
  contentHash: `hash of ${id}`,
  path: "p",
  remoteKey: null,
  metadata: null,
  createdAt: new Date(5),
  updatedAt: new Date(5),
  deletedAt: null,
  ...changes,
})
const factsOf = ({ id, contentHash, remoteKey, updatedAt }: FileRecord): RecordFacts => ({
  id,
  contentHash,
  remoteKey,
  updatedAtMs: updatedAt.getTime(),
})

/** A table, an index that has begun with it, and how often rows were read. */
const makeIndex = (records: ReadonlyArray<FileRecord>) => {
  const rows = new Map(records.map((row) => [row.id, row]))
  const reads = { one: 0, every: 0 }
  const index = new RecordIndex({
    one: (id) => {
      reads.one++
      return rows.get(id)
    },
    every: () => {
      reads.every++
      return [...rows.values()]
    },
  })
  index.begin(records.map(factsOf))
  return { rows, reads, index }
}

describe("RecordIndex", () => {
  it("reads a row when somebody asks for its record, and once", () => {
    const { index, reads } = makeIndex([record("a"), record("b")])
    expect(Array.from(index.facts(), ({ id }) => id)).to.deep.equal(["a", "b"])
    expect(reads).to.deep.equal({ one: 0, every: 0 })
    expect(index.get("a")).to.deep.equal(record("a"))
    expect(index.withContent("hash of a")).to.deep.equal([record("a")])
    expect(index.get("nobody")).to.equal(undefined)
    expect(reads).to.deep.equal({ one: 1, every: 0 })
  })

  it("reads all rows at once when many are asked for", () => {
    const records = Array.from({ length: 1_000 }, (_, at) => record(`file-${at}`))
    const { index, reads } = makeIndex(records)
    for (const { id } of records) expect(index.get(id)?.id).to.equal(id)
    expect(reads).to.deep.equal({ one: 100, every: 1 })
    expect([...index.all()]).to.have.length(1_000)
    expect(reads.every).to.equal(1)
  })

  it("still tells a change of a record that was looked up between the change and its telling", () => {
    const { index, rows } = makeIndex([record("a")])
    const changed = record("a", { contentHash: "new", updatedAt: new Date(6) })
    rows.set("a", changed)
    expect(index.get("a")).to.deep.equal(changed)
    expect(index.withContent("hash of a")).to.deep.equal([])
    expect(index.apply(changed)).to.deep.equal({
      fileId: "a",
      before: factsOf(record("a")),
      after: changed,
    })
    expect(index.apply(changed)).to.equal(undefined)
    expect(index.withContent("new")).to.deep.equal([changed])
  })

  it("gives no record whose row has become a tombstone", () => {
    const { index, rows } = makeIndex([record("a")])
    rows.delete("a")
    expect(index.get("a")).to.equal(undefined)
    const change = index.apply(record("a", { deletedAt: new Date(7) }))
    expect(change).to.deep.equal({ fileId: "a", before: factsOf(record("a")), after: undefined })
  })

  it("tells what became of a record by its facts alone", () => {
    const { index, rows } = makeIndex([record("a"), record("b")])
    const uploaded = record("a", { remoteKey: "k" })
    rows.set("a", uploaded)
    expect(index.applyFacts(factsOf(uploaded))?.after).to.deep.equal(uploaded)
    expect(index.applyFacts(factsOf(uploaded))).to.equal(undefined)
    expect(index.retain((id) => id === "a").map(({ fileId }) => fileId)).to.deep.equal(["b"])
  })

  it("knows every record of a content, until the last of them goes", () => {
    const same = (id: string) => record(id, { contentHash: "same" })
    const { index } = makeIndex([same("a"), same("b"), same("c")])
    expect(index.withContent("same").map(({ id }) => id)).to.deep.equal(["a", "b", "c"])
    index.apply({ ...same("b"), deletedAt: new Date(7) })
    expect(index.withContent("same").map(({ id }) => id)).to.deep.equal(["a", "c"])
    index.apply({ ...same("a"), deletedAt: new Date(7) })
    index.apply({ ...same("c"), deletedAt: new Date(7) })
    expect(index.withContent("same")).to.deep.equal([])
  })
})
