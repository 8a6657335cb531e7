import { Schema, State } from "@livestore/livestore"

/** App metadata as it is stored and sent: any JSON object. */
export const MetadataSchema = Schema.Record({ key: Schema.String, value: Schema.JsonValue })

const metadata = () => State.SQLite.json({ nullable: true, schema: MetadataSchema })
const date = () => State.SQLite.integer({ schema: Schema.DateFromNumber })
const nullableDate = () => State.SQLite.integer({ nullable: true, schema: Schema.DateFromNumber })

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
    /** Key at which a device did not find the present content; it may be there again since. */
    lostKey: State.SQLite.text({ nullable: true }),
    /** The app's metadata. */
    metadata: metadata(),
    /** Metadata that was found in the content and is replaced with it. */
    contentMetadata: metadata(),
    lastModified: nullableDate(),
    takenAt: nullableDate(),
    createdAt: date(),
    sequence: State.SQLite.integer({ default: 0 }),
    updatedAt: date(),
    deletedAt: nullableDate(),
    /** Set = erased for good: nothing but the id is left, and no later fact changes that. */
    erasedAt: nullableDate(),
    /** Sort key of the name, see `nameKey`. */
    nameKey: State.SQLite.text({ default: "" }),
    /** When the photo was taken, else when the file was last modified, else when it was added. */
    datedAt: date(),
    /** Grows with every change of any row, so that "what changed since" is an index look-up. */
    revision: State.SQLite.integer({ default: 0 }),
  },
  indexes: [
    { name: "files_revision", columns: ["revision"] },
    { name: "files_content_hash", columns: ["contentHash"] },
    { name: "files_created_at", columns: ["createdAt", "sequence"] },
    { name: "files_updated_at", columns: ["updatedAt"] },
    { name: "files_deleted_at", columns: ["deletedAt"] },
    { name: "files_dated_at", columns: ["datedAt"] },
    { name: "files_name_key", columns: ["nameKey", "name"] },
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
    contentMetadata: metadata(),
    lastModified: nullableDate(),
    takenAt: nullableDate(),
    supersededAt: date(),
  },
  indexes: [
    { name: "file_versions_identity", columns: ["fileId", "contentHash"], isUnique: true },
    { name: "file_versions_content_hash", columns: ["contentHash"] },
  ],
})

/** Content that was erased for good with a record; a device that has it deletes it, unless another record has it. */
export const erasedContentsTable = State.SQLite.table({
  name: "erasedContents",
  columns: {
    contentHash: State.SQLite.text({ primaryKey: true }),
    /** Object key, when some device had uploaded it. */
    remoteKey: State.SQLite.text({ nullable: true }),
    erasedAt: date(),
    /** Some device has deleted the remote's object since. */
    isRemoteErased: State.SQLite.boolean({ default: false }),
  },
})
