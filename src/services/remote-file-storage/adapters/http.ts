import type { RemoteStorageAdapter } from "../../../types/index.js"
import type { Authorization } from "./http/authorized.js"
import { type BatchLimits, batchOver, defaultBatchLimits } from "./http/batch.js"
import { getFile } from "./http/download.js"
import { deleteFile, headFile, isStored, putFile } from "./http/files.js"
import { multipartOnDemand, s3MinPartBytes } from "./http/multipart-on-demand.js"
import { askHeaders } from "./http/requests.js"
import { toConnection } from "./http/to-connection.js"

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

/** Speaks HTTP protocol v1, which `livestore-filesync/server` serves. */
export const httpAdapter = (options: HttpAdapterOptions): RemoteStorageAdapter => {
  const connection = toConnection(options)
  const { multipart, batch } = options
  return {
    name: "http",
    upload: (request) => putFile(connection, request),
    download: (request) => getFile(connection, request),
    delete: (request) => deleteFile(connection, request),
    checkHealth: async ({ signal }) => {
      await askHeaders(connection, "/health", { signal })
    },
    head: (request) => headFile(connection, request),
    isStored: (request) => isStored(connection, request),
    ...(multipart === false
      ? {}
      : {
          multipart: multipartOnDemand(connection, {
            minPartBytes: s3MinPartBytes,
            maxParts: 10_000,
            ...multipart,
          }),
        }),
    ...(batch === false ? {} : { batch: batchOver(connection, { ...defaultBatchLimits, ...batch }) }),
    serviceWorkerSource: async () => ({
      baseUrl: new URL(connection.baseUrl, globalThis.location?.href).href,
      credentials: connection.credentials,
      headers: await connection.authorized.headers(),
      takesUploads: true,
    }),
  }
}
