import { expect } from "@esm-bundle/chai"
import type { Store } from "@livestore/livestore"
import { localRow } from "../../../test/support/local-row.js"
import { makeStore, runSql } from "../../../test/support/store.js"
import { files, type fileSyncSchema, localFileState } from "../../schema/index.js"
import { ChangeFeed } from "./change-feed.js"
import type { RecordChange } from "./FileRecords.js"

const { created, updated, uploaded, deleted } = files.events
const time = (milliseconds: number) => new Date(milliseconds)
const file = (id: string, contentHash = `hash of ${id}`) => ({
  id,
  name: id,
  mimeType: "text/plain",
  sizeBytes: 1,
  contentHash,
  path: "p",
  createdAt: time(5),
})
const newContent = (contentHash: string) => ({ contentHash, mimeType: "text/plain", sizeBytes: 1, path: "p" })
const toText = ({ fileId, superseded, after }: RecordChange) =>
  `${fileId}: ${[...superseded, ""].join(" ")}→ ${after?.contentHash ?? "-"} ${after?.remoteKey ?? ""}`.trim()

describe("ChangeFeed", () => {
  let store: Store<typeof fileSyncSchema>
  let queries: string[]
  const makeFeed = (state: "nothing read" | "everything read" = "nothing read") => {
    const feed = new ChangeFeed((sql, bindValues) => {
      queries.push(sql)
      return store.query({ query: sql, bindValues } as never)
    })
    if (state === "everything read") {
      feed.index.all()
      feed.poll()
    }
    return feed
  }
  /** What a rollback and a replay leave behind: these rows, whatever there was before. */
  const rebase = (...statements: ReadonlyArray<string>) => {
    for (const sql of statements) runSql(store as never, sql)
  }

  beforeEach(async () => {
    queries = []
    store = await makeStore()
  })
  afterEach(async () => {
    await store.shutdownPromise()
  })

  it("begins with what is there, without tombstones", () => {
    store.commit(
      created({ files: [file("a"), file("b")] }),
      deleted({ files: [{ id: "b", deletedAt: time(6) }] }),
    )
    const feed = makeFeed()
    expect([...feed.index.all()].map(({ id }) => id)).to.deep.equal(["a"])
    expect(feed.poll()).to.deep.equal([])
  })

  for (const state of ["nothing read", "everything read"] as const) {
    it(`reports each change once, with what the record is and the content it had (${state})`, () => {
      const feed = makeFeed(state)
      store.commit(created({ files: [file("a"), file("b")] }))
      expect(feed.poll().map(toText)).to.deep.equal(["a: → hash of a", "b: → hash of b"])
      store.commit(uploaded({ files: [{ id: "a", contentHash: "hash of a", remoteKey: "k" }] }))
      expect(feed.poll().map(toText)).to.deep.equal(["a: → hash of a k"])
      store.commit(updated({ files: [{ id: "a", ...newContent("new"), updatedAt: time(6) }] }))
      expect(feed.poll().map(toText)).to.deep.equal(["a: hash of a → new"])
      store.commit(deleted({ files: [{ id: "a", deletedAt: time(7) }] }))
      expect(feed.poll().map(toText)[0]).to.match(/^a: (.* )?new (.* )?→ -$/)
      expect(feed.poll()).to.deep.equal([])
      expect(feed.index.get("a")).to.equal(undefined)
      expect(feed.index.withContent("new")).to.deep.equal([])
    })

    it(`reports what a record that was there before the start had (${state})`, () => {
      store.commit(created({ files: [file("a"), file("b"), file("c")] }))
      const feed = makeFeed(state)
      store.commit(
        updated({ files: [{ id: "a", ...newContent("new"), updatedAt: time(6) }] }),
        deleted({ files: [{ id: "b", deletedAt: time(6) }] }),
        updated({ files: [{ id: "c", name: "another name", updatedAt: time(6) }] }),
      )
      expect(feed.poll().map(toText)).to.deep.equal([
        "a: hash of a → new",
        "b: hash of b → -",
        "c: → hash of c",
      ])
    })
  }

  it("reports no earlier content again with a new name", () => {
    store.commit(created({ files: [file("a")] }))
    store.commit(updated({ files: [{ id: "a", ...newContent("new"), updatedAt: time(6) }] }))
    const feed = makeFeed()
    store.commit(updated({ files: [{ id: "a", name: "another name", updatedAt: time(7) }] }))
    expect(feed.poll().map(toText)).to.deep.equal(["a: → new"])
  })

  it("says nothing of facts that change nothing about a record that was asked for", () => {
    store.commit(created({ files: [file("a")] }))
    const feed = makeFeed()
    feed.index.get("a")
    store.commit(uploaded({ files: [{ id: "a", contentHash: "other", remoteKey: "k" }] }))
    expect(feed.poll()).to.deep.equal([])
  })

  it("asks the same few questions of ten rows and of two thousand", () => {
    for (const count of [10, 2_000]) {
      store.commit(
        ...Array.from({ length: count / 10 }, (_, group) =>
          created({ files: Array.from({ length: 10 }, (__, at) => file(`${count}-${group}-${at}`)) }),
        ),
      )
      const feed = makeFeed()
      queries = []
      store.commit(updated({ files: [{ id: `${count}-0-3`, name: "x", updatedAt: time(9) }] }))
      expect(feed.poll()).to.have.length(1)
      expect(queries).to.have.length(2)
      expect(queries.join(" ")).to.not.include("deletedAt IS NULL")
    }
  })

  describe("after a rebase", () => {
    const files150 = Array.from({ length: 150 }, (_, at) => file(`${at}`))
    const sorted = (changes: ReadonlyArray<RecordChange>) => changes.map(toText).toSorted()

    it("reports what was rolled back and never came again", () => {
      store.commit(created({ files: [file("a"), file("b")] }))
      const feed = makeFeed("everything read")
      rebase("DELETE FROM files WHERE id = 'b'")
      expect(sorted(feed.poll())).to.deep.equal(["b: hash of b → -"])
    })

    it("reports a remote row that slipped in before ours", () => {
      store.commit(created({ files: [file("a"), file("mine")] }))
      const feed = makeFeed("everything read")
      rebase(
        "UPDATE files SET revision = 3 WHERE id = 'mine'",
        `INSERT INTO files (id, name, contentHash, createdAt, updatedAt, datedAt, revision)
          SELECT 'theirs', name, 'h9', createdAt, updatedAt, datedAt, 2 FROM files WHERE id = 'a'`,
      )
      expect(sorted(feed.poll())).to.deep.equal(["theirs: → h9"])
    })

    it("reports that our edit of a file came to nothing because it was deleted first", () => {
      store.commit(created({ files: [file("a")] }))
      store.commit(updated({ files: [{ id: "a", name: "mine", updatedAt: time(6) }] }))
      const feed = makeFeed("everything read")
      // Their deletion takes our edit's place; our edit now changes nothing.
      rebase("UPDATE files SET name = 'a', updatedAt = 5, deletedAt = 7, revision = 2 WHERE id = 'a'")
      expect(sorted(feed.poll())).to.deep.equal(["a: hash of a → -"])
    })

    it("reports that our upload came to nothing because they edited the file first", () => {
      store.commit(created({ files: [file("a")] }))
      store.commit(uploaded({ files: [{ id: "a", contentHash: "hash of a", remoteKey: "k" }] }))
      const feed = makeFeed("everything read")
      rebase(
        "UPDATE files SET contentHash = 'theirs', remoteKey = NULL, updatedAt = 6, revision = 2 WHERE id = 'a'",
      )
      expect(sorted(feed.poll())).to.deep.equal(["a: hash of a → theirs"])
    })

    it("reports a change that lies below more rows than are compared", () => {
      store.commit(created({ files: [file("old")] }))
      store.commit(updated({ files: [{ id: "old", name: "mine", updatedAt: time(6) }] }))
      store.commit(created({ files: files150 }))
      const feed = makeFeed("everything read")
      // Their deletion first, then everything of ours again, each a place later.
      rebase(
        "UPDATE files SET revision = revision + 1 WHERE revision > 2",
        "UPDATE files SET name = 'old', updatedAt = 5, deletedAt = 7, revision = 3 WHERE id = 'old'",
      )
      expect(sorted(feed.poll())).to.deep.equal(["old: hash of old → -"])
    })

    it("reports what differs from what was there before, also what is deleted, when nothing had been read", () => {
      store.commit(created({ files: [file("a"), file("mine"), file("gone"), file("unknown")] }))
      store.commit(
        localFileState.events.set({ files: ["a", "gone"].map((id) => localRow(id, `hash of ${id}`)) }),
        deleted({ files: [{ id: "unknown", deletedAt: time(6) }] }),
      )
      const feed = makeFeed()
      // Looked at after the rebase and before it is reported.
      rebase("UPDATE files SET deletedAt = 7, revision = 4 WHERE id = 'gone'")
      rebase("UPDATE files SET contentHash = 'theirs', updatedAt = 6, revision = 5 WHERE id = 'mine'")
      expect(feed.index.get("mine")?.contentHash).to.equal("theirs")
      expect(sorted(feed.poll())).to.deep.equal(["gone: hash of gone → -", "mine: → theirs"])
      expect(feed.poll()).to.deep.equal([])
      rebase("UPDATE files SET contentHash = 'others', updatedAt = 7, revision = 1 WHERE id = 'mine'")
      expect(sorted(feed.poll())).to.deep.equal(["mine: theirs → others"])
    })

    it("reports what differs when all of it was first read between the rebase and its report", () => {
      store.commit(created({ files: [file("a"), file("mine")] }))
      const feed = makeFeed()
      rebase("UPDATE files SET contentHash = 'theirs', updatedAt = 6, revision = 1 WHERE id = 'mine'")
      rebase("UPDATE files SET revision = 2 WHERE id = 'a'")
      expect([...feed.index.all()]).to.have.length(2)
      expect(sorted(feed.poll())).to.deep.equal(["mine: → theirs"])
      expect(feed.index.withContent("theirs").map(({ id }) => id)).to.deep.equal(["mine"])
      expect(feed.poll()).to.deep.equal([])
    })

    const theirs = (id: string, revision: number) =>
      `INSERT INTO files (id, name, mimeType, sizeBytes, contentHash, path, remoteKey, createdAt, updatedAt, datedAt, revision)
        SELECT '${id}', name, mimeType, sizeBytes, 'h-${id}', path, 'k', createdAt, updatedAt, datedAt, ${revision} FROM files LIMIT 1`
    const hundred = (prefix: string) =>
      created({ files: files150.slice(0, 100).map((it) => ({ ...it, id: prefix + it.id })) })

    it("reports theirs when all that is known are our own pending files", () => {
      const feed = makeFeed("everything read")
      store.commit(created({ files: [file("mine")] }))
      expect(feed.poll().map(({ fileId }) => fileId)).to.deep.equal(["mine"])
      rebase(
        "UPDATE files SET revision = 4 WHERE id = 'mine'",
        theirs("t1", 1),
        theirs("t2", 2),
        theirs("t3", 3),
      )
      expect(sorted(feed.poll())).to.deep.equal(["t1: → h-t1 k", "t2: → h-t2 k", "t3: → h-t3 k"])
      expect(feed.index.get("t1")?.contentHash).to.equal("h-t1")
    })

    it("reports theirs that come in one batch before more pending files of ours than are compared", () => {
      store.commit(created({ files: files150.slice(0, 20) }))
      const feed = makeFeed("everything read")
      store.commit(hundred("m"), hundred("n"))
      expect(feed.poll()).to.have.length(200)
      rebase(
        "UPDATE files SET revision = revision + 150 WHERE revision > 20",
        ...files150.map((_, at) => theirs(`t${at}`, 21 + at)),
      )
      expect(feed.poll().map(({ fileId }) => fileId)).to.deep.equal(files150.map((_, at) => `t${at}`))
    })

    it("reports their deletions before as many pending files of ours, and gives no deleted record any more", () => {
      store.commit(created({ files: files150 }))
      const feed = makeFeed("everything read")
      store.commit(hundred("m"), hundred("n"))
      feed.poll()
      rebase(
        "UPDATE files SET revision = revision + 150 WHERE revision > 150",
        ...files150.map(
          ({ id }, at) => `UPDATE files SET deletedAt = 9, revision = ${151 + at} WHERE id = '${id}'`,
        ),
      )
      expect(feed.poll().filter(({ after }) => after === undefined)).to.have.length(150)
      expect(feed.index.get("5")).to.equal(undefined)
    })

    it("reads what moved, however many records there are", () => {
      for (let from = 0; from < 20; from++) store.commit(hundred(`s${from}-`))
      const feed = makeFeed("everything read")
      store.commit(created({ files: [file("mine")] }))
      feed.poll()
      let rows = 0
      const counted = new ChangeFeed((sql, bindValues) => {
        const answer: ReadonlyArray<{ readonly everything?: string }> = store.query({
          query: sql,
          bindValues,
        } as never)
        rows += JSON.parse(answer[0]?.everything ?? "[]").length
        return answer as never
      })
      rows = 0
      rebase("UPDATE files SET revision = revision + 1 WHERE id = 'mine'", theirs("t", 2_001))
      expect(sorted(counted.poll())).to.deep.equal(["t: → h-t k"])
      // The latest, to see that they moved; the remembered, to see how far; and the two that did.
      expect(rows).to.be.at.most(128 + 257 + 2 + 130)
    })

    it("reads the whole table, part by part, where what it remembers does not reach", () => {
      for (let from = 0; from < 25; from++) store.commit(hundred(`s${from}-`))
      const feed = makeFeed("everything read")
      // All that is remembered has moved, and more.
      rebase(
        "UPDATE files SET revision = revision + 1 WHERE revision > 1500",
        "UPDATE files SET deletedAt = 9, revision = 1501 WHERE id = 's0-7'",
      )
      const reported: Array<string> = []
      let parts = 0
      do {
        reported.push(...sorted(feed.poll()))
        parts++
        expect(feed.index.get("s0-7")).to.equal(undefined)
        expect(feed.index.get("s0-8")?.id).to.equal("s0-8")
      } while (feed.isBehind)
      expect(reported).to.deep.equal(["s0-7: hash of 7 → -"])
      // To find out, and then 500 rows at a time.
      expect(parts).to.equal(7)
      expect(feed.index.get("s0-7")).to.equal(undefined)
      expect([...feed.index.all()]).to.have.length(2_499)
    })

    it("goes on reporting changes one by one afterwards", () => {
      store.commit(created({ files: [file("a"), file("b")] }))
      const feed = makeFeed("everything read")
      rebase("DELETE FROM files WHERE id = 'b'")
      feed.poll()
      store.commit(created({ files: [file("c")] }))
      queries = []
      expect(feed.poll().map(toText)).to.deep.equal(["c: → hash of c"])
      expect(queries).to.have.length(2)
    })
  })
})
