import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { answerFailure, unkept } from "./answers.js"
import type { FileRequest } from "./file-request.js"
import { explainStatus, requestRemote } from "./remote-request.js"

/**
 * Straight from the remote, kept nowhere: a HEAD, for which nothing is downloaded, or a player's part.
 * `undefined` when the remote gives no parts; 403, 404, 502 and 503 only for a HEAD.
 */
export const passThrough = async (
  configuration: StoreConfiguration,
  { contentHash, request: { method, signal }, range, hints }: FileRequest,
): Promise<Response | undefined> => {
  const answer = await requestRemote(configuration, contentHash, {
    method,
    signal,
    ...(range === null ? {} : { range }),
  })?.catch(() => null)
  const status = method === "HEAD" ? 200 : 206
  if (answer?.status !== status) {
    void answer?.body?.cancel()
    if (method !== "HEAD") return undefined
    return answerFailure(answer === null ? 503 : explainStatus(answer?.status ?? 404), "NotFound")
  }
  const headers: Record<string, string> = { "Accept-Ranges": "bytes" }
  for (const name of ["Content-Length", "Content-Range"]) {
    const value = answer.headers.get(name)
    if (value !== null) headers[name] = value
    // A player cannot use a part without knowing which; another origin must expose this header.
    else if (status === 206 && name === "Content-Range") return undefined
  }
  return new Response(answer.body, { status, headers: unkept(hints, headers) })
}
