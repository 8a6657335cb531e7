import { createFileSync } from "../client/create-file-sync.js"
import { setFileSyncDelay } from "../client/global-client.js"
import { announceSharedWorker } from "../service-worker/configure.js"
import { registerFileSyncServiceWorker } from "../service-worker/register.js"
import { httpAdapter } from "../services/remote-file-storage/adapters/http.js"
import { noneAdapter } from "../services/remote-file-storage/adapters/none.js"
import { type EngineOptions, findNetworkSwitch } from "./network-switch.js"
import { answerWithTokens } from "./page-tokens.js"
import { followNetworkSwitch, withNetworkSwitch } from "./switched-network.js"
import type { ScriptOptions } from "./script-options.js"
import { holdStore } from "./store-lock.js"
import { untilStalled } from "../livestore/store-stall.js"
import type { RemoteStorageAdapter } from "../types/index.js"
import { type OpenStore, openStore, reopenTimeoutMs } from "./store.js"
import { findSharedWorker, SharedWorkerFailure } from "./workers.js"

const isSameOrigin = (url: string): boolean => new URL(url).origin === location.origin

/**
 * Makes the page's store and engine, the store shared between tabs where they can share a worker, else in one tab at a
 * time while the others wait. A store that stalls later is opened again, with an engine of its own: what it had not
 * written is in the outbox. A failure is shown by the elements, and thrown into the page, where its author sees it: a page
 * without HTTPS has no locks, one whose site data is blocked no storage.
 */
export const startEngine = async (options: ScriptOptions): Promise<void> => {
  try {
    await runEngine({ ...options, network: findNetworkSwitch(options.tag) })
  } catch (cause) {
    setFileSyncDelay((await canKeepFiles()) ? "failed" : "unsupported")
    throw cause
  }
}

/**
 * The DOM types declare all of these; a page without HTTPS has none of them. A frame of another site in a private window
 * has them, and is refused.
 */
const canKeepFiles = async (): Promise<boolean> => {
  const { locks, storage } = navigator as Partial<Navigator>
  const { subtle } = crypto as Partial<Crypto>
  if (locks === undefined || storage?.getDirectory === undefined || subtle === undefined) return false
  return storage.getDirectory().then(
    () => true,
    (cause: unknown) => (cause as DOMException).name !== "SecurityError",
  )
}

const runEngine = async (options: EngineOptions): Promise<never> => {
  if (options.getToken !== undefined) answerWithTokens(options.storeId, options.getToken)
  if (options.network !== undefined) followNetworkSwitch(options.network, options.storeId)
  const first = await openFirst(options, await findShared(options))
  let { open } = first
  for (let nextPauseMs = 0; ; ) {
    const fileSync = attachEngine(options, open)
    await fileSync.start()
    const openedAt = performance.now()
    await untilStalled(open.store)
    // A stall that reopening does not fix must not lead to one reopening after the other.
    const pauseMs = performance.now() - openedAt > longestPauseMs ? 0 : nextPauseMs
    nextPauseMs = Math.min(Math.max(2 * pauseMs, firstPauseMs), longestPauseMs)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    await fileSync.dispose()
    setFileSyncDelay("healing")
    await open.close()
    open = await reopenStore(options, first.shared)
  }
}

/** Pause before a second reopening; doubled for each further one. The first reopening has none. */
const firstPauseMs = 15_000
const longestPauseMs = 300_000

/** Where the shared worker is, or `undefined` when tabs cannot share one. */
const findShared = async ({ serviceWorker, base }: EngineOptions): Promise<string | undefined> => {
  const registering =
    serviceWorker === undefined ? undefined : registerFileSyncServiceWorker({ url: serviceWorker })
  const url = `${base}shared-worker.js`
  // Only the workers of another origin need the service worker to begin with.
  if (isSameOrigin(base)) return findSharedWorker(url, false)
  const registered = await registering
  const isServed = registered?.controlled === true && (await announceSharedWorker(url))
  return findSharedWorker(url, isServed)
}

/** When the shared worker does not start, the store is opened without it, in one tab at a time. */
const openFirst = async (
  options: EngineOptions,
  shared: string | undefined,
): Promise<{ readonly open: OpenStore; readonly shared: string | undefined }> => {
  const onWait = () => setFileSyncDelay("other-tab")
  const release = await holdStore(options.storeId, { isShared: shared !== undefined, onWait })
  setFileSyncDelay(undefined)
  try {
    return { open: await openStore(options, shared), shared }
  } catch (cause) {
    if (!(cause instanceof SharedWorkerFailure)) throw cause
    release()
    await holdStore(options.storeId, { isShared: false, onWait })
    setFileSyncDelay(undefined)
    return { open: await openStore(options, undefined), shared: undefined }
  }
}

const attachEngine = (options: EngineOptions, { store, wasReset }: OpenStore) =>
  createFileSync({
    store,
    storeId: options.storeId,
    storeWasReset: wasReset && options.sync !== undefined,
    remoteAdapter: remoteOf(options),
  })

const remoteOf = ({ remote, getToken, network }: EngineOptions): RemoteStorageAdapter => {
  if (remote === undefined) return noneAdapter()
  const adapter = httpAdapter({ baseUrl: remote, ...(getToken === undefined ? {} : { getToken }) })
  return network === undefined ? adapter : withNetworkSwitch(adapter, network)
}

/**
 * Tries until the store is open, and elements show the delay: the tab that holds the store may take a while to notice.
 * Each try waits longer, for slow devices.
 */
const reopenStore = async (options: EngineOptions, shared: string | undefined): Promise<OpenStore> => {
  for (let timeoutMs = reopenTimeoutMs; ; timeoutMs = Math.min(2 * timeoutMs, longestReopenTimeoutMs)) {
    try {
      return await openStore(options, shared, timeoutMs)
    } catch {
      // `openStore` has reported it. A try may fail at once, as when a worker's script cannot be loaded.
      await new Promise((resolve) => setTimeout(resolve, timeoutMs))
    }
  }
}

/** Longest time-out of a reopening: a person who has waited for a minute thinks that it has failed. */
const longestReopenTimeoutMs = 60_000
