import { expect } from "@esm-bundle/chai"
import type { Store } from "@livestore/livestore"
import fc from "fast-check"
import { makeStore, runSql } from "../../../test/support/store.js"
import {
  deleteFile,
  insertFiles,
  markMissing,
  markUploaded,
  type Statement,
  updateFile,
} from "../../schema/file-statements.js"
import type { fileSyncSchema } from "../../schema/index.js"
import { ChangeFeed, type FeedLimits } from "./change-feed.js"
import type { RecordChange } from "./FileRecords.js"

/** One fact of the log, as the materializers get it. */
type Fact = () => ReadonlyArray<Statement>

interface Step {
  readonly who: "us" | "them"
  /** Facts of one commit or of one batch from elsewhere. */
  readonly facts: ReadonlyArray<{ readonly what: number; readonly file: number; readonly content: number }>
  /** Theirs come together with the confirmation of so many of our pending facts. */
  readonly confirmed: number
  readonly look: ReadonlyArray<number>
  /** The feed is asked only after several such changes, as when a transaction ends. */
  readonly isPolled: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom("us" as const, "us" as const, "them" as const),
  facts: fc.array(fc.record({ what: fc.nat(9), file: fc.nat(30), content: fc.nat(6) }), {
    minLength: 1,
    maxLength: 12,
  }),
  confirmed: fc.oneof(fc.constant(0), fc.nat(20)),
  look: fc.array(fc.nat(30), { maxLength: 3 }),
  isPolled: fc.boolean(),
})

const tiny: FeedLimits = { rememberedAtStart: 6, maxRemembered: 12, compared: 5, minProof: 3, maxPerPoll: 4 }

describe("ChangeFeed against a plain model", function () {
  this.timeout(120_000)
  let store: Store<typeof fileSyncSchema>
  beforeEach(async () => {
    store = await makeStore()
  })
  afterEach(() => store.shutdownPromise())

  const query = <Row>(sql: string, bindValues: Record<string, number | string> = {}) =>
    store.query({ query: sql, bindValues } as never) as ReadonlyArray<Row>
  const liveRows = () =>
    new Map(
      query<{ id: string; contentHash: string; remoteKey: string | null; name: string }>(
        "SELECT id, contentHash, remoteKey, name FROM files WHERE deletedAt IS NULL",
      ).map((row) => [row.id, `${row.contentHash} ${row.remoteKey} ${row.name}`]),
    )
  const toText = ({ after }: RecordChange) =>
    after === undefined ? undefined : `${after.contentHash} ${after.remoteKey} ${after.name}`

  /** What LiveStore does: theirs first, ours behind it, from the same beginning. */
  class Log {
    readonly confirmed: Array<Fact> = []
    readonly pending: Array<Fact> = []
    #time = 0

    fact({ what, file, content }: Step["facts"][number], who: string): Fact {
      const at = new Date(++this.#time)
      // Ids are made by the device that creates a record, so no two devices create the same.
      const id = `${who} ${file}`
      const any = `${(what + file) % 3 === 0 ? "them" : "us"} ${file}`
      const contentHash = `content ${content}`
      const about = { contentHash, mimeType: "a/b", sizeBytes: content, path: "p" }
      const facts: ReadonlyArray<Fact> = [
        () =>
          insertFiles(
            [0, 1, 2].map((next) => ({
              ...about,
              id: `${who} ${file + next}`,
              name: id,
              createdAt: at,
            })),
          ),
        () => updateFile({ id: any, ...about, updatedAt: at }),
        () => updateFile({ id: any, name: `name ${this.#time}`, updatedAt: at }),
        () => markUploaded({ id: any, contentHash, remoteKey: `key ${content}` }),
        () => deleteFile({ id: any, deletedAt: at }),
        () => markMissing({ id: any, contentHash, remoteKey: `key ${content}` }),
      ]
      const made = facts[[0, 0, 0, 0, 1, 1, 2, 3, 5, 4][what] ?? 0] as Fact
      // The same statements each time it is replayed.
      const statements = made()
      return () => statements
    }

    add(taken: Step): void {
      const facts = taken.facts.map((each) => this.fact(each, taken.who))
      if (taken.who === "us") {
        this.pending.push(...facts)
        return run(facts)
      }
      this.confirmed.push(...this.pending.splice(0, taken.confirmed), ...facts)
      runSql(store as never, "DELETE FROM files")
      runSql(store as never, "DELETE FROM fileVersions")
      run([...this.confirmed, ...this.pending])
    }
  }
  const run = (facts: ReadonlyArray<Fact>) => {
    for (const fact of facts)
      for (const { sql, bindValues } of fact()) {
        const bound = Object.fromEntries(
          Object.entries(bindValues)
            .filter(([name]) => sql.includes(`$${name}`))
            .map(([name, value]) => [`$${name}`, value]),
        )
        runSql(store as never, sql, bound)
      }
  }

  const check = (
    steps: ReadonlyArray<Step>,
    startAt: number,
    limits: FeedLimits | undefined,
    isWhole: boolean,
  ) => {
    runSql(store as never, "DELETE FROM files")
    runSql(store as never, "DELETE FROM fileVersions")
    const log = new Log()
    for (const taken of steps.slice(0, startAt)) log.add(taken)
    const feed = new ChangeFeed(query, limits)
    if (isWhole) {
      feed.index.all()
      feed.poll()
    }
    const reported = liveRows()
    const tellAll = () => {
      do {
        for (const change of feed.poll()) {
          const before = reported.get(change.fileId)?.split(" null")[0]?.split(" key")[0]
          const now = change.after?.contentHash
          // Content it had, as far as that was reported, is named when it has it no more.
          if (isWhole && before !== undefined && before !== now) expect(change.superseded).to.include(before)
          const text = toText(change)
          if (text === undefined) reported.delete(change.fileId)
          else reported.set(change.fileId, text)
        }
        for (const [id, text] of liveRows()) expect(textOf(feed, id)).to.equal(text)
      } while (feed.isBehind)
    }
    for (const taken of steps.slice(startAt)) {
      log.add(taken)
      for (const file of taken.look) feed.index.get(`them ${file}`)
      if (!taken.isPolled) continue
      tellAll()
      const rows = liveRows()
      expect(Object.fromEntries(reported)).to.deep.equal(Object.fromEntries(rows))
      for (const file of [0, 5, 10, 15])
        for (const who of ["us", "them"]) {
          const id = `${who} ${file}`
          expect(textOf(feed, id)).to.equal(rows.get(id))
        }
      for (let content = 0; content < 7; content++) {
        const having = [...rows].filter(([, text]) => text.startsWith(`content ${content} `))
        expect(
          feed.index
            .withContent(`content ${content}`)
            .map(({ id }) => id)
            .toSorted(),
        ).to.deep.equal(having.map(([id]) => id).toSorted())
      }
    }
  }
  const textOf = (feed: ChangeFeed, id: string) => {
    const after = feed.index.get(id)
    return toText({ fileId: id, after, superseded: [] })
  }

  for (const [name, limits] of [
    ["as shipped", undefined],
    ["that remembers and reads little", tiny],
  ] as const)
    for (const isWhole of [false, true])
      it(`reports every difference, whatever moves (${name}, ${isWhole ? "all read" : "nothing read"})`, () => {
        fc.assert(
          fc.property(fc.array(step, { minLength: 2, maxLength: 14 }), fc.nat(8), (steps, startAt) =>
            check(steps, startAt, limits, isWhole),
          ),
          { numRuns: 150 },
        )
      })

  it("reports a new name of theirs that comes before our own later update", () => {
    const created = { what: 0, file: 0, content: 0 }
    const taken = (who: Step["who"], facts: Step["facts"], confirmed: number, isPolled: boolean): Step => ({
      who,
      facts,
      confirmed,
      look: [],
      isPolled,
    })
    const steps = [
      taken("us", [created], 0, false),
      taken("us", [{ what: 5, file: 2, content: 0 }], 0, false),
      taken("them", [created], 1, false),
      taken("them", [{ what: 6, file: 2, content: 0 }], 0, true),
    ]
    check(steps, 2, undefined, true)
  })
})
