import { expect } from "@esm-bundle/chai"
import { Events, Schema, State } from "@livestore/livestore"
import { makeStore } from "../../test/support/store.js"
import { ConfigError } from "../errors/index.js"
import { extendSchema, fileSyncSchema, files, localFileState } from "./index.js"

const notes = State.SQLite.table({
  name: "notes",
  columns: {
    id: State.SQLite.text({ primaryKey: true }),
    title: State.SQLite.text({ default: "" }),
    fileId: State.SQLite.text({ nullable: true }),
  },
})
const noteEvents = {
  noteCreated: Events.synced({
    name: "v1.NoteCreated",
    schema: Schema.Struct({ id: Schema.String, title: Schema.String, fileId: Schema.NullOr(Schema.String) }),
  }),
}
const materializers = State.SQLite.materializers(noteEvents, {
  "v1.NoteCreated": ({ id, title, fileId }) => notes.insert({ id, title, fileId }).onConflict("id", "ignore"),
})
const file = {
  id: "f1",
  name: "a.txt",
  mimeType: "text/plain",
  sizeBytes: 1,
  contentHash: "h1",
  path: "p/h1",
  createdAt: new Date(5),
}

describe("extendSchema", () => {
  it("makes one schema of the app's part and ours, usable in one commit", async () => {
    const { schema, tables, events } = extendSchema({ tables: { notes }, events: noteEvents, materializers })
    const store = await makeStore({ schema })
    store.commit(
      events.fileCreated({ files: [file] }),
      events.noteCreated({ id: "n1", title: "with a file", fileId: "f1" }),
    )
    expect(store.query(tables.notes)).to.deep.equal([{ id: "n1", title: "with a file", fileId: "f1" }])
    expect(store.query(tables.files.select("id", "remoteKey"))).to.deep.equal([{ id: "f1", remoteKey: null }])
    await store.shutdownPromise()
  })

  it("keeps the types of the app's tables and events", () => {
    const { tables, events } = extendSchema({ tables: { notes }, events: noteEvents, materializers })
    const title: string = "title" satisfies (typeof tables.notes.rowSchema.Type)["title"]
    const made = events.noteCreated({ id: "n", title, fileId: null })
    expect(made.name).to.equal("v1.NoteCreated")
    // @ts-expect-error a title is not a number
    events.noteCreated.schema satisfies Schema.Schema<{ id: string; title: number }>
    // @ts-expect-error there is no such table
    expect(tables.nothing).to.equal(undefined)
    // @ts-expect-error there is no such event
    expect(events.nothing).to.equal(undefined)
  })

  it("passes on what LiveStore's own makers take", () => {
    const migrations = { strategy: "manual", migrate: () => Promise.resolve(new Uint8Array()) } as const
    const onUnknown = () => undefined
    const { schema } = extendSchema({
      tables: { notes },
      devtools: { alias: "mail" },
      unknownEventHandling: { strategy: "callback", onUnknownEvent: onUnknown },
      migrations,
    })
    expect(schema.devtools.alias).to.equal("mail")
    expect(schema.unknownEventHandling).to.include({ strategy: "callback", onUnknownEvent: onUnknown })
    expect(schema.state.sqlite.migrations).to.equal(migrations)
  })

  it("takes any of the three parts alone, or none", () => {
    expect(extendSchema().tables.files).to.equal(files.table)
    expect(extendSchema({}).events.localFileStateSet).to.equal(localFileState.events.set)
    expect(extendSchema({ tables: { notes } }).tables.notes).to.equal(notes)
    expect(fileSyncSchema.state.sqlite.tables.has("files")).to.equal(true)
  })

  const clashing = State.SQLite.table({
    name: "files",
    columns: { id: State.SQLite.text({ primaryKey: true }) },
  })
  const clashingEvent = Events.synced({ name: "v1.FileDeleted", schema: Schema.Struct({}) })
  const clashes: ReadonlyArray<readonly [what: string, word: string, make: () => unknown]> = [
    ["a table under one of our keys", '"files"', () => extendSchema({ tables: { files: notes } })],
    ["a table with one of our SQL names", '"files"', () => extendSchema({ tables: { uploads: clashing } })],
    [
      "an event under one of our keys",
      '"fileCreated"',
      () => extendSchema({ events: { fileCreated: noteEvents.noteCreated } }),
    ],
    [
      "an event with one of our names",
      '"v1.FileDeleted"',
      () => extendSchema({ events: { gone: clashingEvent } }),
    ],
  ]
  for (const [what, word, make] of clashes) {
    it(`refuses ${what} and says its name`, () => {
      expect(make)
        .to.throw(ConfigError)
        .that.satisfies(
          (error: ConfigError) => error.reason === "SchemaClash" && error.message.includes(word),
        )
    })
  }
})
