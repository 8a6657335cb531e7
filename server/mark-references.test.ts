import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { type LoggedEvent, markReferences } from "./mark-references.js"
import { toLoggedEvent } from "./sync-events.js"

const dayMs = 24 * 3600 * 1000
const nowMs = 1000 * dayMs

const created = (day: number, id: string, contentHash: string): LoggedEvent =>
  event("v1.FileCreated", day, { id, contentHash })
const updated = (day: number, id: string, contentHash?: string): LoggedEvent =>
  event("v1.FileUpdated", day, contentHash === undefined ? { id, name: "new" } : { id, contentHash })
const uploaded = (day: number, id: string, contentHash: string, remoteKey: string): LoggedEvent =>
  event("v1.FileUploaded", day, { id, contentHash, remoteKey })
const deleted = (day: number, id: string): LoggedEvent => event("v1.FileDeleted", day, { id })
const restored = (day: number, id: string): LoggedEvent => event("v1.FileRestored", day, { id })
const erased = (day: number, id: string): LoggedEvent => event("v1.FileErased", day, { id })
const event = (name: string, day: number, file: object): LoggedEvent => ({
  name,
  args: { files: [file] },
  storedAtMs: day * dayMs,
})

const table: ReadonlyArray<
  readonly [title: string, events: ReadonlyArray<LoggedEvent>, expected: ReadonlyArray<string>]
> = [
  ["a record", [created(1, "a", "h1")], ["h1"]],
  [
    "an object that a device did not find, for it may be there again",
    [
      created(1, "a", "h1"),
      uploaded(2, "a", "h1", "k1"),
      event("v1.FileMissing", 3, { id: "a", contentHash: "h1", remoteKey: "k1" }),
    ],
    ["h1", "k1"],
  ],
  ["a record that was renamed", [created(1, "a", "h1"), updated(2, "a")], ["h1"]],
  [
    "the new content of a record, not the one of long ago",
    [created(1, "a", "h1"), updated(2, "a", "h2")],
    ["h2"],
  ],
  ["content that was replaced lately", [created(1, "a", "h1"), updated(990, "a", "h2")], ["h1", "h2"]],
  ["content that came back", [created(1, "a", "h1"), updated(2, "a", "h2"), updated(3, "a", "h1")], ["h1"]],
  ["nothing of a record deleted long ago", [created(1, "a", "h1"), deleted(2, "a")], []],
  ["a record deleted lately", [created(1, "a", "h1"), deleted(990, "a")], ["h1"]],
  [
    "content that another record shares",
    [created(1, "a", "h1"), created(1, "b", "h1"), deleted(2, "a")],
    ["h1"],
  ],
  [
    "an update that came after the deletion, and what it replaced, for a while",
    [created(1, "a", "h1"), deleted(2, "a"), updated(990, "a", "h2")],
    ["h1", "h2"],
  ],
  [
    "no update of long ago that came after the deletion",
    [created(1, "a", "h1"), deleted(2, "a"), updated(3, "a", "h2")],
    [],
  ],
  [
    "a restored record, with what was changed while it was deleted",
    [created(1, "a", "h1"), deleted(2, "a"), updated(3, "a", "h2"), restored(4, "a")],
    ["h2"],
  ],
  [
    "nothing of a record that was deleted again",
    [created(1, "a", "h1"), deleted(2, "a"), restored(3, "a"), deleted(4, "a")],
    [],
  ],
  [
    "nothing of an erased record, whatever came late",
    [
      created(990, "a", "h1"),
      uploaded(990, "a", "h1", "k/h1"),
      erased(991, "a"),
      updated(992, "a", "h2"),
      uploaded(993, "a", "h1", "k/h1"),
      restored(994, "a"),
    ],
    [],
  ],
  [
    "what a record had first when a second creation of it came",
    [created(1, "a", "h1"), created(2, "a", "h2")],
    ["h1"],
  ],
  [
    "the key that content was uploaded to",
    [created(1, "a", "h1"), uploaded(2, "a", "h1", "k/h1")],
    ["h1", "k/h1"],
  ],
  [
    "every key that content was uploaded to",
    [created(1, "a", "h1"), uploaded(2, "a", "h1", "k/h1"), uploaded(3, "a", "h1", "m/h1")],
    ["h1", "k/h1", "m/h1"],
  ],
  [
    "no key of content of long ago",
    [created(1, "a", "h1"), uploaded(1, "a", "h1", "k/h1"), updated(2, "a", "h2")],
    ["h2"],
  ],
  ["a record whose events came twice", [created(1, "a", "h1"), created(1, "a", "h1")], ["h1"]],
  [
    "many files of one event",
    [
      {
        name: "v1.FileCreated",
        args: {
          files: [
            { id: "a", contentHash: "h1" },
            { id: "b", contentHash: "h2" },
          ],
        },
        storedAtMs: 0,
      },
    ],
    ["h1", "h2"],
  ],
]

describe("markReferences", () => {
  for (const [title, events, expected] of table) {
    it(`keeps ${title}`, async () => {
      const references = await markReferences(events, { nowMs })
      assert.deepEqual([...(references ?? [])].toSorted(), [...expected])
    })
  }

  it("knows nothing about a store without file events", async () => {
    assert.equal(await markReferences([], { nowMs }), undefined)
    const other: LoggedEvent = { name: "v1.TodoCreated", args: {}, storedAtMs: 0 }
    assert.equal(await markReferences([other], { nowMs }), undefined)
  })

  it("refuses to guess what an unknown or broken file event refers to", async () => {
    const broken: ReadonlyArray<LoggedEvent> = [
      event("v2.FileCreated", 1, { id: "a", contentHash: "h" }),
      event("v1.FileMerged", 1, { id: "a" }),
      event("v1.FileCreated", 1, { id: "a" }),
      event("v1.FileCreated", 1, { contentHash: "h" }),
      { name: "v1.FileCreated", args: {}, storedAtMs: 0 },
      { name: "v1.FileUpdated", args: null, storedAtMs: 0 },
    ]
    for (const one of broken) await assert.rejects(markReferences([one], { nowMs }), one.name)
  })
})

describe("an event of LiveStore's log", () => {
  it("counts as new when its age cannot be read, so that what it lost stays", () => {
    const eventEncoded = { name: "v1.FileDeleted", args: { ids: ["a"] } }
    const ageMs = (createdAt: string): number => {
      const metadata = { _tag: "Some", value: { createdAt } } as const
      return Date.now() - toLoggedEvent({ eventEncoded, metadata }).storedAtMs
    }
    assert.ok(ageMs("yesterday, or so") < dayMs)
    assert.ok(ageMs("2020-01-01T00:00:00Z") > dayMs)
  })
})
