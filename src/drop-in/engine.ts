import { createFileSync } from "../client/create-file-sync.js"
import { setFileSyncDelay } from "../client/filesync.js"
import { registerFileSyncServiceWorker } from "../service-worker/register.js"
import { httpAdapter } from "../services/remote-file-storage/adapters/http.js"
import { noneAdapter } from "../services/remote-file-storage/adapters/none.js"
import type { ScriptOptions } from "./script-options.js"
import { holdStore } from "./store-lock.js"
import { untilStalled } from "../livestore/store-stall.js"
import { type OpenStore, openStore, reopenTimeoutMs } from "./store.js"
import { findSharedWorker } from "./workers.js"

const isSameOrigin = (url: string): boolean => new URL(url).origin === location.origin

/**
 * Makes the page's store and engine, the store shared between tabs where they can share a worker, else in one tab at a
 * time while the others wait. A failure is thrown into the page, where its author sees it. A store that stalls later is
 * opened again, with an engine of its own: what it had not written is in the outbox.
 */
export const startEngine = async (options: ScriptOptions): Promise<void> => {
  const { serviceWorker, storeId, base } = options
  const registering =
    serviceWorker === undefined ? undefined : registerFileSyncServiceWorker({ url: serviceWorker })
  // Only the workers of another origin need the service worker to begin with.
  const registered = isSameOrigin(base) ? undefined : await registering
  const isServed = registered?.controlled === true && registered.sharedWorker
  const shared = findSharedWorker(`${base}shared-worker.js`, isServed)
  await holdStore(storeId, {
    isShared: shared !== undefined,
    onWait: () => setFileSyncDelay("other-tab"),
  })
  let open = await openStore(options, shared)
  for (;;) {
    const fileSync = attachEngine(options, open)
    await fileSync.start()
    await untilStalled(open.store)
    await fileSync.dispose()
    await open.close()
    open = await reopenStore(options, shared)
  }
}

const attachEngine = ({ remote, storeId }: ScriptOptions, { store }: OpenStore) =>
  createFileSync({
    store,
    storeId,
    remoteAdapter: remote === undefined ? noneAdapter() : httpAdapter({ baseUrl: remote }),
  })

/**
 * Does not give up, and elements say how it stands: the tab that is in the way may take a while to notice. Each try waits
 * longer, for devices that are slow.
 */
const reopenStore = async (options: ScriptOptions, shared: string | undefined): Promise<OpenStore> => {
  for (let timeoutMs = reopenTimeoutMs; ; timeoutMs = Math.min(2 * timeoutMs, longestReopenTimeoutMs)) {
    try {
      return await openStore(options, shared, timeoutMs)
    } catch {
      // Said by `openStore`. A try may fail at once, as when a worker's script is out of reach.
      await new Promise((resolve) => setTimeout(resolve, timeoutMs))
    }
  }
}

/** Our choice: a minute is as good as never for whoever looks on. */
const longestReopenTimeoutMs = 60_000
