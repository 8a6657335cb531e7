import { startIoWorker } from "../services/local-file-storage/layer-io-worker.js"
import { type CreateFileSyncOptions, type FileSyncHandle, makeFileSync } from "./create-file-sync.js"

/** What an engine needs before there is a store. */
export interface PreparedEngine {
  /** Makes the engine; call it once. */
  readonly create: (store: CreateFileSyncOptions["store"]) => FileSyncHandle
  /** Gives up what was prepared, when no store came. */
  readonly release: () => void
}

/** Starts what needs no store: the I/O worker, which loads its program while LiveStore opens. */
export const prepareEngine = (options: Omit<CreateFileSyncOptions, "store">): PreparedEngine => {
  let worker = options.fileSystem === "memory" ? undefined : tryToStart()
  if (worker !== undefined) {
    // An error that nobody hears would leave the engine's requests waiting: it gets a new worker, and hears that one's.
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

/** A browser that refuses says so again when the engine asks, which reports it. */
const tryToStart = (): Worker | undefined => {
  try {
    return startIoWorker()
  } catch {
    return undefined
  }
}
