import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import type { Refusal } from "./delivery.js"

/** The remote's answer; `null` when it cannot be reached, `undefined` when the page allowed no remote. */
export const requestRemote = async (
  { storeFolder, source, keyUrl }: StoreConfiguration,
  contentHash: string,
  { method, range, signal }: { method?: string; range: string | null; signal: AbortSignal },
): Promise<Response | null | undefined> => {
  if (!source) return undefined
  const template = keyUrl ?? `${source.baseUrl}/files/{storeFolder}/{hash}`
  const init = {
    method,
    headers: { ...source.headers, ...(range && { Range: range }) },
    credentials: source.credentials,
    // What is verified goes into OPFS; a second copy would only cost space.
    cache: "no-store",
    signal,
  }
  const url = template.replaceAll("{storeFolder}", storeFolder).replaceAll("{hash}", contentHash)
  // A member that is `undefined` counts as absent, which the types do not say.
  return fetch(url, init as RequestInit).catch(() => null)
}

/** What a remote's refusal is to the one who asked us; `undefined` when it did not refuse. */
export const explainAnswer = (answer: Response | null | undefined): Refusal | undefined => {
  if (answer?.ok) return undefined
  const status = answer === null ? 503 : (answer?.status ?? 404)
  const reason = `Remote${status}`
  if (status === 404 || status === 410) return { status: 404, reason }
  if (status === 401 || status === 403) return { status: 403, reason }
  return { status: 503, reason }
}
