import {
  type MultipartSupport,
  RemoteFailure,
  type RemoteRequest,
  type RemoteStorageAdapter,
} from "../../../types/index.js"
import { type HttpAdapterOptions, httpAdapter } from "./http.js"
import { toConnection } from "./http/to-connection.js"
import { toContentType } from "./http/content-type.js"
import { type Probe, probe } from "./http/files.js"
import { forwardProgress } from "./http/forward-progress.js"
import { putDirect, requireInStore } from "./s3/direct.js"
import { downloadExplained } from "./s3/unreadable-refusal.js"
import { directParts } from "./s3/parts.js"
import { type S3Signer, serverSigner } from "./s3/signer.js"

export type { S3SignedRequest, S3Signer, S3SignRequest } from "./s3/signer.js"

/** All operations that transfer no bytes: checks, deletions, and beginning, listing and completing parts. */
export interface S3Control {
  readonly head?: NonNullable<RemoteStorageAdapter["head"]>
  readonly delete?: RemoteStorageAdapter["delete"]
  readonly checkHealth?: RemoteStorageAdapter["checkHealth"]
  /** `false` = no parts. Its `uploadPart` is not used. */
  readonly multipart?: false | Omit<MultipartSupport, "uploadPart">
}

/** Options of {@link s3Adapter}; `headers`, `getToken` and `credentials` are for our server, never for the store. */
export interface S3AdapterOptions extends HttpAdapterOptions {
  /** Default: our server signs, `POST <baseUrl>/sign`. */
  readonly sign?: S3Signer
  /** The app's own in place of our server's, member by member. */
  readonly control?: S3Control
}

/**
 * Any S3-compatible store, with the bytes going straight between browser and store over presigned URLs. Our server at
 * `baseUrl` (or the app's signer and `control`) signs, deletes and completes; small files in batches pass through it.
 * Needs CORS rules on the bucket that allow GET, PUT and all headers, and expose `ETag`.
 */
export const s3Adapter = (options: S3AdapterOptions): RemoteStorageAdapter => {
  const connection = toConnection(options)
  const server = httpAdapter(options)
  const { control = {} } = options
  const line = { connection, sign: options.sign ?? serverSigner(connection) }
  const multipart = control.multipart ?? server.multipart ?? false
  const head = control.head ?? server.head
  const look = async (request: RemoteRequest): Promise<Probe> => {
    if (control.head === undefined) return probe(connection, request)
    return (await control.head(request))?.sizeBytes === request.record.sizeBytes ? "stored" : "absent"
  }
  const publish: MultipartSupport["complete"] = async (request) => {
    if (multipart === false)
      throw new RemoteFailure("Rejected", "This adapter has no way to complete an upload in parts")
    await multipart.complete(request)
  }

  return {
    ...server,
    name: "s3",
    upload: async (request) => {
      const { key, body, contentHash, record, signal } = request
      const progress = forwardProgress(request.onProgress, body.size)
      // Not every store knows `If-None-Match`, and none looks at it before the body has arrived.
      if ((await look(request)) !== "stored") {
        const mimeType = toContentType(body.type || record.mimeType)
        const wanted = { method: "PUT", key, contentHash, sizeBytes: body.size, mimeType } as const
        const { uploadId, answer } = await putDirect(line, wanted, { body, signal, onProgress: progress })
        if (uploadId !== undefined) await publish({ ...request, uploadId, parts: [] })
        else await requireInStore(answer, () => look(request))
      }
      progress(body.size)
      return { key }
    },
    download: (request) => downloadExplained(line, request, head),
    delete: control.delete ?? server.delete,
    checkHealth: control.checkHealth ?? server.checkHealth,
    ...(head === undefined ? {} : { head }),
    ...(multipart === false ? {} : { multipart: directParts(line, multipart) }),
  }
}
