import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { answerFailure, unkept } from "./answers.js"
import type { FileRequest } from "./file-request.js"
import { withIdleTimeout } from "./idle-timeout.js"
import { toRefusal, requestRemote } from "./remote-request.js"

/** Options of {@link proxy}. */
export interface ProxyOptions {
  readonly idleTimeoutMs: number
  /** Whether the whole content is right; the answer breaks off when it is not. */
  readonly isRight?: Promise<boolean | undefined>
}

/**
 * Proxies a request to the remote and stores nothing: a HEAD, which downloads nothing, or a player's range, whose bytes
 * are not verified yet. `undefined` when the remote serves no ranges; 403, 404, 502 and 503 only for a HEAD.
 */
export const proxy = async (
  configuration: StoreConfiguration,
  { contentHash, request, range, isHead, hints }: FileRequest,
  { idleTimeoutMs, isRight }: ProxyOptions,
): Promise<Response | undefined> => {
  const { method, signal } = request
  const answer = await requestRemote(configuration, contentHash, { method, signal, range, idleTimeoutMs })
  const headers = { ...unkept(hints), "Accept-Ranges": "bytes" } as Record<string, string>
  for (const name of ["Content-Length", "Content-Range"]) {
    const value = answer?.headers.get(name)
    if (value) headers[name] = value
  }
  const refusal = toRefusal(answer)
  if (isHead && refusal) return answerFailure(refusal)
  // A player cannot use a part without its `Content-Range`, which a remote on another origin must expose.
  if (refusal || !answer?.ok || (!isHead && !headers["Content-Range"])) {
    void answer?.body?.cancel()
    return undefined
  }
  const body = answer.body && breakOff(answer.body, idleTimeoutMs, isRight)
  return new Response(body, { status: answer.status, headers })
}

/** A body that ends with an error when nothing comes, and when the whole turns out to be wrong. */
const breakOff = (
  body: ReadableStream<Uint8Array>,
  idleTimeoutMs: number,
  isRight: Promise<boolean | undefined> | undefined,
): ReadableStream<Uint8Array> => {
  const reader = body.getReader()
  const end = () => void reader.cancel().catch(() => {})
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const judge = async () => {
          if ((await isRight) !== false) return
          controller.error(new Error("The content is wrong"))
          end()
        }
        void judge()
      },
      async pull(controller) {
        try {
          const { done, value } = await withIdleTimeout(reader.read(), idleTimeoutMs)
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          end()
          throw error
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}
