import type { RemoteStorageAdapter } from "../../../types/index.js"
import type { Authorization } from "./http/authorized.js"
import type { BatchLimits } from "./http/batch-on-demand.js"
import { httpOnDemand } from "./http/http-on-demand.js"

export type { Authorization, BatchLimits }

/** Options of {@link httpAdapter}. */
export interface HttpAdapterOptions extends Authorization {
  /** Where the protocol is served, such as `/api` or `https://files.example/api`. */
  readonly baseUrl: string
  /** Default `same-origin`. */
  readonly credentials?: RequestCredentials
  /** A transfer is given up and retried when no byte moved for so long. Default 60,000, our choice. */
  readonly stallTimeoutMs?: number
  /** Replaces the platform's, for everything; uploads then tell no progress before their end. */
  readonly fetch?: typeof fetch
  /** What the server takes as parts. Default: parts of 5 MiB and more, up to 10,000. `false` = no parts. */
  readonly multipart?:
    | false
    | { readonly minPartBytes?: number; readonly maxPartBytes?: number; readonly maxParts?: number }
  /** What the server takes in one batch. Default: its own defaults. `false` = no batches. */
  readonly batch?: false | Partial<BatchLimits>
}

/**
 * Speaks HTTP protocol v1, which `livestore-filesync/server` serves. What speaks it begins to load at once, beside the
 * page: it is needed only where there is a network.
 */
export const httpAdapter = (options: HttpAdapterOptions): RemoteStorageAdapter => httpOnDemand(options)
