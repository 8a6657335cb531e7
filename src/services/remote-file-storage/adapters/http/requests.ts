import { RemoteFailure } from "../../../../types/index.js"
import type { Authorized } from "./authorized.js"
import type { ReadHeader } from "../../../../utils/answer-proof.js"
import { aborted, isRemoteFailure, type Refusal, toRemoteFailure } from "./failure.js"
import { isSuccess, notOurServer, unproven } from "./proof.js"
import { type IdleTimer, startIdleTimer } from "./idle-timer.js"

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

/** A request whose answer must be a success. */
export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** A further status that counts as success: 304 or 412. */
  readonly alsoFine?: number
  /** How long an answer may take, when longer than the stall time-out. */
  readonly answerTimeoutMs?: number
}

/** An answer whose body has not been read; `idleTimer` is still running. */
export interface Opened {
  readonly response: Response
  readonly idleTimer: IdleTimer
}

/**
 * Sends a request by `fetch`. Fails for every answer that is not a success, and the body is then closed. A redirect is
 * not followed: what another address answers is not the file server's answer, and a write would go to another server.
 */
export const open = async (
  connection: Pick<Connection, "fetch" | "credentials" | "stallTimeoutMs">,
  url: string,
  { signal, answerTimeoutMs, alsoFine, ...init }: Ask,
): Promise<Opened> => {
  if (signal.aborted) throw aborted()
  const idleTimer = startIdleTimer(signal, connection.stallTimeoutMs)
  if (answerTimeoutMs !== undefined)
    idleTimer.onProgress(Math.max(answerTimeoutMs, connection.stallTimeoutMs))
  try {
    const response = await connection.fetch(url, {
      ...init,
      credentials: connection.credentials,
      // Files have a place of their own on this device; a second copy in the HTTP cache only takes space.
      cache: "no-store",
      redirect: "manual",
      signal: idleTimer.signal,
    })
    if (isRedirect(response)) {
      await response.body?.cancel().catch(() => undefined)
      throw notOurServer("redirect", response.status)
    }
    if (response.ok || response.status === alsoFine) {
      idleTimer.onProgress()
      return { response, idleTimer }
    }
    throw toRemoteFailure({
      status: response.status,
      header: (name) => response.headers.get(name),
      body: await readStart(response),
    })
  } catch (error) {
    idleTimer.stop()
    throw isRemoteFailure(error) ? error : idleTimer.explain(error, "The server could not be reached")
  }
}

/** Browsers hide what they did not follow; other runtimes show the status. A 304 is no redirect. */
export const isRedirect = ({ type, status }: Response): boolean =>
  type === "opaqueredirect" || (status >= 300 && status < 400 && status !== 304)

/** Sends a request in the app's name to our server. */
export const openAuthorized = (connection: Connection, path: string, ask: Ask): Promise<Opened> =>
  inAppsName(connection, ask.signal, (headers) =>
    open(connection, connection.baseUrl + path, { ...ask, headers: { ...headers, ...ask.headers } }),
  )

/**
 * Runs a request with the app's headers. A 404 that is not the protocol's own may come from a proxy that replaces the
 * bodies of refusals: when a health check shows that the address is a file server's, the 404 is believed.
 */
export const inAppsName = async <A>(
  connection: Connection,
  signal: AbortSignal,
  request: (headers: Record<string, string>) => Promise<A>,
): Promise<A> => {
  try {
    return await connection.authorized.run(signal, request)
  } catch (error) {
    const isUnexplained = isRemoteFailure(error) && (error.status === 404 || error.status === 410)
    if (!isUnexplained || error.foreign !== "not-found-page") throw error
    await requireHealth(connection, signal).catch(() => {
      throw error
    })
    throw new RemoteFailure("NotFound", `The server answered ${error.status}`, {
      status: error.status,
      foreign: error.foreign,
      cause: error,
    })
  }
}

/** Resolves when a file server answers at the address: by the protocol, that is a 204 and nothing else. */
export const requireHealth = async (connection: Connection, signal: AbortSignal): Promise<void> => {
  const { response, idleTimer } = await connection.authorized.run(signal, (headers) =>
    open(connection, `${connection.baseUrl}/health`, { signal, headers }),
  )
  const answer = { status: response.status, header: headerOf(response), body: await readStart(response) }
  idleTimer.stop()
  if (answer.status !== 204) throw unproven(answer)
}

/** Reads the headers of a `fetch` answer. */
export const headerOf =
  ({ headers }: Pick<Response, "headers">): ReadHeader =>
  (name) =>
    headers.get(name)

/** The head of a successful answer; its body is not read. */
export const askHead = async (
  connection: Connection,
  path: string,
  ask: Ask,
): Promise<{ readonly status: number; readonly header: ReadHeader }> => {
  const { response, idleTimer } = await openAuthorized(connection, path, ask)
  idleTimer.stop()
  // An unread body holds its connection.
  await response.body?.cancel().catch(() => undefined)
  return { status: response.status, header: headerOf(response) }
}

/** A successful answer with its text. */
export const askText = async (connection: Connection, path: string, ask: Ask): Promise<Refusal> => {
  const { response, idleTimer } = await openAuthorized(connection, path, ask)
  try {
    return { status: response.status, header: headerOf(response), body: await response.text() }
  } catch (error) {
    throw isRemoteFailure(error) ? error : idleTimer.explain(error, "The connection broke")
  } finally {
    idleTimer.stop()
  }
}

/** Sends a request to which the protocol answers 204, and takes no other success for done. */
export const askDone = async (connection: Connection, path: string, ask: Ask): Promise<void> => {
  const answer = await askText(connection, path, ask)
  if (answer.status !== 204) throw unproven(answer)
}

/** A successful answer's JSON. Fails with `NotOurServer` for an answer of another kind, such as a login page. */
export const askJson = async (connection: Connection, path: string, ask: Ask): Promise<unknown> =>
  jsonAnswer(await askText(connection, path, ask))

/** The JSON of a whole answer. Fails with `NotOurServer` when it is none, or as the answer says. */
export const jsonAnswer = (answer: Refusal): unknown => {
  if (answer.isRedirected === true) throw unproven(answer)
  if (!isSuccess(answer)) throw toRemoteFailure(answer)
  try {
    return JSON.parse(answer.body)
  } catch {
    throw unproven(answer)
  }
}

/** JSON of a part of an answer. Fails with `ServerError` when it is none. */
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
    // The status has arrived, which is enough.
  }
  await reader?.cancel().catch(() => undefined)
  return text
}
