import { RemoteFailure } from "../../../../types/index.js"
import { aborted, type Refusal } from "./failure.js"
import type { Connection } from "./requests.js"
import { sendByXhr } from "./send-by-xhr.js"
import { watchForStall } from "./stall-watch.js"

/** Bytes on their way up. */
export interface SendRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Blob | Uint8Array<ArrayBuffer>
  readonly credentials: RequestCredentials
  readonly signal: AbortSignal
  readonly onProgress: (loadedBytes: number) => void
  /** Given up when not one byte moved for so long, or when no answer came for so long after the last one. */
  readonly stallTimeoutMs: number
}

/** Size of what is sent, in bytes. */
export const sizeOf = (body: Blob | Uint8Array): number =>
  body instanceof Blob ? body.size : body.byteLength

/**
 * Sends bytes and gives the whole answer, whatever its status. By XMLHttpRequest, the only way a browser tells upload
 * progress; by `fetch` where there is none (service workers, Node) or where the app has its own.
 */
export const send = async (
  connection: Pick<Connection, "fetch" | "isFetchReplaced">,
  request: SendRequest,
): Promise<Refusal> => {
  if (request.signal.aborted) throw aborted()
  const answer =
    typeof XMLHttpRequest === "undefined" || connection.isFetchReplaced
      ? sendByFetch(connection.fetch, request)
      : sendByXhr(request)
  try {
    return await answer
  } catch (error) {
    const { body } = request
    const isLineAtFault = (error as RemoteFailure).reason !== "Offline" || !(body instanceof Blob)
    if (!isLineAtFault) await requireReadable(body)
    throw error
  }
}

/** Slowest line on which an upload without visible progress is waited for, in bytes per second. Our choice. */
const slowestBytesPerSecond = 16 * 1024

const sendByFetch = async (doFetch: typeof fetch, request: SendRequest): Promise<Refusal> => {
  const { url, method, headers, credentials, stallTimeoutMs } = request
  const watch = watchForStall(request.signal, stallTimeoutMs)
  watch.moved(stallTimeoutMs + (sizeOf(request.body) / slowestBytesPerSecond) * 1000)
  try {
    const init = { method, headers, credentials, body: request.body, signal: watch.signal }
    const response = await doFetch(url, init)
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      body: await response.text(),
    }
  } catch (error) {
    throw watch.explain(error, "The server could not be reached")
  } finally {
    watch.stop()
  }
}

/** A file that has changed or gone breaks a request just as a dead line does, but waiting does not help. */
const requireReadable = async (body: Blob): Promise<void> => {
  try {
    await body.slice(0, 1).arrayBuffer()
  } catch (cause) {
    throw new RemoteFailure("Unknown", "The bytes on this device could not be read", { cause })
  }
}
