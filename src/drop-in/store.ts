import { makePersistedAdapter, makeSingleTabAdapter } from "@livestore/adapter-web"
import { createStorePromise } from "@livestore/livestore"
import type { AttachedStore } from "../services/file-records/attached-store.js"
import { fileSyncSchema } from "../schema/index.js"
import type { ScriptOptions } from "./script-options.js"
import { findSharedWorker, startWorker } from "./workers.js"

/** A store that cannot start hangs for ever; past this time it is tried once more, healing. Our choice: a cold start takes 0.7 s. */
const bootTimeoutMs = 20_000

/** Opens the LiveStore store of the page: shared between tabs where they can share a worker. */
export const openStore = async (
  options: ScriptOptions,
  isSharedWorkerServed: boolean,
): Promise<AttachedStore> => {
  const worker = ({ name }: { readonly name: string }) => startWorker(leaderUrl(options), name)
  const shared = findSharedWorker(`${options.base}shared-worker.js`, isSharedWorkerServed)
  // Tabs that cannot share would lose each other's events: one at a time then, the others wait here.
  if (shared === undefined) await holdStore(options.storeId)

  const open = (isHealing: boolean): Promise<AttachedStore> => {
    const common = {
      storage: { type: "opfs" },
      worker,
      experimental: { disableFastPath: isHealing },
    } as const
    const adapter =
      shared === undefined
        ? makeSingleTabAdapter(common)
        : makePersistedAdapter({
            ...common,
            sharedWorker: ({ name }) => new SharedWorker(shared, { type: "module", name }),
          })
    const opening = createStorePromise({
      schema: fileSyncSchema,
      adapter,
      storeId: options.storeId,
    })
    return withTimeout(opening)
  }
  try {
    return await open(false)
  } catch {
    // After LiveStore reset its storage, ordinary starts fail until one has skipped the fast path.
    return open(true)
  }
}

const leaderUrl = ({ base, sync }: ScriptOptions): string => {
  const url = new URL("livestore-worker.js", base)
  if (sync !== undefined) url.searchParams.set("sync", sync.replace(/^http/, "ws"))
  return url.href
}

const holdStore = (storeId: string): Promise<void> =>
  new Promise((resolve) => {
    void navigator.locks.request(`livestore-filesync:${storeId}:store`, () => {
      resolve()
      return new Promise<never>(() => undefined)
    })
  })

const withTimeout = <A>(opening: Promise<A>): Promise<A> => {
  let timer: ReturnType<typeof setTimeout>
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The store did not start within ${bootTimeoutMs} ms`)),
      bootTimeoutMs,
    )
  })
  return Promise.race([opening, timeout]).finally(() => clearTimeout(timer))
}
