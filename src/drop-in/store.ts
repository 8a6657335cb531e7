import { makePersistedAdapter, makeSingleTabAdapter } from "@livestore/adapter-web"
import { createStorePromise } from "@livestore/livestore"
import { setFileSyncDelay } from "../filesync.js"
import type { AttachedStore } from "../services/file-records/attached-store.js"
import { fileSyncSchema } from "../schema/index.js"
import { HealingMark } from "./healing-mark.js"
import type { ScriptOptions } from "./script-options.js"
import { holdStore } from "./store-lock.js"
import { findSharedWorker, WorkerStarter } from "./workers.js"

/** A store whose worker does not answer hangs for ever. Our choice: a cold start takes 0.7 s, on a slow phone ten times that. */
const bootTimeoutMs = 20_000

/**
 * Opens the LiveStore store of the page: shared between tabs where they can share a worker, else in one tab at a time
 * while the others wait. One that does not open is tried once more, in the way that heals what LiveStore can heal.
 */
export const openStore = async (
  options: ScriptOptions,
  isSharedWorkerServed: boolean,
): Promise<AttachedStore> => {
  const shared = findSharedWorker(`${options.base}shared-worker.js`, isSharedWorkerServed)
  await holdStore(options.storeId, {
    isShared: shared !== undefined,
    onWait: () => setFileSyncDelay("other-tab"),
  })
  setFileSyncDelay(undefined)
  const mark = new HealingMark(options.storeId)
  const ways = mark.isSet ? [true] : [false, true]
  let failure: unknown
  for (const isHealing of ways) {
    try {
      const store = await openOnce(options, shared, isHealing)
      mark.clear()
      return store
    } catch (cause) {
      failure = cause
      // What is left of a start that hung may be in the way on this page; the next page begins by healing.
      mark.set()
    }
  }
  setFileSyncDelay("failed")
  throw failure
}

const openOnce = async (
  options: ScriptOptions,
  shared: string | undefined,
  isHealing: boolean,
): Promise<AttachedStore> => {
  const workers = new WorkerStarter()
  const common = {
    storage: { type: "opfs" },
    worker: ({ name }: { readonly name: string }) => workers.start(leaderUrl(options), name),
    experimental: { disableFastPath: isHealing },
  } as const
  const adapter =
    shared === undefined
      ? makeSingleTabAdapter(common)
      : makePersistedAdapter({ ...common, sharedWorker: ({ name }) => workers.share(shared, name) })
  const ending = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`The store did not start within ${bootTimeoutMs} ms`))
    timer = setTimeout(late, bootTimeoutMs)
  })
  try {
    return await Promise.race([
      createStorePromise({
        schema: fileSyncSchema,
        adapter,
        storeId: options.storeId,
        signal: ending.signal,
      }),
      workers.failed,
      timeout,
    ])
  } catch (cause) {
    ending.abort()
    workers.end()
    throw cause
  } finally {
    clearTimeout(timer)
  }
}

const leaderUrl = ({ base, sync }: ScriptOptions): string => {
  const url = new URL("livestore-worker.js", base)
  if (sync !== undefined) url.searchParams.set("sync", sync.replace(/^http/, "ws"))
  return url.href
}
