import type { RemoteStorageAdapter } from "../../../../types/index.js"
import type { HttpAdapterOptions } from "../http.js"
import { batchOnDemand, defaultBatchLimits } from "./batch-on-demand.js"
import { loadPart } from "./load-part.js"
import { multipartOnDemand, s3MinPartBytes } from "./multipart-on-demand.js"
import type { HttpSpeaker } from "./speak-http.js"

/** The adapter as the engine sees it; what speaks the protocol begins to load at once and is waited for by each call. */
export const httpOnDemand = (
  options: HttpAdapterOptions,
  importIt = () => import("./speak-http.js"),
): RemoteStorageAdapter => {
  if (typeof options.baseUrl !== "string") throw new TypeError("`baseUrl` must be a string")
  const { multipart, batch } = options
  const limits = {
    multipart: { minPartBytes: s3MinPartBytes, maxParts: 10_000, ...(multipart === false ? {} : multipart) },
    batch: { ...defaultBatchLimits, ...(batch === false ? {} : batch) },
  }
  const { observed, onRefresh } = observeRefresh(options)
  let loading: Promise<HttpSpeaker> | undefined
  const load = (): Promise<HttpSpeaker> => {
    if (loading === undefined) {
      loading = loadPart(async () => (await importIt()).speakHttp(observed, limits))
      // What could not be loaded now may be there next time.
      loading.catch(() => (loading = undefined))
    }
    return loading
  }
  load().catch(() => undefined) // Told to whoever needs it.
  return {
    name: "http",
    upload: async (request) => (await load()).upload(request),
    download: async (request) => (await load()).download(request),
    delete: async (request) => (await load()).delete(request),
    checkHealth: async (request) => (await load()).checkHealth(request),
    head: async (request) => (await load()).head(request),
    isStored: async (request) => (await load()).isStored(request),
    shareUrl: async (request) => (await load()).shareUrl(request),
    ...(multipart === false
      ? {}
      : { multipart: multipartOnDemand(limits.multipart, async () => (await load()).multipart) }),
    ...(batch === false ? {} : { batch: batchOnDemand(limits.batch, async () => (await load()).batch) }),
    serviceWorkerSource: async () => (await load()).serviceWorkerSource(),
    onServiceWorkerSourceChange: onRefresh,
  }
}

/** The same options, with a way to hear of each token that was refreshed. */
const observeRefresh = (options: HttpAdapterOptions) => {
  const listeners = new Set<() => void>()
  const onRefresh = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const { getToken } = options
  if (getToken === undefined) return { observed: options, onRefresh }
  const observed: HttpAdapterOptions = {
    ...options,
    getToken: async (wish) => {
      const token = await getToken(wish)
      // Afterwards: who listens asks for the token again.
      if (wish.refresh) setTimeout(() => listeners.forEach((listener) => listener()))
      return token
    },
  }
  return { observed, onRefresh }
}
