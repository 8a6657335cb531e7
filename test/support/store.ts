import { makeInMemoryAdapter } from "@livestore/adapter-web"
import {
  createStorePromise,
  type LiveStoreSchema,
  type Store,
  StoreInternalsSymbol,
} from "@livestore/livestore"
import { fileSyncSchema } from "../../src/schema/index.js"

/** How many events went through `commit` since the last reset, by name and by whether they are synced. */
export interface EventCount {
  synced: number
  clientOnly: number
  /** `v1.FileCreated` and so on, in order. */
  readonly names: string[]
}

type InMemoryOptions = NonNullable<Parameters<typeof makeInMemoryAdapter>[0]>

/** A real LiveStore store without a disk. Its storage dies with it, as if LiveStore had reset itself. */
export const makeStore = async <TSchema extends LiveStoreSchema = typeof fileSyncSchema>(
  options: {
    readonly schema?: TSchema
    readonly storeId?: string
    readonly sync?: InMemoryOptions["sync"]
    /** Shuts it down when it aborts, as a registry of stores does. */
    readonly signal?: AbortSignal
  } = {},
): Promise<Store<TSchema>> => {
  const {
    schema = fileSyncSchema as unknown as TSchema,
    storeId = crypto.randomUUID(),
    sync,
    signal,
  } = options
  return (await createStorePromise({
    schema,
    storeId,
    adapter: makeInMemoryAdapter(sync === undefined ? {} : { sync }),
    batchUpdates: (run) => run(),
    disableDevtools: true,
    ...(signal === undefined ? {} : { signal }),
  })) as unknown as Store<TSchema>
}

/** Counts what is committed to a store from now on. */
export const countEvents = (store: { commit: (...events: never[]) => void; schema: unknown }): EventCount => {
  const count: EventCount = { synced: 0, clientOnly: 0, names: [] }
  const { eventsDefsMap } = store.schema as LiveStoreSchema
  const commit = store.commit as (...events: ReadonlyArray<{ readonly name: string }>) => void
  store.commit = (...events: ReadonlyArray<{ readonly name: string }>) => {
    for (const { name } of events) {
      // LiveStore's own writes come with options in front.
      if (name === undefined) continue
      count.names.push(name)
      if (eventsDefsMap.get(name)?.options.clientOnly === true) count.clientOnly++
      else count.synced++
    }
    commit(...events)
  }
  return count
}

/** Runs SQL on a store's tables behind its back, as a rollback does. */
export const runSql = (
  store: Store<never>,
  sql: string,
  bindValues?: Record<string, string | number | null>,
): void => {
  store[StoreInternalsSymbol].sqliteDbWrapper.execute(sql as never, bindValues as never)
}
