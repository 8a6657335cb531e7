import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { answerFailure, unkept } from "./answers.js"
import type { FileRequest } from "./file-request.js"
import { explainAnswer, requestRemote } from "./remote-request.js"

/**
 * Straight from the remote, kept nowhere: a HEAD, for which nothing is downloaded, or a player's part.
 * `undefined` when the remote gives no parts; 403, 404, 502 and 503 only for a HEAD.
 */
export const passThrough = async (
  configuration: StoreConfiguration,
  { contentHash, request, range, isHead, hints }: FileRequest,
): Promise<Response | undefined> => {
  const { method, signal } = request
  const answer = await requestRemote(configuration, contentHash, { method, signal, range })
  const headers = { ...unkept(hints), "Accept-Ranges": "bytes" } as Record<string, string>
  for (const name of ["Content-Length", "Content-Range"]) {
    const value = answer?.headers.get(name)
    if (value) headers[name] = value
  }
  const refusal = explainAnswer(answer)
  if (isHead && refusal) return answerFailure(refusal)
  // A player cannot use a part without knowing which; a remote on another origin must expose this header.
  if (!answer?.ok || (!isHead && !headers["Content-Range"])) {
    void answer?.body?.cancel()
    return undefined
  }
  return new Response(answer.body, { status: answer.status, headers })
}
