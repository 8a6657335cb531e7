import { RemoteFailure } from "../../../../types/index.js"
import type { Authorized } from "./authorized.js"
import { aborted, isRemoteFailure, toRemoteFailure } from "./failure.js"
import { type StallWatch, watchForStall } from "./stall-watch.js"

/** What every request of an adapter shares. */
export interface Connection {
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly authorized: Authorized
  readonly credentials: RequestCredentials
  readonly stallTimeoutMs: number
  readonly fetch: typeof fetch
  /** The app gave its own `fetch`, which uploads must take too. */
  readonly isFetchReplaced: boolean
}

/** A request of which the answer counts only as a success. */
export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** A 304 is a success as well. */
  readonly isNotModifiedFine?: boolean
  /** How long an answer may take, when longer than the stall time-out. */
  readonly answerTimeoutMs?: number
}

/** An answer whose body has not been read; `watch` is still running. */
export interface Opened {
  readonly response: Response
  readonly watch: StallWatch
}

/** Sends a request by `fetch`. Fails for every answer that is not a success, and the body is then closed. */
export const open = async (
  connection: Pick<Connection, "fetch" | "credentials" | "stallTimeoutMs">,
  url: string,
  { signal, answerTimeoutMs, isNotModifiedFine = false, ...init }: Ask,
): Promise<Opened> => {
  if (signal.aborted) throw aborted()
  const watch = watchForStall(signal, connection.stallTimeoutMs)
  if (answerTimeoutMs !== undefined) watch.moved(Math.max(answerTimeoutMs, connection.stallTimeoutMs))
  try {
    const response = await connection.fetch(url, {
      ...init,
      credentials: connection.credentials,
      // Files have a place of their own on this device; a second copy in the HTTP cache helps nobody.
      cache: "no-store",
      signal: watch.signal,
    })
    if (response.ok || (isNotModifiedFine && response.status === 304)) {
      watch.moved()
      return { response, watch }
    }
    throw toRemoteFailure({
      status: response.status,
      header: (name) => response.headers.get(name),
      body: await readStart(response),
    })
  } catch (error) {
    watch.stop()
    throw isRemoteFailure(error) ? error : watch.explain(error, "The server could not be reached")
  }
}

/** Sends a request in the app's name to our server. */
export const openAuthorized = (connection: Connection, path: string, ask: Ask): Promise<Opened> =>
  connection.authorized.run(ask.signal, (headers) =>
    open(connection, connection.baseUrl + path, { ...ask, headers: { ...headers, ...ask.headers } }),
  )

/** The headers of a successful answer; its body is not read. */
export const askHeaders = async (connection: Connection, path: string, ask: Ask): Promise<Headers> => {
  const { response, watch } = await openAuthorized(connection, path, ask)
  watch.stop()
  // An unread body holds its connection.
  await response.body?.cancel().catch(() => undefined)
  return response.headers
}

/** A successful answer's JSON. Fails with `ServerError` for an answer of another kind, such as a login page. */
export const askJson = async (connection: Connection, path: string, ask: Ask): Promise<unknown> => {
  const { response, watch } = await openAuthorized(connection, path, ask)
  try {
    return parseAnswer(await response.text())
  } catch (error) {
    throw isRemoteFailure(error) ? error : watch.explain(error, "The connection broke")
  } finally {
    watch.stop()
  }
}

/** JSON of an answer. Fails with `ServerError` when it is none. */
export const parseAnswer = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RemoteFailure("ServerError", "The server's answer cannot be understood", { cause })
  }
}

/** Characters of a refusal's body that are looked at. */
const maxRefusalChars = 64 * 1024

const readStart = async (response: Response): Promise<string> => {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ""
  try {
    for (let step = await reader?.read(); step !== undefined && !step.done; step = await reader?.read()) {
      text += step.value
      if (text.length > maxRefusalChars) break
    }
  } catch {
    // The status has arrived, and says enough.
  }
  await reader?.cancel().catch(() => undefined)
  return text
}
