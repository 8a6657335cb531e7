import { sharedWorkerPath } from "../service-worker/protocol.js"

const isSameOrigin = (url: string): boolean => new URL(url).origin === location.origin

/** Starts a module worker from any origin: browsers refuse another origin's script, but not one that imports it. */
export const startWorker = (url: string, name: string): Worker => {
  if (isSameOrigin(url)) return new Worker(url, { type: "module", name })
  const shim = URL.createObjectURL(new Blob([`import ${JSON.stringify(url)}`], { type: "text/javascript" }))
  return new Worker(shim, { type: "module", name })
}

/**
 * Where the shared worker's script is, or `undefined` when tabs cannot share one: a shared worker must come from this
 * origin, so that of another origin goes through the service worker. From a `blob:` URL each tab would get its own.
 */
export const findSharedWorker = (url: string, isAnsweredByServiceWorker: boolean): string | undefined => {
  if (typeof SharedWorker === "undefined") return undefined
  if (isSameOrigin(url)) return url
  return isAnsweredByServiceWorker ? sharedWorkerPath : undefined
}
