import { Events, makeSchema, Schema, State } from "@livestore/livestore"

/** A small app of LiveStore's own: notes that are synced, and a mark that stays on the device. */
const tables = {
  notes: State.SQLite.table({
    name: "notes",
    columns: {
      id: State.SQLite.text({ primaryKey: true }),
      count: State.SQLite.integer({ default: 0 }),
    },
  }),
  marks: State.SQLite.table({ name: "marks", columns: { id: State.SQLite.text({ primaryKey: true }) } }),
}

export const events = {
  noteAdded: Events.synced({ name: "v1.NoteAdded", schema: Schema.Struct({ id: Schema.String }) }),
  marked: Events.clientOnly({ name: "v1.Marked", schema: Schema.Struct({ id: Schema.String }) }),
}

const { notes, marks } = tables

// Not idempotent, as an app's need not be: a note that is materialized twice counts two.
const materializers = State.SQLite.materializers(events, {
  "v1.NoteAdded": ({ id }) => ({
    sql: `INSERT INTO notes (id, count) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET count = count + 1`,
    bindValues: [id],
    writeTables: new Set([notes.sqliteDef.name]),
  }),
  "v1.Marked": ({ id }) => marks.insert({ id }).onConflict("id", "ignore"),
})

export const schema = makeSchema({ events, state: State.SQLite.makeState({ tables, materializers }) })

export const allNotes = notes
