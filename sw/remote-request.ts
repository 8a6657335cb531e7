import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { scope } from "./worker-scope.js"

/** Fetches content from the store's remote; `undefined` when the page allowed none. Rejects when it is unreachable. */
export const requestRemote = (
  { storeFolder, source, keyUrl }: StoreConfiguration,
  contentHash: string,
  init: { readonly method?: string; readonly range?: string; readonly signal?: AbortSignal } = {},
): Promise<Response> | undefined => {
  if (source === null) return undefined
  const template = keyUrl ?? `${source.baseUrl.replace(/\/+$/, "")}/files/{storeFolder}/{hash}`
  const url = template.replaceAll("{storeFolder}", storeFolder).replaceAll("{hash}", contentHash)
  const headers = new Headers(source.headers)
  if (init.range !== undefined) headers.set("Range", init.range)
  return fetch(new URL(url, scope().location.href), {
    method: init.method ?? "GET",
    headers,
    credentials: source.credentials ?? "same-origin",
    // What is verified goes into OPFS; a second copy would only cost space.
    cache: "no-store",
    signal: init.signal ?? null,
  })
}

/** What a remote's refusal is to the one who asked us. */
export const explainStatus = (status: number): 403 | 404 | 502 | 503 => {
  if (status === 404 || status === 410) return 404
  if (status === 401 || status === 403) return 403
  return status >= 500 || status === 429 ? 503 : 502
}
