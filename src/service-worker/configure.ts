import { askWorker } from "./ask-worker.js"
import type { MessageToWorker, StoreConfiguration } from "./protocol.js"

/**
 * Registers a store with the service worker: serve its files, and how to fetch them when no page can.
 * `true` when the worker has stored it; `false` when there is no such worker.
 */
export const configureServiceWorker = (
  configuration: StoreConfiguration,
  worker: ServiceWorker | null = currentController(),
): Promise<boolean> =>
  send(worker, {
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
): Promise<boolean> => send(worker, { type: "filesync:forget", storeFolder })

/** Sends the service worker the address of the shared worker's script on another origin; `true` = it answers for it. */
export const announceSharedWorker = (url: string): Promise<boolean> =>
  send(currentController(), { type: "filesync:shared-worker", url })

const send = async (worker: ServiceWorker | null, message: MessageToWorker): Promise<boolean> =>
  worker !== null && (await askWorker(worker, message))?.isDone === true

const currentController = (): ServiceWorker | null => navigator.serviceWorker?.controller ?? null
