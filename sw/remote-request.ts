import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { isWebPage } from "../src/utils/answer-proof.js"
import type { Refusal } from "./fetch-result.js"

/** Parameters of a request to a remote. */
export interface RemoteRequestOptions {
  readonly method?: string
  readonly range: string | null
  readonly signal: AbortSignal
  /** An answer that has not begun after this time counts as none. */
  readonly idleTimeoutMs: number
}

/** The remote's answer; `null` when it cannot be reached, `undefined` when the page allowed no remote. */
export const requestRemote = async (
  { storeFolder, source, keyUrl }: StoreConfiguration,
  contentHash: string,
  { method, range, signal, idleTimeoutMs }: RemoteRequestOptions,
): Promise<Response | null | undefined> => {
  if (!source) return undefined
  const template = keyUrl ?? `${source.baseUrl}/files/{storeFolder}/{hash}`
  const stop = new AbortController()
  const onAbort = () => stop.abort()
  if (signal.aborted) onAbort()
  signal.addEventListener("abort", onAbort)
  const late = setTimeout(onAbort, idleTimeoutMs)
  const init = {
    method,
    headers: { ...source.headers, ...(range && { Range: range }) },
    credentials: source.credentials,
    // What is verified goes into OPFS; a second copy would only cost space.
    cache: "no-store",
    // The protocol knows no redirects; an app's own addresses may have some.
    redirect: keyUrl === undefined ? "manual" : "follow",
    signal: stop.signal,
  }
  const url = template.replaceAll("{storeFolder}", storeFolder).replaceAll("{hash}", contentHash)
  // A member that is `undefined` counts as absent, which the types do not say.
  return fetch(url, init as RequestInit)
    .catch(() => null)
    .finally(() => clearTimeout(late))
}

/**
 * The answer to the page for an answer of the remote that is not a success; `undefined` for a success. A web page or a
 * redirect comes from something else, such as a sign-in, whatever its status.
 */
export const toRefusal = (answer: Response | null | undefined): Refusal | undefined => {
  const isStranger =
    answer?.type === "opaqueredirect" ||
    (!!answer && (answer.ok || answer.status === 404) && isWebPage((name) => answer.headers.get(name)))
  if (isStranger) return { status: 502, reason: "NotOurServer" }
  if (answer?.ok) return undefined
  const status = answer === null ? 503 : (answer?.status ?? 404)
  const reason = `Remote${status}`
  if (status === 404 || status === 410) return { status: 404, reason }
  if (status === 401 || status === 403) return { status: 403, reason }
  return { status: 503, reason }
}
