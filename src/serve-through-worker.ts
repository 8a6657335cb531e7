import type { Client } from "./make-client.js"
import { configureServiceWorker } from "./service-worker/configure.js"
import { answerServiceWorker } from "./service-worker/page-answers.js"
import type { RemoteStorageAdapter, Unsubscribe } from "./types/index.js"
import { storeFolderName } from "./utils/stored-path.js"

/**
 * Connects an engine and the service worker of its page: the worker is told to serve the store, and asks the engine
 * for what is not here yet. `isServed` is true while the controlling worker is known to serve this store.
 */
export const serveThroughWorker = (options: {
  readonly storeId: string
  readonly adapter: RemoteStorageAdapter
  readonly isEnabled: boolean
}) => {
  const container = globalThis.navigator?.serviceWorker as ServiceWorkerContainer | undefined
  const storeFolder = storeFolderName(options.storeId)
  const endings: Array<Unsubscribe> = []
  let serving: ServiceWorker | null = null

  const configure = async (): Promise<void> => {
    const worker = container?.controller ?? null
    if (worker === null) return
    const source = (await options.adapter.serviceWorkerSource?.().catch(() => null)) ?? null
    if (await configureServiceWorker({ storeFolder, source }, worker)) serving = worker
  }

  return {
    isServed: (): boolean => serving !== null && container?.controller === serving,
    attach: (client: Pick<Client, "ensureContent">): void => {
      if (!options.isEnabled || container === undefined) return
      const onChange = () => void configure()
      container.addEventListener("controllerchange", onChange)
      endings.push(() => container.removeEventListener("controllerchange", onChange))
      endings.push(
        answerServiceWorker({
          storeFolder,
          want: async (contentHash) => {
            try {
              return (await client.ensureContent(contentHash)) ? "ready" : "unknown"
            } catch (error) {
              const { _tag, reason } = error as { readonly _tag?: string; readonly reason?: string }
              return { failed: _tag === "FileNotFoundError" ? "NotFound" : (reason ?? "Unknown") }
            }
          },
        }),
      )
      onChange()
    },
    detach: (): void => {
      serving = null
      for (const end of endings.splice(0)) end()
    },
  }
}
