import { Events, Schema, State } from "@livestore/livestore"
import type { Statement } from "./file-statements.js"

/**
 * What this device durably knows about a file: the index of the first reconciliation pass. It may be wrong after a kill
 * or an eviction by the browser; the disk decides.
 */
export const localFileStateTable = State.SQLite.table({
  name: "localFileState",
  columns: {
    fileId: State.SQLite.text({ primaryKey: true }),
    /** Content this device has for the file; empty = none. */
    localHash: State.SQLite.text({ default: "" }),
    /** Content whose transfer stopped for good, with the reason; empty = none. */
    failedHash: State.SQLite.text({ default: "" }),
    failedReason: State.SQLite.text({ default: "" }),
    pinned: State.SQLite.boolean({ default: false }),
    /** Evicted on purpose: downloaded again only on request. */
    evicted: State.SQLite.boolean({ default: false }),
  },
})

/** State of the device, not of a file. */
export const deviceDocument = State.SQLite.clientDocument({
  name: "filesyncDevice",
  schema: Schema.Struct({ paused: Schema.Boolean }),
  default: { id: "device", value: { paused: false } },
})

const LocalFileEntry = Schema.Struct({
  fileId: Schema.String,
  localHash: Schema.String,
  failedHash: Schema.String,
  failedReason: Schema.String,
  pinned: Schema.Boolean,
  evicted: Schema.Boolean,
})

/** One row of the index. */
export type LocalFileEntry = typeof LocalFileEntry.Type

/** Sets rows of the index; one event carries every file that settled since the last. */
export const localFileStateSet = Events.clientOnly({
  name: "v1.LocalFileStateSet",
  schema: Schema.Struct({ files: Schema.Array(LocalFileEntry) }),
})

const writesLocalState: ReadonlySet<string> = new Set(["localFileState"])

const isDefault = (entry: LocalFileEntry): boolean =>
  entry.localHash === "" && entry.failedHash === "" && !entry.pinned && !entry.evicted

/** Upserts rows and deletes those with default values only: two statements for any number of rows. */
export const setLocalFileStates = (entries: ReadonlyArray<LocalFileEntry>): ReadonlyArray<Statement> => {
  const latest = [...new Map(entries.map((entry) => [entry.fileId, entry])).values()]
  const kept = latest.filter((entry) => !isDefault(entry))
  return [
    {
      sql: "DELETE FROM localFileState WHERE fileId IN (SELECT value FROM json_each($fileIds))",
      bindValues: { fileIds: JSON.stringify(latest.filter(isDefault).map(({ fileId }) => fileId)) },
      writeTables: writesLocalState,
    },
    {
      sql: `INSERT INTO localFileState (fileId, localHash, failedHash, failedReason, pinned, evicted)
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
          json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
        FROM json_each($entries) WHERE true
        ON CONFLICT (fileId) DO UPDATE SET localHash = excluded.localHash, failedHash = excluded.failedHash,
          failedReason = excluded.failedReason, pinned = excluded.pinned, evicted = excluded.evicted`,
      bindValues: {
        entries: JSON.stringify(
          kept.map(({ fileId, localHash, failedHash, failedReason, pinned, evicted }) => [
            fileId,
            localHash,
            failedHash,
            failedReason,
            pinned ? 1 : 0,
            evicted ? 1 : 0,
          ]),
        ),
      },
      writeTables: writesLocalState,
    },
  ]
}
