import { Schema, State } from "@livestore/livestore"

/** App metadata as it is stored and sent: any JSON object. */
export const MetadataSchema = Schema.Record({ key: Schema.String, value: Schema.JsonValue })

/** The synced table of file records; a row with `deletedAt` is a tombstone. */
export const filesTable = State.SQLite.table({
  name: "files",
  columns: {
    id: State.SQLite.text({ primaryKey: true }),
    name: State.SQLite.text({ default: "" }),
    mimeType: State.SQLite.text({ default: "application/octet-stream" }),
    sizeBytes: State.SQLite.integer({ default: 0 }),
    contentHash: State.SQLite.text({ default: "" }),
    path: State.SQLite.text({ default: "" }),
    remoteKey: State.SQLite.text({ nullable: true }),
    metadata: State.SQLite.json({ nullable: true, schema: MetadataSchema }),
    createdAt: State.SQLite.integer({ schema: Schema.DateFromNumber }),
    updatedAt: State.SQLite.integer({ schema: Schema.DateFromNumber }),
    deletedAt: State.SQLite.integer({ nullable: true, schema: Schema.DateFromNumber }),
    /** Grows with every change of any row, so that "what changed since" is an index look-up. */
    revision: State.SQLite.integer({ default: 0 }),
  },
  indexes: [
    { name: "files_revision", columns: ["revision"] },
    { name: "files_content_hash", columns: ["contentHash"] },
    { name: "files_created_at", columns: ["createdAt"] },
  ],
})

/** Content that lost to newer content; its bytes stay restorable for the configured time. */
export const fileVersionsTable = State.SQLite.table({
  name: "fileVersions",
  columns: {
    fileId: State.SQLite.text({}),
    contentHash: State.SQLite.text({}),
    mimeType: State.SQLite.text({}),
    sizeBytes: State.SQLite.integer({}),
    remoteKey: State.SQLite.text({ nullable: true }),
    supersededAt: State.SQLite.integer({ schema: Schema.DateFromNumber }),
  },
  indexes: [
    { name: "file_versions_identity", columns: ["fileId", "contentHash"], isUnique: true },
    { name: "file_versions_content_hash", columns: ["contentHash"] },
  ],
})
