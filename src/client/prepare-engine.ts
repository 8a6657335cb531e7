import { startIoWorker } from "../services/local-file-storage/layer-io-worker.js"
import { type CreateFileSyncOptions, type FileSyncHandle, makeFileSync } from "./create-file-sync.js"

/** What an engine needs before there is a store. */
export interface PreparedEngine {
  /** Creates the engine; call it once. */
  readonly create: (store: CreateFileSyncOptions["store"]) => FileSyncHandle
  /** Ends what was prepared, when opening the store failed. */
  readonly release: () => void
}

/** Starts what needs no store: the I/O worker, which loads its program while LiveStore opens. */
export const prepareEngine = (options: Omit<CreateFileSyncOptions, "store">): PreparedEngine => {
  let worker = options.fileSystem === "memory" ? undefined : tryToStart()
  if (worker !== undefined) {
    // A worker that failed before the engine listened would leave its requests waiting: the engine gets a new one.
    worker.onerror = (event) => {
      event.preventDefault()
      worker = undefined
    }
  }
  const take = (): Worker => {
    const taken = worker ?? startIoWorker()
    worker = undefined
    return taken
  }
  return {
    create: (store) => makeFileSync({ ...options, store }, take),
    release: () => {
      worker?.terminate()
      worker = undefined
    },
  }
}

/** A browser that refuses does so again when the engine starts its own worker, which reports it. */
const tryToStart = (): Worker | undefined => {
  try {
    return startIoWorker()
  } catch {
    return undefined
  }
}
