import { expect } from "@esm-bundle/chai"
import { fromLines, JournalState, toLines } from "./journal-state.js"
import type { OutboxEntry, OutboxSave } from "./Outbox.js"

const save = (id: string, contentHash: string): OutboxSave => ({
  type: "save",
  id,
  name: "a\nb.txt",
  mimeType: "text/plain",
  sizeBytes: 3,
  contentHash,
  path: `x/${contentHash}`,
  metadata: null,
  createdAt: 1,
  previousHash: null,
})
const settled = (id: string, contentHash: string): OutboxEntry => ({ type: "settled", id, contentHash })
const multipart = (contentHash: string, uploadId = "u1"): OutboxEntry => ({
  type: "multipart",
  contentHash,
  uploadId,
  partBytes: 5,
})
const idsOf = (state: JournalState) => state.open.map(({ id, contentHash }) => `${id}:${contentHash}`)

describe("JournalState", () => {
  const table: ReadonlyArray<
    readonly [what: string, entries: ReadonlyArray<OutboxEntry>, open: ReadonlyArray<string>]
  > = [
    ["nothing", [], []],
    ["a save", [save("1", "a")], ["1:a"]],
    ["the same save twice", [save("1", "a"), save("1", "a")], ["1:a"]],
    ["a save that is settled", [save("1", "a"), settled("1", "a")], []],
    ["a settlement twice", [save("1", "a"), settled("1", "a"), settled("1", "a")], []],
    ["a settlement of no save", [settled("1", "a")], []],
    [
      "new content of a file whose first content is settled",
      [save("1", "a"), save("1", "b"), settled("1", "a")],
      ["1:b"],
    ],
    ["two files with one content, one settled", [save("1", "a"), save("2", "a"), settled("1", "a")], ["2:a"]],
    [
      "content that went and came back",
      [save("1", "a"), settled("1", "a"), save("1", "b"), save("1", "a")],
      ["1:b", "1:a"],
    ],
  ]
  for (const [what, entries, open] of table) {
    it(`of ${what} keeps ${open.length === 0 ? "nothing" : open.join(" and ")} open`, () => {
      const state = new JournalState().apply(entries)
      expect(idsOf(state)).to.deep.equal(open)
      expect(state.isEmpty).to.equal(open.length === 0)
    })
    it(`of ${what} says the same when it is replayed from its lines, once or twice`, () => {
      const lines = toLines(entries)
      expect(idsOf(new JournalState().apply(fromLines(lines)))).to.deep.equal(open)
      expect(idsOf(new JournalState().apply(fromLines(lines + lines)))).to.have.members(open)
    })
  }

  it("puts a save that comes again last: order says which of two contents of a file is the later", () => {
    const state = new JournalState().apply([save("1", "a"), save("1", "b"), save("1", "a")])
    expect(idsOf(state)).to.deep.equal(["1:b", "1:a"])
  })

  it("counts a save as committed until it is settled or saved again", () => {
    const state = new JournalState().apply([save("1", "a")])
    expect(state.isCommitted(save("1", "a"))).to.equal(false)
    state.commit([save("1", "a")])
    expect(state.isCommitted(save("1", "a"))).to.equal(true)
    state.apply([save("1", "a")])
    expect(state.isCommitted(save("1", "a"))).to.equal(false)
  })

  it("remembers the last multipart upload of a content until that is ended, so that the store is asked to delete its parts", () => {
    const state = new JournalState().apply([save("1", "a"), multipart("a"), multipart("a", "u2")])
    state.apply([settled("1", "a")])
    expect(state.multipart.get("a")?.uploadId).to.equal("u2")
    state.apply([{ type: "multipart-ended", contentHash: "a" }])
    expect(state.multipart.size).to.equal(0)
  })
})

describe("journal lines", () => {
  it("carry names with line breaks, quotes and any script", () => {
    const entries = [{ ...save("1", "a"), name: 'a\r\n"b"\u2028\u202e💾' }]
    expect(fromLines(toLines(entries))).to.deep.equal(entries)
  })

  it("cut off at any byte give every entry that was whole", () => {
    const entries = [save("1", "a"), settled("1", "a"), multipart("b"), save("2", "c")]
    const lines = toLines(entries)
    const ends = entries.map((_, at) => toLines(entries.slice(0, at + 1)).length)
    for (let cut = 0; cut <= lines.length; cut++) {
      // An entry is whole as soon as its last brace is there; the line break only ends it.
      const whole = ends.filter((end) => cut >= end - 1).length
      expect(fromLines(lines.slice(0, cut)), `cut at ${cut}`).to.deep.equal(entries.slice(0, whole))
    }
  })

  it("written after a line that was cut off are read all the same", () => {
    const cutOff = toLines([save("1", "a")]).slice(0, -10)
    expect(fromLines(`${cutOff}\n${toLines([save("2", "b")])}`)).to.deep.equal([save("2", "b")])
  })

  it("that are JSON but no entry are passed over", () => {
    const lines = `null\n5\n"x"\n[]\n{}\n{"type":"save"}\n{"type":"from the future","id":"1","contentHash":"a"}\n`
    expect(fromLines(lines + toLines([save("2", "b")]))).to.deep.equal([save("2", "b")])
  })
})
