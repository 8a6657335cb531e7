import { Events, makeSchema, Schema, State } from "@livestore/livestore"

const notes = State.SQLite.table({
  name: "notes",
  columns: { id: State.SQLite.text({ primaryKey: true }) },
})

export const events = {
  noteAdded: Events.synced({ name: "v1.NoteAdded", schema: Schema.Struct({ id: Schema.String }) }),
}

/** Set by the worker: called before each event is materialized. */
export const hook = { beforeEvent: (): void => undefined }

const materializers = State.SQLite.materializers(events, {
  "v1.NoteAdded": ({ id }) => {
    hook.beforeEvent()
    return notes.insert({ id }).onConflict("id", "ignore")
  },
})

export const schema = makeSchema({
  events,
  state: State.SQLite.makeState({ tables: { notes }, materializers }),
})
