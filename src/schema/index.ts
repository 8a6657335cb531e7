import { fileEvents } from "./file-events.js"
import { filesTable, fileVersionsTable } from "./files-table.js"
import { deviceDocument, localFileStateSet, localFileStateTable } from "./local-file-state.js"

export { extendSchema, fileSyncSchema, type SchemaExtension } from "./extend-schema.js"
export { maxFilesPerEvent } from "./event-limits.js"

/** The synced file records and the events that change them. */
export const files: {
  readonly table: typeof filesTable
  readonly versions: typeof fileVersionsTable
  readonly events: typeof fileEvents
} = { table: filesTable, versions: fileVersionsTable, events: fileEvents }

/** What this device knows about files; never synced. */
export const localFileState: {
  readonly table: typeof localFileStateTable
  readonly clientDocument: typeof deviceDocument
  readonly events: { readonly set: typeof localFileStateSet }
} = {
  table: localFileStateTable,
  clientDocument: deviceDocument,
  events: { set: localFileStateSet },
}
