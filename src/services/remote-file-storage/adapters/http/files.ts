import { RemoteFailure, type RemoteRequest, type UploadRequest } from "../../../../types/index.js"
import { announcedBytes, isWebPage, namesContent } from "../../../../utils/answer-proof.js"
import { toContentDigest } from "../../../../utils/content-hash.js"
import { toContentType } from "./content-type.js"
import { isRemoteFailure, type Refusal, toRemoteFailure } from "./failure.js"
import { forwardProgress } from "./forward-progress.js"
import { notOurServer, requireStored, saysAlreadyThere, unproven } from "./proof.js"
import { askDone, askHead, type Connection, inAppsName } from "./requests.js"
import { send } from "./send.js"
import { smallBodyBytes } from "./send-request.js"

/**
 * The path of an object's URL. A key goes into the URL as it is: it consists of URL characters only. It may come from
 * another device's record, so one that a URL parser would change, such as `../../account`, is sent nowhere. Throws
 * `Rejected`.
 */
export const filePath = (key: string): string => {
  const path = `/files/${key}`
  const isUnchanged = !/[?#]/.test(key) && new URL(path, "http://host").href === `http://host${path}`
  if (!isUnchanged) throw new RemoteFailure("Rejected", "The record has a key that no file can have")
  return path
}

/**
 * Above this size an upload asks first whether the content is there: below it the body costs less than the question.
 * The question also shows a redirect before a body could follow it, so it is asked of all that `fetch` does not send.
 */
const headFirstBytes = smallBodyBytes

/** What is stored at a key, or `undefined`. */
export const headFile = async (connection: Connection, { key, contentHash, signal }: RemoteRequest) => {
  const head = await orAbsent(askHead(connection, filePath(key), { method: "HEAD", signal }))
  if (head === undefined) return undefined
  const sizeBytes = announcedBytes(head.header)
  if (namesContent(head.header, contentHash) === undefined) throw unproven({ ...head, body: "?" })
  if (sizeBytes === undefined)
    throw new RemoteFailure("ServerError", "The server's answer does not report the size")
  const etag = head.header("ETag")
  return { sizeBytes, ...(etag === null ? {} : { etag }) }
}

/** Asks for a 204 in place of a 404, which browsers print as an error into the console. */
const absentPreference = { Prefer: "absent=204" }

/** What a probe found out; `refused` = nothing, because no `HEAD` is let through. */
export type Probe = "stored" | "absent" | "refused"

/**
 * Asks whether this content is at its key, with a condition, which makes the server keep the object because it is about to be used
 * again. Only a 304, or a success that names the content's hash, proves it. Fails with `Rejected` when another content is
 * there, with `NotOurServer` for a web page or a redirect, and as every request when the server is busy or cannot be
 * reached.
 */
export const probe = async (
  connection: Connection,
  { key, contentHash, signal }: RemoteRequest,
): Promise<Probe> => {
  const headers = { "If-None-Match": "*", ...absentPreference }
  try {
    const { status, header } = await askHead(connection, filePath(key), {
      method: "HEAD",
      headers,
      alsoFine: 304,
      signal,
    })
    const named = namesContent(header, contentHash)
    if (named === false) throw new RemoteFailure("Rejected", "There is another content at this key")
    if (isWebPage(header)) throw notOurServer("page", status)
    return status === 304 || named === true ? "stored" : "absent"
  } catch (error) {
    if (isRemoteFailure(error) && error.reason === "NotFound") return "absent"
    if (isRemoteFailure(error) && isProbeRefused(error)) return "refused"
    throw error
  }
}

/** Whether this content is at its key and need not be sent. Fails as {@link probe} does. */
export const isStored = async (connection: Connection, request: RemoteRequest): Promise<boolean> =>
  (await probe(connection, request)) === "stored"

/** Refusals that are about the method, the path or the right to ask; the next request gets the same. */
const isProbeRefused = ({ status }: RemoteFailure): boolean =>
  status !== undefined && (status === 501 || (status >= 400 && status < 500 && !answeredAlike.has(status)))

/** Statuses that an upload would get as well: the request is not authenticated, or the server is busy. */
const answeredAlike: ReadonlySet<number> = new Set([401, 408, 425, 429])

/** Puts a whole file; sends nothing when it is there and large enough to be worth the question. */
export const putFile = async (
  connection: Connection,
  request: UploadRequest,
): Promise<{ readonly key: string }> => {
  const { key, body, contentHash, record, signal } = request
  const progress = forwardProgress(request.onProgress, body.size)
  const isThere = body.size > headFirstBytes && (await isStored(connection, request))
  if (!isThere) {
    await inAppsName(connection, signal, async (headers) => {
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
      if (answer.status === alreadyThereStatus) await requireAlreadyThere(connection, request, answer)
      else requireStored(answer, request)
    }).catch(neverAbsent)
  }
  progress(body.size)
  return { key }
}

/**
 * Rethrows the failure of a write, and turns a 404 into `NotOurServer`: a file server knows the path of every key, so a
 * 404 comes from something else, or the address is wrong.
 */
export const neverAbsent = (error: unknown): never => {
  throw isRemoteFailure(error) && error.reason === "NotFound" ? notOurServer("not-found-page", 404) : error
}

/** Takes a 412 for success only where it is the protocol's own, or the content proves to be there. */
export const requireAlreadyThere = async (
  connection: Connection,
  request: RemoteRequest,
  answer: Refusal,
): Promise<void> => {
  const isSaid = saysAlreadyThere(answer, request.contentHash)
  if (isSaid === false) throw toRemoteFailure(answer)
  // A key that names its content cannot hold another one.
  if (isSaid === true && request.key.endsWith(request.contentHash)) return
  if (!(await isStored(connection, request))) throw unproven(answer)
}

/** The answer to `If-None-Match: *` when the object exists: a success for an upload. */
export const alreadyThereStatus = 412

/**
 * Resolves as well when the server says that there is nothing. Objects are deleted for erased files alone, so it asks for that:
 * a server that reads the records refuses while one has the content of which this device has not heard (`409 InUse`).
 */
export const deleteFile = async (connection: Connection, { key, signal }: RemoteRequest): Promise<void> => {
  try {
    await askDone(connection, `${filePath(key)}?erase`, { method: "DELETE", signal })
  } catch (error) {
    const isSaid = isRemoteFailure(error) && error.reason === "NotFound" && error.foreign === undefined
    if (!isSaid) neverAbsent(error)
  }
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
