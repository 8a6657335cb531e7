import { type LiveStoreSchema, Schema } from "@livestore/livestore"
import { ConfigError, InvalidFileError } from "../../errors/index.js"
import type { LoggedEvent } from "./record-facts.js"

/** LiveStore keeps what is not public under this symbol. */
export const storeInternals = Symbol.for("livestore.StoreInternals")

/** The plain methods of a LiveStore store that the engine uses, so that a second copy of Effect does no harm. */
export interface AttachedStore {
  readonly storeId: string
  // biome-ignore lint/suspicious/noExplicitAny: an app's schema type, which is of no concern here.
  readonly schema: any
  // biome-ignore lint/suspicious/noExplicitAny: LiveStore types these by the app's schema.
  readonly commit: (...events: ReadonlyArray<any>) => void
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  readonly query: (query: any) => any
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  readonly subscribe: (query: any, onUpdate: (value: any) => void) => () => void
  readonly syncStatus: () => {
    readonly isSynced: boolean
    readonly localHead?: string
    readonly upstreamHead: string
    readonly pendingCount: number
  }
  readonly clientId?: string
  // biome-ignore lint/suspicious/noExplicitAny: a stream of LiveStore's own copy of Effect.
  readonly eventsStream?: (options: any) => any
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  readonly networkStatus?: { readonly changes: any }
  readonly _dev?: {
    // biome-ignore lint/suspicious/noExplicitAny: LiveStore's own sync states.
    readonly syncStates: () => Promise<any>
  }
}

/** Throws `ConfigError` (`MissingSchema`) unless the store's schema came from `extendSchema`. */
export const assertHasFileTables = (store: AttachedStore): void => {
  const tables = (store.schema as LiveStoreSchema | undefined)?.state?.sqlite.tables
  if (tables?.has("files") && tables.has("localFileState") && tables.has("fileVersions")) return
  throw new ConfigError({
    reason: "MissingSchema",
    detail: "the store has no file tables. Make its schema with extendSchema from livestore-filesync/schema.",
  })
}

/**
 * Checks the app's own events before they go into a commit, because LiveStore answers a bad one by shutting the
 * store down. Throws `InvalidFileError` (`InvalidCommit`).
 */
export const assertValidEvents = (store: AttachedStore, events: ReadonlyArray<unknown>): void => {
  const definitions = (store.schema as LiveStoreSchema).eventsDefsMap
  for (const event of events) {
    const { name, args } = (event ?? {}) as { readonly name?: unknown; readonly args?: unknown }
    const definition = typeof name === "string" ? definitions.get(name) : undefined
    if (definition === undefined) {
      throw new InvalidFileError({
        reason: "InvalidCommit",
        cause: new Error(`The store has no event named ${String(name)}`),
      })
    }
    const encoded = Schema.encodeUnknownEither(definition.schema as Schema.Schema<unknown>)(args)
    if (encoded._tag === "Left") throw new InvalidFileError({ reason: "InvalidCommit", cause: encoded.left })
  }
}

/** An event as `store.commit` takes it. */
export interface MadeEvent {
  readonly name: string
  readonly args: unknown
}

const definitionOf = (store: AttachedStore, name: string) =>
  (store.schema as LiveStoreSchema).eventsDefsMap.get(name)

/** An event as it is in LiveStore's log. */
export const encodeEvent = (store: AttachedStore, { name, args }: MadeEvent): LoggedEvent => {
  const schema = definitionOf(store, name)?.schema as Schema.Schema<unknown> | undefined
  return { name, args: schema === undefined ? args : Schema.encodeUnknownSync(schema)(args) }
}

/** An event of the log as LiveStore takes it. Throws when this version of the schema does not know it. */
export const decodeEvent = (store: AttachedStore, { name, args }: LoggedEvent): MadeEvent => {
  const definition = definitionOf(store, name)
  if (definition === undefined) throw new Error(`there is no event named ${name}`)
  return { name, args: Schema.decodeUnknownSync(definition.schema as Schema.Schema<unknown>)(args) }
}
