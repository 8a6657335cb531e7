import { makeSchema, State } from "@livestore/livestore"

const notes = State.SQLite.table({
  name: "notes",
  columns: { id: State.SQLite.text({ primaryKey: true }) },
})

export const schema = makeSchema({
  events: {},
  state: State.SQLite.makeState({ tables: { notes }, materializers: {} }),
})
