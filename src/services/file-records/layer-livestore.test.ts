import { expect } from "@esm-bundle/chai"
import { Events, Schema, State, type Store } from "@livestore/livestore"
import { Effect, type Scope } from "effect"
import { fileEvents } from "../../schema/file-events.js"
import { itLive } from "../../../test/support/it-effect.js"
import { localRow } from "../../../test/support/local-row.js"
import { countEvents, makeStore } from "../../../test/support/store.js"
import { extendSchema } from "../../schema/index.js"
import type { FileMetadata, FileRecord } from "../../types/index.js"
import { FileRecords, type RecordChange } from "./FileRecords.js"
import { contentOf } from "./content-of.js"
import { layerLiveStore } from "./layer-livestore.js"

const notes = State.SQLite.table({
  name: "notes",
  columns: { id: State.SQLite.text({ primaryKey: true }), fileId: State.SQLite.text({ default: "" }) },
})
const noteCreated = Events.synced({
  name: "v1.NoteCreated",
  schema: Schema.Struct({ id: Schema.String, fileId: Schema.String }),
})
const noteTagged = Events.synced({
  name: "v1.NoteTagged",
  schema: Schema.Struct({ tags: Schema.JsonValue }),
})
const appEvents = { noteCreated, noteTagged }
const { schema, events } = extendSchema({
  tables: { notes },
  events: appEvents,
  materializers: State.SQLite.materializers(appEvents, {
    "v1.NoteCreated": ({ id, fileId }) => notes.insert({ id, fileId }).onConflict("id", "ignore"),
    "v1.NoteTagged": () => [],
  }),
})

const record = (id: string, changes: Partial<FileRecord> = {}): FileRecord => ({
  id,
  name: `${id}.txt`,
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

type OurStore = Store<typeof schema>

describe("FileRecords (LiveStore)", () => {
  const withRecords = <A, E>(
    what: string,
    body: (records: FileRecords["Type"], store: OurStore) => Effect.Effect<A, E, Scope.Scope>,
  ) =>
    itLive(what, () =>
      Effect.gen(function* () {
        const store = yield* Effect.acquireRelease(
          Effect.promise(() => makeStore({ schema })),
          (open) => Effect.promise(() => open.shutdownPromise()),
        )
        yield* Effect.flatMap(FileRecords, (records) => body(records, store)).pipe(
          Effect.provide(layerLiveStore(store)),
        )
      }),
    )
  const watched = (records: FileRecords["Type"]) =>
    Effect.gen(function* () {
      const changes: RecordChange[] = []
      yield* records.watch((changed) => void changes.push(...changed))
      return changes
    })
  const isAlive = (store: OurStore): boolean => {
    store.commit(events.noteCreated({ id: "still here", fileId: "" }))
    return store.query(notes.where({ id: "still here" })).length === 1
  }

  withRecords("finds what it created, by id, by content and in lists", (records) =>
    Effect.gen(function* () {
      const changes = yield* watched(records)
      const first = record("a", { metadata: { tags: ["x", null] } })
      yield* records.create([first, record("b", { contentHash: "hash of a" })], [])
      expect(records.get("a")).to.deep.equal(first)
      expect(records.withContent("hash of a").map(({ id }) => id)).to.have.members(["a", "b"])
      expect(records.list().map(({ id }) => id)).to.deep.equal(["a", "b"])
      expect(changes.map(({ fileId }) => fileId)).to.deep.equal(["a", "b"])
      expect(records.get("nobody")).to.equal(undefined)
      expect(records.isDeleted("nobody")).to.equal(false)
    }),
  )

  withRecords("lists by type, order, limit and offset", (records) =>
    Effect.gen(function* () {
      const made = [
        record("a", { name: "Beta", mimeType: "image/png", createdAt: new Date(1) }),
        record("b", { name: "alpha", mimeType: "image/jpeg", createdAt: new Date(2) }),
        record("c", { name: "gamma", mimeType: "imageish/png", createdAt: new Date(3) }),
        record("d", { name: "100%_", mimeType: "text/x_y", createdAt: new Date(4) }),
      ]
      yield* records.create(made, [])
      const ids = (query: Parameters<typeof records.list>[0]) =>
        records
          .list(query)
          .map(({ id }) => id)
          .join("")
      expect(ids({})).to.equal("dcba")
      expect(ids({ order: "oldest" })).to.equal("abcd")
      expect(ids({ order: "name" })).to.equal("dbac")
      expect(ids({ type: "image/*" })).to.equal("ba")
      expect(ids({ type: "image/png" })).to.equal("a")
      expect(ids({ type: "IMAGE/PNG" })).to.equal("a")
      expect(ids({ type: "text/x%y" })).to.equal("")
      expect(ids({ type: "text/xzy" })).to.equal("")
      expect(ids({ type: "' OR 1=1 --" })).to.equal("")
      expect(ids({ type: "*/*" })).to.equal("dcba")
      expect(ids({ limit: 2 })).to.equal("dc")
      expect(ids({ limit: 2, offset: 1 })).to.equal("cb")
      expect(ids({ offset: 3 })).to.equal("a")
      expect(ids({ limit: 0 })).to.equal("")
      expect(ids({ limit: Number.NaN, offset: -3 })).to.equal("dcba")
      expect(ids({ order: "drop table" as never })).to.equal("dcba")
    }),
  )

  withRecords("commits the app's own events together with a file's", (records, store) =>
    Effect.gen(function* () {
      const count = countEvents(store as never)
      let seen: unknown
      store.subscribe(notes, (rows) => {
        seen ??= rows.length === 0 ? undefined : { rows, file: records.get("a")?.id }
      })
      yield* records.create([record("a")], [events.noteCreated({ id: "n", fileId: "a" })])
      expect(seen).to.deep.equal({ rows: [{ id: "n", fileId: "a" }], file: "a" })
      expect(count.names).to.deep.equal(["v1.FileCreated", "v1.NoteCreated"])
    }),
  )

  for (const [what, event] of [
    ["an event with wrong arguments", { name: "v1.NoteCreated", args: { id: 5 } }],
    ["an event without arguments", { name: "v1.NoteCreated" }],
    ["an event that the schema does not have", { name: "v1.Unknown", args: {} }],
    ["an event with a function inside its JSON", { name: "v1.NoteTagged", args: { tags: [() => 1] } }],
    ["no event at all", null],
    ["a function", () => undefined],
  ] as const) {
    withRecords(`refuses ${what}, saves nothing, and the store lives on`, (records, store) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(records.create([record("a")], [event]))
        expect(error).to.include({ _tag: "InvalidFileError", reason: "InvalidCommit" })
        expect(records.get("a")).to.equal(undefined)
        expect(isAlive(store)).to.equal(true)
      }),
    )
  }

  for (const [what, changes] of [
    ["metadata that is no object", { metadata: "text" as unknown as FileMetadata }],
    ["a name that is no text", { name: 5 as unknown as string }],
    ["an invalid date", { createdAt: new Date(Number.NaN) }],
  ] as const) {
    withRecords(`fails on a record with ${what}, and the store lives on`, (records, store) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(records.create([record("a", changes)], []))
        expect(error).to.include({ _tag: "ConfigError", reason: "InvalidOption" })
        expect(isAlive(store)).to.equal(true)
      }),
    )
  }

  withRecords("stores metadata as JSON has it, so that every device sees the same", (records, store) =>
    Effect.gen(function* () {
      const metadata = { when: new Date(0), run: () => 1, list: [undefined], not: Number.NaN }
      yield* records.create([record("a", { metadata: metadata as unknown as FileMetadata })], [])
      const plain = { when: "1970-01-01T00:00:00.000Z", list: [null], not: null }
      expect(records.get("a")?.metadata).to.deep.equal(plain)
      yield* records.update([{ id: "a", metadata: { again: new Date(0) } as unknown as FileMetadata }], [])
      expect(records.get("a")?.metadata).to.deep.equal({ again: plain.when })
      expect(isAlive(store)).to.equal(true)
    }),
  )

  withRecords(
    "marks every record of an uploaded content, and no record that has moved on",
    (records, store) =>
      Effect.gen(function* () {
        yield* records.create([record("a", { contentHash: "h" }), record("b", { contentHash: "h" })], [])
        yield* records.update(
          [{ id: "b", content: contentOf(record("b", { contentHash: "h2", sizeBytes: 2, path: "p2" })) }],
          [],
        )
        const count = countEvents(store as never)
        yield* records.markUploaded([{ contentHash: "h", remoteKey: "k" }])
        expect(records.get("a")?.remoteKey).to.equal("k")
        expect(records.get("b")?.remoteKey).to.equal(null)
        yield* records.markUploaded([{ contentHash: "h", remoteKey: "k" }])
        expect(count.synced).to.equal(1)
      }),
  )

  withRecords("lists the contents whose last version is too old to be restored", (records, store) =>
    Effect.gen(function* () {
      yield* records.create([record("a", { contentHash: "h" }), record("b", { contentHash: "h" })], [])
      const supersede = (id: string, time: number) =>
        store.commit(
          fileEvents.updated({
            files: [
              {
                id,
                contentHash: "h2",
                mimeType: "a/b",
                sizeBytes: 2,
                path: "p",
                updatedAt: new Date(time),
              },
            ],
          }),
        )
      supersede("a", 1_000)
      expect(records.expired(999)).to.deep.equal([])
      expect(records.expired(1_000)).to.deep.equal([{ contentHash: "h", lostAt: 1_000 }])
      supersede("b", 1_005)
      expect(records.expired(1_000)).to.deep.equal([])
      expect(records.isRestorable("h", 1_000)).to.equal(true)
      // Nothing is left of what is pruned, and of the rest everything.
      const count = countEvents(store as never)
      yield* records.pruneVersions(999)
      expect(count.names).to.deep.equal([])
      yield* records.pruneVersions(1_000)
      expect(count).to.include({ synced: 0, clientOnly: 1 })
      expect(["a", "b"].map((id) => records.versions(id).length)).to.deep.equal([0, 1])
    }),
  )

  withRecords(
    "counts the time of old versions and deletions from when this device received them",
    (records) =>
      Effect.gen(function* () {
        const old = new Date(1_000)
        yield* records.create([record("a", { contentHash: "h", createdAt: old })], [])
        yield* records.create([record("b", { contentHash: "h", createdAt: old })], [])
        const { mimeType, sizeBytes, path } = record("a")
        const found = { contentMetadata: null, lastModified: null, takenAt: null }
        yield* records.update(
          [{ id: "a", content: { contentHash: "h2", mimeType, sizeBytes, path, ...found } }],
          [],
        )
        const now = records.versions("a")[0]?.supersededAt.getTime() ?? 0
        yield* records.remove(["b"])
        const heardAt = now + 1_000_000
        yield* records.noteHeard(["h"], heardAt)
        yield* records.noteHeard(["h"], heardAt + 5)
        expect(records.isRestorable("h", heardAt - 1)).to.equal(true)
        expect(records.isRestorable("h", heardAt)).to.equal(false)
        expect(records.versions("a")[0]?.supersededAt.getTime()).to.equal(heardAt)
        expect(records.listDeleted(undefined, heardAt - 1).map(({ id }) => id)).to.deep.equal(["b"])
        expect(records.listDeleted(undefined, heardAt)).to.deep.equal([])
        expect(records.expired(heardAt - 1)).to.deep.equal([])
        yield* records.pruneVersions(heardAt - 1)
        expect(records.versions("a")).to.have.length(1)
        yield* records.pruneVersions(heardAt)
        expect(records.versions("a")).to.deep.equal([])
      }),
  )

  withRecords("puts a hundred files into one event, and a thousand into ten", (records, store) =>
    Effect.gen(function* () {
      const count = countEvents(store as never)
      const many = Array.from({ length: 1_000 }, (_, at) => record(`${at}`))
      yield* records.create(many, [])
      expect(count).to.include({ synced: 10, clientOnly: 0 })
      yield* records.remove(many.map(({ id }) => id))
      expect(count.synced).to.equal(20)
      expect(records.list()).to.deep.equal([])
    }),
  )

  withRecords("remembers a deletion, and what content lost to other content and when", (records) =>
    Effect.gen(function* () {
      yield* records.create([record("a", { contentHash: "h1" })], [])
      const before = Date.now()
      yield* records.update(
        [{ id: "a", content: contentOf(record("b", { contentHash: "h2", sizeBytes: 2, path: "p2" })) }],
        [],
      )
      expect(records.isRestorable("h1", before - 1)).to.equal(true)
      expect(records.isRestorable("h1", Date.now() + 1)).to.equal(false)
      expect(records.isRestorable("h2", 0)).to.equal(false)
      yield* records.remove(["a"])
      expect(records.get("a")).to.equal(undefined)
      expect(records.isDeleted("a")).to.equal(true)
    }),
  )

  withRecords("keeps this device's rows, and drops those that say nothing", (records) =>
    Effect.gen(function* () {
      yield* records.setLocal([localRow("a", "h"), { ...localRow("b", ""), pinned: true }, localRow("c", "")])
      expect(records.loadLocal(["a", "b", "c"])).to.have.deep.members([
        localRow("a", "h"),
        { ...localRow("b", ""), pinned: true },
      ])
      yield* records.setLocal([localRow("a", "")])
      expect(records.loadLocal(["a", "b", "c"]).map(({ fileId }) => fileId)).to.deep.equal(["b"])
    }),
  )

  withRecords("reports a pause and remembers it", (records, store) =>
    Effect.gen(function* () {
      const reported: boolean[] = []
      yield* records.watchPaused((paused) => void reported.push(paused))
      yield* records.setPaused(true)
      expect(records.isPaused()).to.equal(true)
      yield* records.setPaused(false)
      expect(reported).to.deep.equal([true, false])
      yield* records.setPaused(true)
      const later = yield* Effect.provide(FileRecords, layerLiveStore(store))
      expect(later.isPaused()).to.equal(true)
    }),
  )

  itLive("commits nothing by being there", () =>
    Effect.gen(function* () {
      const store = yield* Effect.acquireRelease(
        Effect.promise(() => makeStore({ schema })),
        (open) => Effect.promise(() => open.shutdownPromise()),
      )
      const before = store.syncStatus().localHead
      const records = yield* Effect.provide(FileRecords, layerLiveStore(store))
      expect(records.isPaused()).to.equal(false)
      expect(store.syncStatus().localHead).to.equal(before)
    }),
  )

  withRecords(
    "resolves for all waiting callers once what was committed is stored, with any number of subscribers",
    (records, store) =>
      Effect.gen(function* () {
        store.subscribeSyncStatus(() => undefined)
        for (let round = 0; round < 5; round++) {
          yield* records.create([record(`${round}`)], [])
          yield* Effect.all([records.acknowledged, records.acknowledged, records.acknowledged], {
            concurrency: "unbounded",
          })
          expect(store.syncStatus().isSynced).to.equal(true)
        }
      }),
  )

  it("refuses a store whose schema did not come from extendSchema", async () => {
    const error = await Effect.runPromise(
      Effect.flip(
        Effect.provide(
          FileRecords,
          layerLiveStore({ storeId: "x", schema: { state: { sqlite: { tables: new Map() } } } } as never),
        ),
      ),
    )
    expect(error).to.include({ _tag: "ConfigError", reason: "MissingSchema" })
  })
})
