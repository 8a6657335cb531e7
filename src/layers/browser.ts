import { Layer } from "effect"
import { layerIoWorkerHasher } from "../services/local-file-storage/hashing/layer-io-worker-hasher.js"
import { layerSubtle } from "../services/local-file-storage/hashing/layer-subtle.js"
import { layerAuto } from "../services/local-file-storage/layer-auto.js"
import { layerIoWorker } from "../services/local-file-storage/layer-io-worker.js"
import { layerBroadcastChannel } from "../services/tabs/layer-broadcast-channel.js"
import { layerWebLocks } from "../services/tabs/layer-web-locks.js"
import { layerAutoOutbox } from "../services/outbox/layer-auto.js"

/** What the engine needs of a browser tab. */
export interface BrowserOptions {
  readonly storeId: string
  /** Whether the service worker answers file URLs for this page, right now. */
  readonly isServed: () => boolean
  /** Gives the I/O worker; default a new one, from the package's own text through a `blob:` URL. */
  readonly startIoWorker?: (() => Worker) | undefined
}

/** One browser tab: OPFS through the I/O worker (memory where there is none), Web Locks, BroadcastChannel. */
export const layerBrowser = (options: BrowserOptions) =>
  Layer.mergeAll(
    layerAutoOutbox.pipe(Layer.provideMerge(layerBroadcastChannel(options.storeId))),
    layerAuto(options).pipe(Layer.provide(layerSubtle)),
    layerIoWorkerHasher,
    layerWebLocks,
  ).pipe(Layer.provide(layerIoWorker(options.storeId, options.startIoWorker)))
