import type { Client } from "./client.js"
import { uploadInBackground } from "../service-worker/background-uploads.js"
import { configureServiceWorker } from "../service-worker/configure.js"
import { answerServiceWorker } from "../service-worker/page-answers.js"
import { skipUploadedContents } from "../service-worker/uploaded-contents.js"
import type { RemoteStorageAdapter, Unsubscribe } from "../types/index.js"
import { storeFolderName, unfinishedName } from "../utils/stored-path.js"

/** Smaller files are not streamed: they are downloaded before a player could begin. */
const streamFromBytes = 8 * 1024 * 1024

/** Bytes that the I/O worker may buffer: the last bytes received, up to this many, may not be on disk yet. */
const unwrittenBytes = 2 * 1024 * 1024

/**
 * Connects an engine and the service worker of its page: configures the worker to serve the store, which asks the engine
 * for what is not here yet. `isServed` is true while the controlling worker is known to serve this store.
 */
export const serviceWorkerBridge = (options: {
  readonly storeId: string
  readonly adapter: RemoteStorageAdapter
  readonly isEnabled: boolean
  /** The app names its objects itself, in a way the worker cannot know: it never asks the remote. */
  readonly hasOwnKeys: boolean
}) => {
  const container = globalThis.navigator?.serviceWorker as ServiceWorkerContainer | undefined
  const storeFolder = storeFolderName(options.storeId)
  const endings: Array<Unsubscribe> = []
  let serving: ServiceWorker | null = null
  let isDetached = false

  const configure = async (isPaused: boolean): Promise<void> => {
    const worker = container?.controller ?? null
    if (worker === null) return
    const ask = options.hasOwnKeys ? undefined : options.adapter.serviceWorkerSource
    const source = (await ask?.().catch(() => null)) ?? null
    // A token that comes after signing out must not reach the worker.
    if (isDetached) return
    const mayUpload = source?.takesUploads === true && !isPaused
    if (await configureServiceWorker({ storeFolder, source, mayUpload }, worker)) serving = worker
  }

  return {
    /** The remote as the engine should use it. */
    adapter: options.isEnabled ? skipUploadedContents(options.adapter, storeFolder) : options.adapter,
    isServed: (): boolean => serving !== null && container?.controller === serving,
    attach: (client: Pick<Client, "ensureContent" | "getStatus" | "subscribe">): void => {
      if (!options.isEnabled || container === undefined) return
      let wasPaused = client.getStatus().paused
      const onChange = () => void configure(wasPaused)
      container.addEventListener("controllerchange", onChange)
      endings.push(() => container.removeEventListener("controllerchange", onChange))
      // Without a page the worker has only its configuration and the last token.
      const { onServiceWorkerSourceChange } = options.adapter
      if (onServiceWorkerSourceChange !== undefined) endings.push(onServiceWorkerSourceChange(onChange))
      const onHide = () => document.visibilityState === "hidden" && onChange()
      document.addEventListener("visibilitychange", onHide)
      endings.push(() => document.removeEventListener("visibilitychange", onHide))
      endings.push(
        answerServiceWorker({
          storeFolder,
          want: async (contentHash, report) => {
            try {
              const isKnown = await client.ensureContent(contentHash, (loadedBytes, totalBytes) => {
                const writtenBytes = loadedBytes - unwrittenBytes
                if (totalBytes < streamFromBytes || writtenBytes <= 0) return
                report({ fileName: unfinishedName(contentHash), writtenBytes, totalBytes })
              })
              return isKnown ? "ready" : "unknown"
            } catch (error) {
              const { _tag, reason } = error as { readonly _tag?: string; readonly reason?: string }
              return { failed: _tag === "FileNotFoundError" ? "NotFound" : (reason ?? "Unknown") }
            }
          },
        }),
      )
      onChange()
      if (options.adapter.enabled === false || options.hasOwnKeys) return
      endings.push(
        // What is paused here must not go on behind the page's back.
        client.subscribe(() => {
          const { paused } = client.getStatus()
          if (paused === wasPaused) return
          wasPaused = paused
          onChange()
        }),
        uploadInBackground(container, () => {
          const { onlyHere, paused } = client.getStatus()
          return onlyHere > 0 && !paused
        }),
      )
    },
    detach: (): void => {
      serving = null
      isDetached = true
      for (const end of endings.splice(0)) end()
    },
  }
}
