import type { IncomingMessage, RequestOptions } from "node:http"

/**
 * `fetch` by way of `node:http`, for one request that is not redirected: Deno's own `fetch` drops the `Content-Length`
 * of a streamed body and sends it in chunks, which S3 refuses. Answers stream; an aborted answer ends the connection.
 */
export const nodeFetch = async (request: Request): Promise<Response> => {
  const url = new URL(request.url)
  const [{ request: start }, { Readable }, { pipeline }] = await Promise.all([
    url.protocol === "https:" ? import("node:https") : import("node:http"),
    import("node:stream"),
    import("node:stream/promises"),
  ])
  const options: RequestOptions = {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    signal: request.signal,
  }
  const outgoing = start(url, options)
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve)
    outgoing.once("error", reject)
    if (request.body === null) outgoing.end()
    else {
      const body = Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0])
      // Deno's request emits no event when it is destroyed, so a body that breaks is reported from here.
      pipeline(body, outgoing).catch((error: unknown) => {
        outgoing.destroy()
        reject(error)
      })
    }
  })
  const status = incoming.statusCode ?? 500
  const headers = new Headers()
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? "", incoming.rawHeaders[index + 1] ?? "")
  }
  const hasBody = request.method !== "HEAD" && status !== 204 && status !== 304
  if (!hasBody) incoming.resume()
  const body = hasBody ? (Readable.toWeb(incoming) as ReadableStream<Uint8Array>) : null
  return new Response(body, { status, headers })
}
