import { makeSchema, State } from "@livestore/livestore"
import { ConfigError } from "../errors/config-error.js"
import { fileEvents } from "./file-events.js"
import {
  deleteFile,
  eraseFile,
  insertFiles,
  markContentErased,
  markMissing,
  markUploaded,
  restoreFile,
  updateFile,
} from "./file-statements.js"
import { erasedContentsTable, filesTable, fileVersionsTable } from "./files-table.js"
import {
  deviceDocument,
  localFileStateSet,
  localFileStateTable,
  setLocalFileStates,
} from "./local-file-state.js"
import {
  hearOfVersions,
  localVersionsHeard,
  localVersionsPruned,
  localVersionsTable,
  pruneVersions,
} from "./local-versions.js"

const ownTables: {
  readonly files: typeof filesTable
  readonly fileVersions: typeof fileVersionsTable
  readonly erasedContents: typeof erasedContentsTable
  readonly localFileState: typeof localFileStateTable
  readonly localVersions: typeof localVersionsTable
  readonly filesyncDevice: typeof deviceDocument
} = {
  files: filesTable,
  fileVersions: fileVersionsTable,
  erasedContents: erasedContentsTable,
  localFileState: localFileStateTable,
  localVersions: localVersionsTable,
  filesyncDevice: deviceDocument,
}

const ownEvents: {
  readonly fileCreated: typeof fileEvents.created
  readonly fileUpdated: typeof fileEvents.updated
  readonly fileUploaded: typeof fileEvents.uploaded
  readonly fileMissing: typeof fileEvents.missing
  readonly fileDeleted: typeof fileEvents.deleted
  readonly fileRestored: typeof fileEvents.restored
  readonly fileErased: typeof fileEvents.erased
  readonly fileContentErased: typeof fileEvents.contentErased
  readonly localFileStateSet: typeof localFileStateSet
  readonly localVersionsHeard: typeof localVersionsHeard
  readonly localVersionsPruned: typeof localVersionsPruned
  readonly filesyncDeviceSet: typeof deviceDocument.set
} = {
  fileCreated: fileEvents.created,
  fileUpdated: fileEvents.updated,
  fileUploaded: fileEvents.uploaded,
  fileMissing: fileEvents.missing,
  fileDeleted: fileEvents.deleted,
  fileRestored: fileEvents.restored,
  fileErased: fileEvents.erased,
  fileContentErased: fileEvents.contentErased,
  localFileStateSet,
  localVersionsHeard,
  localVersionsPruned,
  filesyncDeviceSet: deviceDocument.set,
}

// Pure, idempotent, and only SQL that cannot fail: a materializer that throws on a remote event bricks the client.
const ownMaterializers = State.SQLite.materializers(ownEvents, {
  "v1.FileCreated": ({ files }) => insertFiles(files),
  "v1.FileUpdated": ({ files }) => files.flatMap(updateFile),
  "v1.FileUploaded": ({ files }) => files.flatMap(markUploaded),
  "v1.FileMissing": ({ files }) => files.flatMap(markMissing),
  "v1.FileDeleted": ({ files }) => files.flatMap(deleteFile),
  "v1.FileRestored": ({ files }) => files.flatMap(restoreFile),
  "v1.FileErased": ({ files }) => files.flatMap(eraseFile),
  "v1.ContentErased": ({ contents }) => contents.flatMap(markContentErased),
  "v1.LocalFileStateSet": ({ files }) => setLocalFileStates(files),
  "v1.LocalVersionsHeard": hearOfVersions,
  "v1.LocalVersionsPruned": pruneVersions,
})

type Tables = NonNullable<Parameters<typeof State.SQLite.makeState>[0]["tables"]>
type NamedTables = Exclude<Tables, ReadonlyArray<unknown>>
type Events = Exclude<Parameters<typeof makeSchema>[0]["events"], ReadonlyArray<unknown> | undefined>
// biome-ignore lint/suspicious/noExplicitAny: LiveStore types a materializer by its event, which differs per member.
type Materializers = { readonly [eventName: string]: (...parameters: any) => any }

/** An app's own part of a schema; any may be missing. What LiveStore's makers take besides is passed on as it is. */
export interface SchemaExtension<TTables extends NamedTables, TEvents extends Events>
  extends Pick<Parameters<typeof makeSchema>[0], "devtools" | "unknownEventHandling">,
    Pick<Parameters<typeof State.SQLite.makeState>[0], "migrations"> {
  readonly tables?: TTables
  readonly events?: TEvents
  /** As made by `State.SQLite.materializers(events, …)`, or the plain object. */
  readonly materializers?: Materializers
}

const assertNoClash = (kind: string, own: object, apps: object): void => {
  const clash = Object.keys(own).find((name) => name in apps)
  if (clash === undefined) return
  throw new ConfigError({
    reason: "SchemaClash",
    detail: `your schema has ${kind} named "${clash}", which extendSchema adds itself. Rename yours.`,
  })
}

const byName = (definitions: object): Record<string, true> =>
  Object.fromEntries(
    Object.values(definitions).map((definition: { name?: string; sqliteDef?: { name: string } }) => [
      definition.sqliteDef?.name ?? definition.name ?? "",
      true,
    ]),
  )

/**
 * Merges an app's tables, events and materializers with the ones files need.
 * Throws `ConfigError` (`SchemaClash`) when two have one name.
 */
export const extendSchema = <const TTables extends NamedTables = {}, const TEvents extends Events = {}>(
  extension: SchemaExtension<TTables, TEvents> = {},
) => {
  const appTables = (extension.tables ?? {}) as TTables
  const appEvents = (extension.events ?? {}) as TEvents
  const appMaterializers = extension.materializers ?? {}
  assertNoClash("a table", ownTables, appTables)
  assertNoClash("a table", byName(ownTables), byName(appTables))
  assertNoClash("an event", ownEvents, appEvents)
  assertNoClash("an event", byName(ownEvents), byName(appEvents))
  const tables = { ...ownTables, ...appTables }
  const events = { ...ownEvents, ...appEvents }
  const state = State.SQLite.makeState({
    tables: tables as NamedTables,
    materializers: { ...ownMaterializers, ...appMaterializers } as never,
    ...(extension.migrations === undefined ? {} : { migrations: extension.migrations }),
  })
  const { devtools, unknownEventHandling } = extension
  const schema = makeSchema({
    events,
    state,
    ...(devtools === undefined ? {} : { devtools }),
    ...(unknownEventHandling === undefined ? {} : { unknownEventHandling }),
  })
  return { schema, tables, events }
}

/** The whole schema of an app that has no tables of its own. */
export const fileSyncSchema = extendSchema().schema
