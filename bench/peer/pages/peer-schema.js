import { createFileSyncSchema } from "@livestore-filesync/core/schema"
import { makeSchema, State } from "@livestore/livestore"

const { tables, events, createMaterializers } = createFileSyncSchema()
const materializers = State.SQLite.materializers(events, createMaterializers(tables))

export { events, tables }
export const schema = makeSchema({ events, state: State.SQLite.makeState({ tables, materializers }) })
