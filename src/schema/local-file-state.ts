import { Events, Schema, State } from "@livestore/livestore"
import type { Statement } from "./file-statements.js"

/**
 * What this device durably knows about a file: the index of the first reconciliation pass. It may lie after a kill
 * or an eviction by the browser; the disk wins.
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
    /** Freed on purpose: comes back only when somebody asks for it. */
    evicted: State.SQLite.boolean({ default: false }),
  },
})

/** What belongs to the device as a whole. */
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

/** Upserts a row, or removes it when it says nothing any more. */
export const setLocalFileState = (entry: LocalFileEntry): Statement =>
  entry.localHash === "" && entry.failedHash === "" && !entry.pinned && !entry.evicted
    ? {
        sql: "DELETE FROM localFileState WHERE fileId = $fileId",
        bindValues: { fileId: entry.fileId },
        writeTables: writesLocalState,
      }
    : {
        sql: `INSERT INTO localFileState (fileId, localHash, failedHash, failedReason, pinned, evicted)
          VALUES ($fileId, $localHash, $failedHash, $failedReason, $pinned, $evicted)
          ON CONFLICT (fileId) DO UPDATE SET localHash = excluded.localHash, failedHash = excluded.failedHash,
            failedReason = excluded.failedReason, pinned = excluded.pinned, evicted = excluded.evicted`,
        bindValues: { ...entry, pinned: entry.pinned ? 1 : 0, evicted: entry.evicted ? 1 : 0 },
        writeTables: writesLocalState,
      }
