import type { BatchSupport, MultipartSupport, RemoteStorageAdapter } from "../../../../types/index.js"
import type { HttpAdapterOptions } from "../http.js"
import { batchOver } from "./batch.js"
import { getFile } from "./download.js"
import { deleteFile, headFile, isStored, putFile } from "./files.js"
import type { BatchLimits, MultipartLimits } from "./limits.js"
import { multipartOver } from "./multipart.js"
import { requireHealth } from "./requests.js"
import { shareFile } from "./share.js"
import { toConnection } from "./to-connection.js"

/** Every operation of HTTP protocol v1. */
export interface HttpClient
  extends Required<Omit<RemoteStorageAdapter, "name" | "enabled" | "onServiceWorkerSourceChange">> {
  readonly multipart: MultipartSupport
  readonly batch: BatchSupport
}

/** A client of HTTP protocol v1. */
export const createHttpClient = (
  options: HttpAdapterOptions,
  limits: { readonly multipart: MultipartLimits; readonly batch: BatchLimits },
): HttpClient => {
  const connection = toConnection(options)
  return {
    upload: (request) => putFile(connection, request),
    download: (request) => getFile(connection, request),
    delete: (request) => deleteFile(connection, request),
    checkHealth: ({ signal }) => requireHealth(connection, signal),
    head: (request) => headFile(connection, request),
    isStored: (request) => isStored(connection, request),
    shareUrl: (request) => shareFile(connection, request),
    multipart: multipartOver(connection, limits.multipart),
    batch: batchOver(connection, limits.batch),
    serviceWorkerSource: async () => ({
      baseUrl: new URL(connection.baseUrl, globalThis.location?.href).href,
      credentials: connection.credentials,
      headers: await connection.authorized.headers(),
      takesUploads: true,
    }),
  }
}
