import type { Refusal } from "./failure.js"
import { type SendRequest, slowestBytesPerSecond } from "./send-request.js"
import { startIdleTimer } from "./idle-timer.js"

/** Sends bytes by XMLHttpRequest; aborting closes the connection. */
export const sendByXhr = (request: SendRequest): Promise<Refusal> =>
  new Promise((resolve, reject) => {
    const idleTimer = startIdleTimer(request.signal, request.stallTimeoutMs)
    const xhr = new XMLHttpRequest()
    const fail = (cause: unknown) => {
      idleTimer.stop()
      reject(idleTimer.explain(cause, "The server could not be reached"))
    }
    idleTimer.signal.addEventListener("abort", () => {
      xhr.abort()
      fail(idleTimer.signal.reason)
    })
    xhr.upload.addEventListener("progress", (event) => {
      // Firefox says "load" only when the answer comes, long after the last byte has gone into buffers.
      idleTimer.onProgress(event.loaded < event.total ? undefined : answerTimeoutMs(request))
      request.onProgress(event.loaded)
    })
    xhr.upload.addEventListener("load", () => idleTimer.onProgress(answerTimeoutMs(request)))
    xhr.addEventListener("progress", () => idleTimer.onProgress())
    xhr.addEventListener("error", fail)
    xhr.addEventListener("load", () => {
      idleTimer.stop()
      resolve({
        status: xhr.status,
        header: (name) => xhr.getResponseHeader(name),
        body: xhr.responseText,
        isRedirected: isElsewhere(xhr.responseURL, request.url),
      })
    })
    xhr.open(request.method, request.url)
    xhr.withCredentials = request.credentials === "include"
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value)
    xhr.send(request.body)
  })

/** XMLHttpRequest always follows redirects; only the address of the answer shows it. */
const isElsewhere = (responseUrl: string, url: string): boolean => {
  // Some engines resolve an escaped dot.
  const plain = (address: string) => new URL(address, globalThis.location?.href).href.replaceAll(/%2e/gi, ".")
  return responseUrl !== "" && plain(responseUrl) !== plain(url)
}

/** Bytes that may lie in buffers when the browser says that all are sent: a few MB, as operating systems set them. */
const maxBufferedBytes = 4 * 1024 ** 2

/** How long the answer may take: buffered bytes of a slow connection are still on their way. */
const answerTimeoutMs = ({ body, stallTimeoutMs }: SendRequest): number =>
  stallTimeoutMs + (Math.min(body.size, maxBufferedBytes) / slowestBytesPerSecond) * 1000
