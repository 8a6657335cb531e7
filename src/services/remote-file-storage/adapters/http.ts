import type { RemoteStorageAdapter } from "../../../types/index.js"
import type { Authorization } from "./http/authorized.js"
import { createHttpClient } from "./http/http-client.js"
import { type BatchLimits, defaultBatchLimits, s3MinPartBytes } from "./http/limits.js"
import { observeRefresh } from "./http/observe-refresh.js"
import { defaultMaxParts } from "../../../utils/part-defaults.js"

export type { Authorization, BatchLimits }

/** Options of {@link httpAdapter}. */
export interface HttpAdapterOptions extends Authorization {
  /** Where the protocol is served, such as `/api` or `https://files.example/api`. */
  readonly baseUrl: string
  /** Default `same-origin`. */
  readonly credentials?: RequestCredentials
  /** Idle timeout: a transfer without progress for this long fails and is retried. Default 60,000. */
  readonly stallTimeoutMs?: number
  /** Replaces the platform's `fetch` for every request; uploads then report no progress before their end. */
  readonly fetch?: typeof fetch
  /** What the server takes as parts. Default: parts of 5 MiB and more, up to 10,000. `false` = no parts. */
  readonly multipart?:
    | false
    | { readonly minPartBytes?: number; readonly maxPartBytes?: number; readonly maxParts?: number }
  /** What the server takes in one batch. Default: its own defaults. `false` = no batches. */
  readonly batch?: false | Partial<BatchLimits>
}

/** A client of HTTP protocol v1, which `livestore-filesync/server` serves. Throws a `TypeError` without a `baseUrl`. */
export const httpAdapter = (options: HttpAdapterOptions): RemoteStorageAdapter => {
  if (typeof options.baseUrl !== "string") throw new TypeError("`baseUrl` must be a string")
  const limits = {
    multipart: {
      minPartBytes: s3MinPartBytes,
      maxParts: defaultMaxParts,
      ...(options.multipart || undefined),
    },
    batch: { ...defaultBatchLimits, ...(options.batch || undefined) },
  }
  const { observed, onRefresh } = observeRefresh(options)
  const { multipart, batch, ...client } = createHttpClient(observed, limits)
  return {
    ...client,
    name: "http",
    ...(options.multipart === false ? {} : { multipart }),
    ...(options.batch === false ? {} : { batch }),
    onServiceWorkerSourceChange: onRefresh,
  }
}
