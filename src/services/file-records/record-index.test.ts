import { expect } from "@esm-bundle/chai"
import type { FileRecord } from "../../types/index.js"
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
  contentMetadata: null,
  lastModified: null,
  takenAt: null,
  createdAt: new Date(5),
  sequence: 0,
  updatedAt: new Date(5),
  deletedAt: null,
  ...changes,
})
const deleted = (it: FileRecord): FileRecord => ({ ...it, deletedAt: new Date(7) })

/** A table, an index over it, how often rows were read, and which of them have changed since the index was last updated. */
const makeIndex = (records: ReadonlyArray<FileRecord>) => {
  const rows = new Map(records.map((row) => [row.id, row]))
  const reads = { id: 0, contentHash: 0, every: 0 }
  const unreported = new Set<string>()
  const toSource = (row: FileRecord) => ({ record: row, isReported: !unreported.has(row.id) })
  const index = new RecordIndex({
    having: (column, value) => {
      reads[column]++
      return [...rows.values()].filter((row) => row[column] === value).map(toSource)
    },
    every: () => {
      reads.every++
      return [...rows.values()].map(toSource)
    },
  })
  const change = (row: FileRecord) => {
    rows.set(row.id, row)
    unreported.add(row.id)
  }
  /** What the feed does with a change. */
  const apply = (row: FileRecord, superseded: ReadonlyArray<string> = []) => {
    unreported.delete(row.id)
    return index.apply(row, superseded)
  }
  return { rows, reads, index, change, apply }
}

const many = Array.from({ length: 1_000 }, (_, at) => record(`file-${at}`))

/** The same index before and after it has read everything. */
const inBothStates = (
  test: (made: ReturnType<typeof makeIndex>, isWhole: boolean) => void,
  records = [record("a")],
) => {
  for (const isWhole of [false, true]) {
    const made = makeIndex(records)
    if (isWhole) made.index.all()
    test(made, isWhole)
  }
}

describe("RecordIndex", () => {
  it("reads nothing until it is asked, and then each row once", () => {
    const { index, reads } = makeIndex([record("a"), record("b")])
    expect(reads).to.deep.equal({ id: 0, contentHash: 0, every: 0 })
    expect(index.get("a")).to.deep.equal(record("a"))
    expect(index.get("a")).to.deep.equal(record("a"))
    expect(index.withContent("hash of b")).to.deep.equal([record("b")])
    expect(index.get("b")).to.deep.equal(record("b"))
    expect(index.get("nobody")).to.equal(undefined)
    expect(reads).to.deep.equal({ id: 2, contentHash: 1, every: 0 })
  })

  it("reads all rows at once when many are asked for, and none after that", () => {
    for (const ask of ["get", "withContent"] as const) {
      const { index, reads } = makeIndex(many)
      for (const { id, contentHash } of many) {
        if (ask === "get") expect(index.get(id)?.id).to.equal(id)
        else expect(index.withContent(contentHash).map((it) => it.id)).to.deep.equal([id])
      }
      expect(reads.id + reads.contentHash).to.equal(100)
      expect([...index.all()]).to.have.length(1_000)
      expect(index.get("nobody")).to.equal(undefined)
      expect(index.withContent("nobody's")).to.deep.equal([])
      expect(reads.id + reads.contentHash).to.equal(100)
      expect(reads.every).to.equal(1)
    }
  })

  it("reports a change of a record that was looked up before it, and none when nothing changed", () => {
    inBothStates(({ index, change, apply }) => {
      index.get("a")
      const changed = record("a", { contentHash: "new", updatedAt: new Date(6) })
      change(changed)
      expect(apply(changed)).to.deep.equal({ fileId: "a", after: changed, superseded: ["hash of a"] })
      expect(apply(changed)).to.equal(undefined)
      expect(index.withContent("new")).to.deep.equal([changed])
      expect(index.withContent("hash of a")).to.deep.equal([])
    })
  })

  it("reports a change of a record that had not been read, with what the table says it had", () => {
    const { index, change, apply } = makeIndex([record("a")])
    const changed = record("a", { contentHash: "new", updatedAt: new Date(6) })
    change(changed)
    expect(apply(changed, ["hash of a"])).to.deep.equal({
      fileId: "a",
      after: changed,
      superseded: ["hash of a"],
    })
    expect(index.get("a")).to.deep.equal(changed)
  })

  it("still reports a change of a record that was looked up between the change and its report", () => {
    const looks: ReadonlyArray<(index: RecordIndex) => unknown> = [
      (index) => index.get("a"),
      (index) => index.withContent("new"),
      (index) => index.all(),
    ]
    for (const look of looks) {
      const { index, change, apply } = makeIndex([record("a")])
      const changed = record("a", { contentHash: "new", updatedAt: new Date(6) })
      change(changed)
      look(index)
      expect(index.get("a")).to.deep.equal(changed)
      expect(apply(changed, ["hash of a"])).to.deep.equal({
        fileId: "a",
        after: changed,
        superseded: ["hash of a"],
      })
      expect(apply(changed)).to.equal(undefined)
      expect(index.withContent("new")).to.deep.equal([changed])
    }
  })

  it("still reports a deletion when everything was read between it and its report", () => {
    const { index, rows, apply } = makeIndex([record("a")])
    rows.delete("a")
    expect([...index.all()]).to.deep.equal([])
    expect(apply(deleted(record("a")))).to.deep.equal({
      fileId: "a",
      after: undefined,
      superseded: ["hash of a"],
    })
  })

  it("gives no record whose row has become a tombstone", () => {
    const { index, rows, apply } = makeIndex([record("a")])
    rows.delete("a")
    expect(index.get("a")).to.equal(undefined)
    expect(apply(deleted(record("a")))).to.deep.equal({
      fileId: "a",
      after: undefined,
      superseded: ["hash of a"],
    })
    expect(index.get("a")).to.equal(undefined)
  })

  it("reports the difference when everything is read again", () => {
    const index = new RecordIndex()
    for (const it of [record("a"), record("b"), record("c")]) index.apply(it)
    const changed = record("a", { contentHash: "new", updatedAt: new Date(6) })
    expect(index.replace([changed, record("c")])).to.deep.equal([
      { fileId: "b", after: undefined, superseded: ["hash of b"] },
      { fileId: "a", after: changed, superseded: ["hash of a"] },
    ])
    expect(index.replace([changed, record("c")])).to.deep.equal([])
    expect(index.withContent("new")).to.deep.equal([changed])
  })

  it("reports the next state of what was read since the last report when that may be newer than the report", () => {
    inBothStates(({ index, rows, apply }, isWhole) => {
      if (isWhole) index.resume(true)
      const theirs = record("a", { contentHash: "theirs", updatedAt: new Date(6) })
      rows.set("a", theirs)
      const looked = index.get("a")
      expect(looked?.contentHash).to.equal(isWhole ? "hash of a" : "theirs")
      index.doubtRecent()
      expect(apply(theirs, ["hash of a"])).to.deep.equal({
        fileId: "a",
        after: theirs,
        superseded: ["hash of a"],
      })
      expect(apply(theirs)).to.equal(undefined)
    })
  })

  it("looks everything up while changes are not applied yet, except what the present report has applied", () => {
    const { index, rows, apply, reads } = makeIndex([record("a"), record("b")])
    index.all()
    index.resume(false)
    const theirs = (id: string) => record(id, { contentHash: `theirs ${id}`, updatedAt: new Date(6) })
    rows.set("a", theirs("a"))
    rows.set("b", theirs("b"))
    index.beginReport()
    expect(apply(theirs("a"))?.after).to.deep.equal(theirs("a"))
    index.suspend()
    const before = reads.id
    expect(index.get("a")).to.deep.equal(theirs("a"))
    expect(reads.id).to.equal(before)
    expect(index.get("b")).to.deep.equal(theirs("b"))
    expect(index.withContent("hash of b")).to.deep.equal([])
    expect(index.withContent("theirs b")).to.deep.equal([theirs("b")])
    expect([...index.all()]).to.deep.equal([theirs("a"), theirs("b")])
    index.beginReport()
    expect(apply(theirs("b"))).to.deep.equal({
      fileId: "b",
      after: theirs("b"),
      superseded: ["hash of b"],
    })
    index.resume(false)
    expect(index.withContent("theirs b")).to.deep.equal([theirs("b")])
  })

  it("says what a record had that is in the table no more", () => {
    const index = new RecordIndex()
    index.apply(record("a"))
    expect(index.drop("a", "hash of a")).to.deep.equal({
      fileId: "a",
      after: undefined,
      superseded: ["hash of a"],
    })
    expect(index.get("a")).to.equal(undefined)
    expect(index.withContent("hash of a")).to.deep.equal([])
  })

  it("knows every record of a content, until the last of them goes", () => {
    const same = (id: string) => record(id, { contentHash: "same" })
    inBothStates(
      ({ index, rows, apply }) => {
        const drop = (id: string) => {
          rows.delete(id)
          apply(deleted(same(id)))
        }
        const ids = () => index.withContent("same").map(({ id }) => id)
        expect(ids()).to.deep.equal(["a", "b", "c"])
        drop("b")
        expect(ids()).to.deep.equal(["a", "c"])
        drop("a")
        drop("c")
        expect(ids()).to.deep.equal([])
      },
      [same("a"), same("b"), same("c")],
    )
  })
})
