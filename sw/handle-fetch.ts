import { sharedWorkerPath } from "../src/service-worker/protocol.js"
import { answerFileRequest } from "./answer-file-request.js"
import { readFileRequest } from "./file-request.js"
import { type FetchEventLike, scope } from "./worker-scope.js"

/** Options of this package's service worker. */
export interface FileSyncFetchOptions {
  /** Full URL of the package's `shared-worker.js` on another origin; makes its one-line stand-in on this one. */
  readonly sharedWorkerUrl?: string | undefined
  /** A remote that sends nothing for so long is given up, in milliseconds. Default 20,000. */
  readonly idleTimeoutMs?: number | undefined
}

/** The address that a page with the script tag announced; it takes precedence over the folder of this script. */
let announcedUrl: string | undefined

/** Answers the shared worker's address with this script from now on. Rejects for what is no web address. */
export const rememberSharedWorker = async (url: string): Promise<void> => {
  if (!/^https?:$/.test(new URL(url).protocol))
    throw new TypeError("A shared worker's address must begin with http: or https:")
  announcedUrl = new URL(url).href
}

/** Answers file URLs and says `true`; says `false` and does nothing for every other request. */
export const handleFileSyncFetch = (event: FetchEventLike, options: FileSyncFetchOptions = {}): boolean => {
  const wanted = readFileRequest(event.request)
  if (wanted) {
    const keepAlive = (until: Promise<unknown>) => event.waitUntil(until)
    event.respondWith(answerFileRequest(wanted, keepAlive, options.idleTimeoutMs))
    return true
  }
  const sharedWorkerUrl = announcedUrl ?? options.sharedWorkerUrl
  if (!sharedWorkerUrl || event.request.url !== scope().location.origin + sharedWorkerPath) return false
  // One line, same-origin, so that every tab means the same shared worker; it must be started as a module.
  const headers = { "Content-Type": "text/javascript" }
  event.respondWith(new Response(`import ${JSON.stringify(sharedWorkerUrl)}`, { headers }))
  return true
}
