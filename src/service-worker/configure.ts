import { askWorker } from "./ask-worker.js"
import type { MessageToWorker, StoreConfiguration } from "./protocol.js"

/**
 * Tells the service worker to serve a store's files, and how to fetch them when no page can.
 * `true` when the worker has written it down; `false` when there is no such worker.
 */
export const configureServiceWorker = (
  configuration: StoreConfiguration,
  worker: ServiceWorker | null = currentController(),
): Promise<boolean> =>
  tell(worker, {
    type: "filesync:configure",
    storeFolder: configuration.storeFolder,
    source: configuration.source && {
      ...configuration.source,
      baseUrl: new URL(configuration.source.baseUrl, document.baseURI).href.replace(/\/+$/, ""),
    },
    ...(configuration.keyUrl === undefined ? {} : { keyUrl: configuration.keyUrl }),
    ...(configuration.mayUpload === undefined ? {} : { mayUpload: configuration.mayUpload }),
  })

/** Makes the service worker serve a store no more and drop its credentials: for signing out. */
export const forgetServiceWorkerStore = (
  storeFolder: string,
  worker: ServiceWorker | null = currentController(),
): Promise<boolean> => tell(worker, { type: "filesync:forget", storeFolder })

/** Tells the service worker where the shared worker's script lies on another origin; `true` = it answers for it. */
export const announceSharedWorker = (url: string): Promise<boolean> =>
  tell(currentController(), { type: "filesync:shared-worker", url })

const tell = async (worker: ServiceWorker | null, message: MessageToWorker): Promise<boolean> =>
  worker !== null && (await askWorker(worker, message))?.isDone === true

const currentController = (): ServiceWorker | null => navigator.serviceWorker?.controller ?? null
