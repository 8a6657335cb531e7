import { Events, Schema, State } from "@livestore/livestore"
import type { Statement } from "./file-statements.js"

/**
 * Content that lost its record long before this device received the event: it was offline, or a clock is far behind.
 * On this device its restore period begins when the event was received.
 */
export const localVersionsTable = State.SQLite.table({
  name: "localVersions",
  columns: {
    contentHash: State.SQLite.text({ primaryKey: true }),
    heardAt: State.SQLite.integer({ schema: Schema.DateFromNumber }),
  },
})

/** This device has just received events by which these contents lost their records. */
export const localVersionsHeard = Events.clientOnly({
  name: "v1.LocalVersionsHeard",
  schema: Schema.Struct({ contentHashes: Schema.Array(Schema.String), heardAt: Schema.Date }),
})

/** This device has forgotten the versions that were replaced before that time. */
export const localVersionsPruned = Events.clientOnly({
  name: "v1.LocalVersionsPruned",
  schema: Schema.Struct({ until: Schema.Date }),
})

const writesHeard: ReadonlySet<string> = new Set(["localVersions"])
const writesVersions: ReadonlySet<string> = new Set(["fileVersions"])

/** Records when this device learned that contents lost their records; the first time stays. */
export const hearOfVersions = ({
  contentHashes,
  heardAt,
}: typeof localVersionsHeard.schema.Type): ReadonlyArray<Statement> => [
  {
    sql: `INSERT INTO localVersions (contentHash, heardAt) SELECT value, $heardAt FROM json_each($contentHashes) WHERE true
      ON CONFLICT (contentHash) DO NOTHING`,
    bindValues: { contentHashes: JSON.stringify(contentHashes), heardAt: heardAt.getTime() },
    writeTables: writesHeard,
  },
]

/** Removes versions that cannot be restored any more. */
export const pruneVersions = ({
  until,
}: typeof localVersionsPruned.schema.Type): ReadonlyArray<Statement> => [
  {
    sql: `DELETE FROM fileVersions WHERE supersededAt <= $until
      AND contentHash NOT IN (SELECT contentHash FROM localVersions WHERE heardAt > $until)`,
    bindValues: { until: until.getTime() },
    writeTables: writesVersions,
  },
  {
    sql: "DELETE FROM localVersions WHERE heardAt <= $until",
    bindValues: { until: until.getTime() },
    writeTables: writesHeard,
  },
]
