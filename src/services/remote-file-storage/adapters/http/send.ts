import { RemoteFailure } from "../../../../types/index.js"
import { aborted, type Refusal } from "./failure.js"
import { type Connection, isRedirect } from "./requests.js"
import { sendByXhr } from "./send-by-xhr.js"
import { type SendRequest, slowestBytesPerSecond, smallBodyBytes } from "./send-request.js"
import { startIdleTimer } from "./idle-timer.js"

/**
 * Sends bytes and gives the whole answer, whatever its status. By `fetch`, which follows no redirect; large bodies by
 * XMLHttpRequest, the only way in which a browser reports upload progress, where there is one (not in service workers
 * and Node) and the app has no `fetch` of its own. XMLHttpRequest follows redirects, so callers first ask the address
 * of a large body by {@link open}.
 */
export const send = async (
  connection: Pick<Connection, "fetch" | "isFetchReplaced">,
  request: SendRequest,
): Promise<Refusal> => {
  if (request.signal.aborted) throw aborted()
  const answer =
    request.body.size > smallBodyBytes && canReportProgress(connection)
      ? sendByXhr(request)
      : sendByFetch(connection.fetch, request)
  const { body } = request
  try {
    const refusal = await answer
    // WebKit sends a file that cannot be read any more as an empty one, and the server answers 400 because the hash
    // differs.
    if (refusal.status === 400) await requireReadable(body)
    return refusal
  } catch (error) {
    const { reason } = error as RemoteFailure
    // Firefox sends the head of a request whose file cannot be read and then nothing, until the time is up.
    if (reason === "Offline" || reason === "Timeout") await requireReadable(body)
    throw error
  }
}

/** Whether large bodies go by XMLHttpRequest. */
export const canReportProgress = ({ isFetchReplaced }: Pick<Connection, "isFetchReplaced">): boolean =>
  typeof XMLHttpRequest !== "undefined" && !isFetchReplaced

const sendByFetch = async (doFetch: typeof fetch, request: SendRequest): Promise<Refusal> => {
  const { url, method, headers, credentials, stallTimeoutMs } = request
  const idleTimer = startIdleTimer(request.signal, stallTimeoutMs)
  idleTimer.onProgress(stallTimeoutMs + (request.body.size / slowestBytesPerSecond) * 1000)
  try {
    const init = {
      method,
      headers,
      credentials,
      body: request.body,
      signal: idleTimer.signal,
      redirect: "manual",
    }
    const response = await doFetch(url, init as RequestInit)
    return {
      status: response.status,
      isRedirected: isRedirect(response),
      header: (name) => response.headers.get(name),
      body: await response.text(),
    }
  } catch (error) {
    throw idleTimer.explain(error, "The server could not be reached")
  } finally {
    idleTimer.stop()
  }
}

/** A file that has changed or gone breaks a request just as a lost connection does, but waiting does not help. */
const requireReadable = async (body: Blob): Promise<void> => {
  try {
    await body.slice(0, 1).arrayBuffer()
  } catch (cause) {
    throw new RemoteFailure("Unknown", "The bytes on this device could not be read", { cause })
  }
}
