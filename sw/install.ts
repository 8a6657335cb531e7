import { sharedWorkerPath } from "../src/service-worker/protocol.js"
import { rootFolderName } from "../src/utils/stored-path.js"
import { type FileSyncFetchOptions, handleFileSyncFetch } from "./handle-fetch.js"
import { handleFileSyncMessage } from "./handle-message.js"
import type { InstallEventLike, WorkerScope } from "./worker-scope.js"

/** Options of {@link installFileSyncServiceWorker}. */
export interface FileSyncWorkerOptions extends FileSyncFetchOptions {
  /** Replace the previous version at once and take control of open pages. Default `true`. */
  readonly takeOver?: boolean
  /**
   * Let the browser route every other request past the worker, where it can (Chromium 123, Safari 27).
   * Only for a worker that serves nothing else. Default `false`.
   */
  readonly onlyFiles?: boolean
}

/** Adds every listener the package needs; call it while the worker's script runs for the first time. */
export const installFileSyncServiceWorker = (
  self: WorkerScope,
  options: FileSyncWorkerOptions = {},
): void => {
  const takeOver = options.takeOver ?? true
  self.addEventListener("install", (event) => {
    if (takeOver) void self.skipWaiting()
    if (options.onlyFiles) event.waitUntil(addStaticRoutes(event))
  })
  self.addEventListener("activate", (event) => {
    if (takeOver) event.waitUntil(self.clients.claim())
  })
  self.addEventListener("message", (event) => void handleFileSyncMessage(event, options))
  self.addEventListener("fetch", (event) => void handleFileSyncFetch(event, options))
}

/**
 * Routes other requests past the worker. Without them, a request that the worker only lets pass takes a fifth to a
 * third longer.
 */
const addStaticRoutes = async (event: InstallEventLike): Promise<void> =>
  event
    .addRoutes?.([
      { condition: { urlPattern: { pathname: `/${rootFolderName}/*` } }, source: "fetch-event" },
      { condition: { urlPattern: { pathname: sharedWorkerPath } }, source: "fetch-event" },
      // Every scheme names every other part too; an empty pattern would inherit the script's own address.
      { condition: { urlPattern: { protocol: "*" } }, source: "network" },
    ])
    // The browser has an older form of `addRoutes`: then every request goes through the worker.
    .catch(() => {})
