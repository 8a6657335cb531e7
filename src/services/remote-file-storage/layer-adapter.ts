import { Effect, Layer } from "effect"
import { ConfigError, DeleteError, DownloadError, UploadError } from "../../errors/index.js"
import {
  RemoteFailure,
  type RemoteFailureReason,
  type RemoteRequest,
  type RemoteStorageAdapter,
} from "../../types/index.js"
import { withIdleTimeout, reportProgress } from "./IdleTimeout.js"
import { RemoteStorage } from "./RemoteStorage.js"

/** A health check is answered without any storage call, so it gets less time than a transfer. */
const healthTimeoutMs = 10_000

interface FailureFields {
  readonly reason: RemoteFailureReason
  readonly retryAfterMs?: number | undefined
  readonly cause: unknown
}

/** The reason of a thrown value; anything but a `RemoteFailure` is `Unknown`, or `Aborted` for an abort. */
export const toFailureFields = (thrown: unknown): FailureFields => {
  // By name as well: a second copy of this package has its own class.
  if (thrown instanceof RemoteFailure || (thrown as { name?: unknown } | null)?.name === "RemoteFailure") {
    const { reason, retryAfterMs } = thrown as RemoteFailure
    return { reason, retryAfterMs, cause: thrown }
  }
  const isAbort = (thrown as { name?: unknown } | null)?.name === "AbortError"
  return { reason: isAbort ? "Aborted" : "Unknown", cause: thrown }
}

/** Asks the adapter by its best means; one that can only download begins a download. */
const isStored = async (adapter: RemoteStorageAdapter, request: RemoteRequest): Promise<boolean> => {
  if (adapter.isStored !== undefined) return (await adapter.isStored(request)) === true
  if (adapter.head !== undefined) return (await adapter.head(request))?.sizeBytes === request.record.sizeBytes
  const looking = new AbortController()
  const end = (): void => looking.abort()
  request.signal.addEventListener("abort", end)
  try {
    const { body, isProven } = await adapter.download({
      ...request,
      offset: 0,
      etag: undefined,
      signal: looking.signal,
    })
    void body.cancel().catch(() => undefined) // That it began is the answer.
    if (isProven === false) throw new RemoteFailure("NotOurServer", "Something else answered for the remote")
    return true
  } catch (error) {
    if (toFailureFields(error).reason === "NotFound") return false
    throw error
  } finally {
    end()
    request.signal.removeEventListener("abort", end)
  }
}

/** Says that a remote has no signed addresses. */
export const cannotShare = (name: string): ConfigError =>
  new ConfigError({
    reason: "NotSupported",
    detail: `the remote "${name}" cannot make links to share. Give its server a \`shareSecret\`, or use one that signs URLs.`,
  })

/** The remote through a plain adapter. */
export const layerAdapter = (adapter: RemoteStorageAdapter) =>
  Layer.succeed(RemoteStorage, {
    name: adapter.name,
    enabled: adapter.enabled !== false,
    upload: (request) =>
      withIdleTimeout(
        async (signal, restartTimeout) => {
          const onProgress = reportProgress(restartTimeout, request.onProgress)
          const stored: { readonly key?: unknown } | undefined = await adapter.upload({
            ...request,
            signal,
            onProgress,
          })
          // The key goes into the records of all devices, so any other than the requested one is refused.
          if (stored?.key === request.key) return { key: request.key }
          throw new TypeError("The adapter's `upload` answered with another key, or with none")
        },
        (thrown) =>
          new UploadError({ ...toFailureFields(thrown), key: request.key, fileId: request.record.id }),
        request.body.size,
      ),
    download: (request) =>
      Effect.gen(function* () {
        // Not Effect's own signal: it ends with one effect, and the body is read after that.
        const controller = yield* Effect.acquireRelease(
          Effect.sync(() => new AbortController()),
          (open) => Effect.sync(() => open.abort()),
        )
        const start = withIdleTimeout(
          () => adapter.download({ ...request, signal: controller.signal }),
          (thrown) =>
            new DownloadError({ ...toFailureFields(thrown), key: request.key, fileId: request.record.id }),
        )
        return yield* Effect.onInterrupt(start, () => Effect.sync(() => controller.abort()))
      }),
    delete: (request) =>
      withIdleTimeout(
        (signal) => adapter.delete({ ...request, signal }),
        (thrown) =>
          new DeleteError({ ...toFailureFields(thrown), key: request.key, fileId: request.record.id }),
      ),
    isStored: (request) =>
      withIdleTimeout(
        (signal) => isStored(adapter, { ...request, signal }),
        (thrown) =>
          new DownloadError({ ...toFailureFields(thrown), key: request.key, fileId: request.record.id }),
      ),
    checkHealth: Effect.tryPromise({
      try: (signal) => adapter.checkHealth({ signal }),
      catch: (thrown) => new DownloadError({ ...toFailureFields(thrown), key: "" }),
    }).pipe(
      Effect.timeoutFail({
        duration: healthTimeoutMs,
        onTimeout: () => new DownloadError({ reason: "Timeout", key: "" }),
      }),
    ),
    shareUrl:
      adapter.shareUrl === undefined
        ? undefined
        : (request) =>
            withIdleTimeout(
              async (signal) => {
                const url: unknown = await adapter.shareUrl?.({ ...request, signal })
                if (typeof url !== "string" || !URL.canParse(url))
                  throw new TypeError("`shareUrl` gave no URL")
                return url
              },
              (thrown) =>
                (thrown as { readonly status?: unknown } | null)?.status === 501
                  ? cannotShare(adapter.name)
                  : new DownloadError({
                      ...toFailureFields(thrown),
                      key: request.key,
                      fileId: request.record.id,
                    }),
            ),
    multipart: adapter.multipart,
    batch: adapter.batch,
    serviceWorkerSource: Effect.promise(
      async () => (await adapter.serviceWorkerSource?.().catch(() => null)) ?? null, // It only makes the worker faster.
    ),
  })
