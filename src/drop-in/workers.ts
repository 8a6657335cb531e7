import { sharedWorkerPath } from "../service-worker/protocol.js"

const isSameOrigin = (url: string): boolean => new URL(url, location.href).origin === location.origin

/** The worker that tabs share could not be started. */
export class SharedWorkerFailure extends Error {
  override readonly name = "SharedWorkerFailure"
}

/** Starts the workers of one attempt to open the store. */
export class WorkerStarter {
  /** Rejects when a worker's script could not be loaded: LiveStore itself would wait for ever. */
  readonly failed: Promise<never>
  #fail: (cause: Error) => void = () => undefined
  readonly #started: Worker[] = []

  constructor() {
    this.failed = new Promise((_, reject) => {
      this.#fail = reject
    })
    // The caller that races `failed` gets the failure; afterwards it does not matter.
    this.failed.catch(() => undefined)
  }

  /** A module worker from any origin: browsers refuse another origin's script, but not one that imports it. */
  start(url: string, name: string): Worker {
    const worker = new Worker(isSameOrigin(url) ? url : importingUrl(url), { type: "module", name })
    this.#watch(worker, url)
    this.#started.push(worker)
    return worker
  }

  /** The worker that all tabs share. */
  share(url: string, name: string): SharedWorker {
    const worker = new SharedWorker(url, { type: "module", name })
    this.#watch(worker, url, SharedWorkerFailure)
    return worker
  }

  /** Ends what was started; a shared worker belongs to other tabs as well and stays. */
  end(): void {
    for (const worker of this.#started) worker.terminate()
  }

  #watch(worker: EventTarget, url: string, Failure: new (message: string) => Error = Error): void {
    worker.addEventListener("error", (event) => {
      const said = event instanceof ErrorEvent ? event.message : ""
      this.#fail(new Failure(`The worker ${url} did not start${said === "" ? "" : `: ${said}`}`))
    })
  }
}

const importingUrl = (url: string): string =>
  URL.createObjectURL(new Blob([`import ${JSON.stringify(url)}`], { type: "text/javascript" }))

/**
 * Where the shared worker's script is, or `undefined` when tabs cannot share one: a shared worker must come from this
 * origin, so that of another origin goes through the service worker. From a `blob:` URL each tab would get its own.
 */
export const findSharedWorker = (url: string, isAnsweredByServiceWorker: boolean): string | undefined => {
  if (typeof SharedWorker === "undefined") return undefined
  if (isSameOrigin(url)) return url
  return isAnsweredByServiceWorker ? sharedWorkerPath : undefined
}
