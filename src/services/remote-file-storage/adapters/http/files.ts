import { RemoteFailure, type RemoteRequest, type UploadRequest } from "../../../../types/index.js"
import { toContentDigest } from "../../../../utils/content-hash.js"
import { toContentType } from "./content-type.js"
import { isRemoteFailure, toRemoteFailure } from "./failure.js"
import { forwardProgress } from "./forward-progress.js"
import { askHeaders, type Connection } from "./requests.js"
import { send } from "./send.js"

/** Where an object is. A key goes into the URL as it is: it consists of URL characters only. */
export const filePath = (key: string): string => `/files/${key}`

/** Above this size an upload asks first whether the content is there. Our choice: below it the body costs less than the question. */
const headFirstBytes = 256 * 1024

/** What is stored at a key, or `undefined`. */
export const headFile = async (connection: Connection, { key, signal }: RemoteRequest) => {
  const headers = await orAbsent(askHeaders(connection, filePath(key), { method: "HEAD", signal }))
  if (headers === undefined) return undefined
  const sizeBytes = Number(headers.get("Content-Length") ?? Number.NaN)
  if (!Number.isSafeInteger(sizeBytes))
    throw new RemoteFailure("ServerError", "The server does not tell the size")
  const etag = headers.get("ETag")
  return { sizeBytes, ...(etag === null ? {} : { etag }) }
}

/**
 * Whether this content is at its key and need not be sent. Asked with a condition, which tells the server that the
 * object is about to be used again. Fails with `Rejected` when another content is there.
 */
export const isStored = async (
  connection: Connection,
  { key, contentHash, signal }: RemoteRequest,
): Promise<boolean> => {
  const probe = { method: "HEAD", headers: { "If-None-Match": "*" }, isNotModifiedFine: true, signal }
  const headers = await orAbsent(askHeaders(connection, filePath(key), probe))
  const storedHash = /^(?:W\/)?"([0-9a-f]{64})"$/.exec(headers?.get("ETag") ?? "")?.[1]
  if (storedHash !== undefined && storedHash !== contentHash) {
    throw new RemoteFailure("Rejected", "There is another content at this key")
  }
  return headers !== undefined
}

/** Puts a whole file; sends nothing when it is there and large enough to be worth the question. */
export const putFile = async (
  connection: Connection,
  request: UploadRequest,
): Promise<{ readonly key: string }> => {
  const { key, body, contentHash, record, signal } = request
  const progress = forwardProgress(request.onProgress, body.size)
  const isThere = body.size > headFirstBytes && (await isStored(connection, request))
  if (!isThere) {
    const outcome = await connection.authorized.run(signal, async (headers) => {
      const answer = await send(connection, {
        method: "PUT",
        url: connection.baseUrl + filePath(key),
        headers: {
          ...headers,
          "Content-Type": toContentType(body.type || record.mimeType),
          "Content-Digest": toContentDigest(contentHash),
          "If-None-Match": "*",
        },
        body,
        credentials: connection.credentials,
        signal,
        onProgress: progress,
        stallTimeoutMs: connection.stallTimeoutMs,
      })
      if (answer.status === alreadyThereStatus) return "already-there"
      if (answer.status < 200 || answer.status >= 300) throw toRemoteFailure(answer)
      return "stored"
    })
    // A key that names its content cannot hold another one.
    if (outcome === "already-there" && !key.endsWith(contentHash)) await isStored(connection, request)
  }
  progress(body.size)
  return { key }
}

/** The answer to `If-None-Match: *` when the object exists: success for whoever wanted it there. */
export const alreadyThereStatus = 412

/** Resolves as well when there is nothing. */
export const deleteFile = async (connection: Connection, { key, signal }: RemoteRequest): Promise<void> => {
  await orAbsent(askHeaders(connection, filePath(key), { method: "DELETE", signal }))
}

/** `undefined` in place of a `NotFound`. */
export const orAbsent = async <A>(answer: Promise<A>): Promise<A | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (isRemoteFailure(error) && error.reason === "NotFound") return undefined
    throw error
  }
}
