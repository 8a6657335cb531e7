import { Effect, Layer } from "effect"
import ioWorkerSource from "virtual:io-worker"
import { storeFolderName } from "../../utils/stored-path.js"
import { IoWorkerConnection } from "./io-worker-connection.js"
import { IoWorker } from "./IoWorker.js"

/** Starts the worker from its own text, so that no bundler has to know about it. Needs `worker-src blob:` under a CSP. */
export const startIoWorker = (): Worker => {
  const url = URL.createObjectURL(new Blob([ioWorkerSource], { type: "text/javascript" }))
  try {
    return new Worker(url, { type: "module", name: "livestore-filesync-io" })
  } finally {
    // The worker has fetched its script by the time a task has passed; Chromium needs the URL until then.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
}

/** The I/O worker of one store, started at once. `start` replaces how it is made, for a CSP without `blob:`. */
export const layerIoWorker = (storeId: string, start: () => Worker = startIoWorker) =>
  Layer.scoped(
    IoWorker,
    Effect.acquireRelease(
      Effect.sync(() => {
        const connection = new IoWorkerConnection(storeFolderName(storeId), start)
        // A failure is reported by the first request, which tries again.
        connection.open()
        return connection
      }),
      (connection) => Effect.sync(() => connection.end()),
    ).pipe(
      Effect.map((connection) =>
        IoWorker.of({ request: (name, request, options = {}) => connection.request(name, request, options) }),
      ),
    ),
  )
