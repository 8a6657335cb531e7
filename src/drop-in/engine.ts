import { createFileSync } from "../create-file-sync.js"
import { registerFileSyncServiceWorker } from "../service-worker/register.js"
import { httpAdapter } from "../services/remote-file-storage/adapters/http.js"
import { noneAdapter } from "../services/remote-file-storage/adapters/none.js"
import type { ScriptOptions } from "./script-options.js"
import { openStore } from "./store.js"

const isSameOrigin = (url: string): boolean => new URL(url).origin === location.origin

/** Makes the page's store and engine. A failure is thrown into the page, where its author sees it. */
export const startEngine = async (options: ScriptOptions): Promise<void> => {
  const { remote, serviceWorker, storeId } = options
  const registering =
    serviceWorker === undefined ? undefined : registerFileSyncServiceWorker({ url: serviceWorker })
  // Only the workers of another origin need the service worker to begin with.
  const registered = isSameOrigin(options.base) ? undefined : await registering
  const store = await openStore(options, registered?.controlled === true && registered.sharedWorker)
  const fileSync = createFileSync({
    store,
    storeId,
    remoteAdapter: remote === undefined ? noneAdapter() : httpAdapter({ baseUrl: remote }),
  })
  await fileSync.start()
}
