import type { BatchSupport, MultipartSupport, RemoteStorageAdapter } from "../../../../types/index.js"
import type { HttpAdapterOptions } from "../http.js"
import { batchOver } from "./batch.js"
import type { BatchLimits } from "./batch-on-demand.js"
import { getFile } from "./download.js"
import { deleteFile, headFile, isStored, putFile } from "./files.js"
import { loadPart } from "./load-part.js"
import { type MultipartLimits, multipartOnDemand } from "./multipart-on-demand.js"
import { requireHealth } from "./requests.js"
import { shareFile } from "./share.js"
import { toConnection } from "./to-connection.js"

/** All that `httpAdapter` promises, whatever of it the app wants. */
export interface HttpSpeaker
  extends Required<Omit<RemoteStorageAdapter, "name" | "enabled" | "onServiceWorkerSourceChange">> {
  readonly multipart: MultipartSupport
  readonly batch: BatchSupport
}

/** HTTP protocol v1. */
export const speakHttp = (
  options: HttpAdapterOptions,
  limits: { readonly multipart: MultipartLimits; readonly batch: BatchLimits },
  importMultipart = () => import("./multipart.js"),
): HttpSpeaker => {
  const connection = toConnection(options)
  return {
    upload: (request) => putFile(connection, request),
    download: (request) => getFile(connection, request),
    delete: (request) => deleteFile(connection, request),
    checkHealth: ({ signal }) => requireHealth(connection, signal),
    head: (request) => headFile(connection, request),
    isStored: (request) => isStored(connection, request),
    shareUrl: (request) => shareFile(connection, request),
    // Few sessions send a file that is large enough.
    multipart: multipartOnDemand(limits.multipart, async () => {
      const { multipartOver } = await loadPart(importMultipart)
      return multipartOver(connection, limits.multipart)
    }),
    batch: batchOver(connection, limits.batch),
    serviceWorkerSource: async () => ({
      baseUrl: new URL(connection.baseUrl, globalThis.location?.href).href,
      credentials: connection.credentials,
      headers: await connection.authorized.headers(),
      takesUploads: true,
    }),
  }
}
