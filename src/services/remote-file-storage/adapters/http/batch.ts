import { type BatchSupport, RemoteFailure } from "../../../../types/index.js"
import type { BatchLimits } from "./limits.js"
import { isWebPage } from "../../../../utils/answer-proof.js"
import { countField, fieldOf, listField, requireKey } from "./answer-field.js"
import { downloadOneByOne, isBatchRefused, type KnownToPass, uploadInPieces } from "./batch-in-pieces.js"
import { toContentType } from "./content-type.js"
import { getFile } from "./download.js"
import { isRemoteFailure, readRefusal } from "./failure.js"
import { alreadyThereStatus, putFile } from "./files.js"
import { notOurServer } from "./proof.js"
import { askText, type Connection, headerOf, jsonAnswer, openAuthorized, parseAnswer } from "./requests.js"
import { canReportProgress, send } from "./send.js"
import { smallBodyBytes } from "./send-request.js"
import { StreamReader } from "./stream-reader.js"
import { idleTimedBody } from "./idle-timed-body.js"

type BatchUpload = Parameters<BatchSupport["uploadMany"]>[0]
type BatchDownload = Parameters<BatchSupport["downloadMany"]>[0]

/**
 * Many small files in one request, by our protocol. A proxy may let no large request through, or no batch at all: then
 * they go in smaller batches, or one by one. Only the refusal of a single file says something about that file.
 */
export const batchOver = (connection: Connection, limits: BatchLimits): BatchSupport => {
  const known = { maxBytes: limits.maxTotalBytes, takesBatches: true, directUntil: 0 }
  return {
    ...limits,
    uploadMany: (request) =>
      request.files.length === 0
        ? Promise.resolve([])
        : uploadInPieces(
            request,
            known,
            (piece) => sendBatch(connection, known, piece),
            (file) => putFile(connection, { ...file, onProgress: () => undefined }),
          ),
    downloadMany: async (request) => {
      if (request.files.length === 0) return
      try {
        await receiveBatch(connection, limits, request)
      } catch (error) {
        if (!isBatchRefused(error)) throw error
        await downloadOneByOne(request, limits.maxFileBytes, (file) =>
          getFile(connection, { ...file, offset: 0, etag: undefined }),
        )
      }
    },
  }
}

/** How long after an answer the next large batch skips {@link requireDirect}, in ms. */
const staysDirectMs = 10_000

/**
 * Fails with `NotOurServer` where a redirect is answered. A large batch is sent by XMLHttpRequest, which follows redirects
 * with the whole body, so an empty batch is sent first, by `fetch`, which does not.
 */
const requireDirect = async (connection: Connection, known: KnownToPass, signal: AbortSignal) => {
  if (!canReportProgress(connection) || performance.now() < known.directUntil) return
  await askText(connection, "/batch", {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream" },
    body: '{"files":[]}\n',
    signal,
  }).catch((error: unknown) => {
    // A server that refuses an empty batch has answered directly as well.
    if (!isRemoteFailure(error) || error.status !== 400) throw error
  })
}

const sendBatch = async (connection: Connection, known: KnownToPass, { files, signal }: BatchUpload) => {
  const index = files.map(({ key, body, contentHash, record }) => ({
    key,
    sizeBytes: body.size,
    contentHash,
    mimeType: toContentType(body.type || record.mimeType),
  }))
  const body = new Blob([`${JSON.stringify({ files: index })}\n`, ...files.map((file) => file.body)])
  if (body.size > smallBodyBytes) await requireDirect(connection, known, signal)
  const results = await connection.authorized.run(signal, async (headers) => {
    const answer = await send(connection, {
      method: "POST",
      url: `${connection.baseUrl}/batch`,
      headers: { ...headers, "Content-Type": "application/octet-stream" },
      body,
      credentials: connection.credentials,
      signal,
      onProgress: () => undefined,
      stallTimeoutMs: connection.stallTimeoutMs,
    })
    return listField(jsonAnswer(answer), "results")
  })
  known.directUntil = performance.now() + staysDirectMs
  return files.map(({ key }, at) => {
    requireKey(results[at], key)
    const status = countField(results[at], "status")
    const isThere = status === 200 || status === 201 || status === alreadyThereStatus
    return isThere ? { key } : memberFailure(results[at], status)
  })
}

const receiveBatch = async (
  connection: Connection,
  limits: BatchLimits,
  { files, signal, onFile }: BatchDownload,
): Promise<void> => {
  const { response, idleTimer } = await openAuthorized(connection, "/batch/get", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ keys: files.map(({ key }) => key) }),
    signal,
  })
  const reader = new StreamReader(idleTimedBody(response.body, idleTimer))
  try {
    if (isWebPage(headerOf(response))) throw notOurServer("page", response.status)
    for (const [at, { key }] of files.entries()) {
      const line = await reader.line()
      // A first line that is not the protocol's came from something else than the file server; later lines can only be
      // cut or damaged.
      const member =
        at === 0 ? jsonAnswer({ status: 200, header: headerOf(response), body: line }) : parseAnswer(line)
      requireKey(member, key)
      const status = countField(member, "status")
      if (status !== 200) {
        await onFile(at, memberFailure(member, status))
        continue
      }
      const sizeBytes = countField(member, "sizeBytes")
      // The server's number is not to be trusted: as much memory is allocated at once.
      if (sizeBytes > limits.maxTotalBytes) throw unexpected(`a member of ${sizeBytes} bytes`)
      await onFile(at, await reader.bytes(sizeBytes))
    }
    if (fieldOf(parseAnswer(await reader.line()), "end") !== true) throw unexpected("more members than keys")
  } finally {
    await reader.cancel()
  }
}

const unexpected = (what: string): RemoteFailure =>
  new RemoteFailure("ServerError", `The server's answer holds ${what}`)

const memberFailure = (member: unknown, status: number): RemoteFailure => {
  const { word, reason } = readRefusal(status, JSON.stringify(member))
  return new RemoteFailure(reason, `The server answered ${status}${word === undefined ? "" : ` ${word}`}`, {
    status,
  })
}
