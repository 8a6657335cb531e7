import { RemoteFailure, type RemoteRequest, type RemoteStorageAdapter } from "../../../types/index.js"
import { toContentDigest } from "../../../utils/content-hash.js"
import { type Authorization, makeAuthorized } from "./http/authorized.js"
import { toRemoteFailure } from "./http/failure.js"
import { send } from "./http/send.js"

/** Options of {@link httpAdapter}. */
export interface HttpAdapterOptions extends Authorization {
  /** Where the protocol is served, such as `/api` or `https://files.example/api`. */
  readonly baseUrl: string
  /** Default `same-origin`. */
  readonly credentials?: RequestCredentials
  /** A transfer is given up and retried when no byte moved for so long. Default 60,000, our choice. */
  readonly stallTimeoutMs?: number
  /** Replaces the platform's, for tests and for apps that wrap it. */
  readonly fetch?: typeof fetch
}

/** Speaks HTTP protocol v1, which `livestore-filesync/server` serves. */
export const httpAdapter = (options: HttpAdapterOptions): RemoteStorageAdapter => {
  const baseUrl = options.baseUrl.replace(/\/+$/, "")
  const credentials = options.credentials ?? "same-origin"
  const stallTimeoutMs = options.stallTimeoutMs ?? 60_000
  const doFetch = options.fetch ?? ((...request: Parameters<typeof fetch>) => fetch(...request))
  const authorized = makeAuthorized(options)
  // A key goes into the URL as it is: it consists of URL characters only.
  const urlOf = (key: string) => `${baseUrl}/files/${key}`

  const request = (url: string, init: RequestInit & { readonly signal: AbortSignal }): Promise<Response> =>
    authorized.run(async (headers) => {
      let response: Response
      try {
        response = await doFetch(url, { ...init, credentials, headers: { ...headers, ...init.headers } })
      } catch (cause) {
        if (init.signal.aborted) throw new RemoteFailure("Aborted", "The request was cancelled", { cause })
        throw new RemoteFailure("Offline", "The server could not be reached", { cause })
      }
      if (response.ok) return response
      // Unread bodies hold their connection.
      await response.body?.cancel().catch(() => undefined)
      throw toRemoteFailure({ status: response.status, retryAfter: response.headers.get("Retry-After") })
    })

  const head = async ({ key, signal }: RemoteRequest) => {
    try {
      const response = await request(urlOf(key), { method: "HEAD", signal })
      const etag = response.headers.get("ETag") ?? undefined
      return {
        sizeBytes: Number(response.headers.get("Content-Length")),
        ...(etag === undefined ? {} : { etag }),
      }
    } catch (error) {
      if (error instanceof RemoteFailure && error.reason === "NotFound") return undefined
      throw error
    }
  }

  return {
    name: "http",
    upload: async (upload) => {
      const { key, body, contentHash, signal, onProgress } = upload
      // One round trip saves the whole body when another device was first.
      if (body.size > headFirstBytes && (await head(upload)) !== undefined) return { key }
      await authorized.run(async (headers) => {
        const answer = await send({
          method: "PUT",
          url: urlOf(key),
          headers: {
            ...headers,
            "Content-Type": body.type || "application/octet-stream",
            "Content-Digest": toContentDigest(contentHash),
            "If-None-Match": "*",
          },
          body,
          withCredentials: credentials === "include",
          signal,
          onProgress,
          stallTimeoutMs,
        })
        const isStored = (answer.status >= 200 && answer.status < 300) || answer.status === 412
        if (isStored) return
        throw toRemoteFailure({
          status: answer.status,
          retryAfter: answer.header("Retry-After"),
          digestRefused: answer.status === 400 && answer.body.includes("DigestMismatch"),
        })
      })
      return { key }
    },
    download: async ({ key, offset, etag, signal }) => {
      const range: Record<string, string> =
        offset === 0 ? {} : { Range: `bytes=${offset}-`, ...(etag === undefined ? {} : { "If-Range": etag }) }
      const response = await request(urlOf(key), { headers: range, signal }).catch((error: unknown) => {
        // Nothing lies behind the offset: what is here is all there is, or is not a prefix. Start over.
        if (offset > 0 && error instanceof RemoteFailure && error.status === 416)
          return request(urlOf(key), { signal })
        throw error
      })
      const contentRange = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")
      const start = response.status === 206 ? Number(contentRange?.[1] ?? offset) : 0
      const length = response.headers.get("Content-Length")
      const total = contentRange?.[2] ?? (response.status === 206 ? null : length)
      return {
        body: response.body ?? new Blob([]).stream(),
        offset: start,
        totalBytes: total === null ? undefined : Number(total),
        etag: response.headers.get("ETag") ?? undefined,
      }
    },
    delete: async ({ key, signal }) => {
      await request(urlOf(key), { method: "DELETE", signal }).catch((error: unknown) => {
        if (!(error instanceof RemoteFailure && error.reason === "NotFound")) throw error
      })
    },
    checkHealth: async ({ signal }) => {
      await request(`${baseUrl}/health`, { signal, cache: "no-store" })
    },
    head,
    serviceWorkerSource: async () => ({
      baseUrl: new URL(baseUrl, globalThis.location?.href).href,
      credentials,
      headers: await authorized.headers(),
    }),
  }
}

/** Above this size an upload asks first whether the content is there. Our choice: below it the body is cheaper than the question. */
const headFirstBytes = 256 * 1024
