import { type BatchSupport, RemoteFailure } from "../../../../types/index.js"
import type { BatchLimits } from "./batch-on-demand.js"
import { countField, fieldOf, listField, textField } from "./answer-field.js"
import { toContentType } from "./content-type.js"
import { readRefusal, toRemoteFailure } from "./failure.js"
import { alreadyThereStatus } from "./files.js"
import { type Connection, openAuthorized, parseAnswer } from "./requests.js"
import { send } from "./send.js"
import { StreamReader } from "./stream-reader.js"
import { watchedBody } from "./watched-body.js"

/** Many small files in one request, by our protocol. */
export const batchOver = (connection: Connection, limits: BatchLimits): BatchSupport => ({
  ...limits,

  uploadMany: async ({ files, signal }) => {
    if (files.length === 0) return []
    const index = files.map(({ key, body, contentHash, record }) => ({
      key,
      sizeBytes: body.size,
      contentHash,
      mimeType: toContentType(body.type || record.mimeType),
    }))
    const results = await connection.authorized.run(signal, async (headers) => {
      const answer = await send(connection, {
        method: "POST",
        url: `${connection.baseUrl}/batch`,
        headers: { ...headers, "Content-Type": "application/octet-stream" },
        body: new Blob([`${JSON.stringify({ files: index })}\n`, ...files.map(({ body }) => body)]),
        credentials: connection.credentials,
        signal,
        onProgress: () => undefined,
        stallTimeoutMs: connection.stallTimeoutMs,
      })
      if (answer.status < 200 || answer.status >= 300) throw toRemoteFailure(answer)
      return listField(parseAnswer(answer.body), "results")
    })
    return files.map(({ key }, at) => {
      requireKey(results[at], key)
      const status = countField(results[at], "status")
      const isStored = (status >= 200 && status < 300) || status === alreadyThereStatus
      return isStored ? { key } : memberFailure(results[at], status)
    })
  },

  downloadMany: async ({ files, signal, onFile }) => {
    if (files.length === 0) return
    const { response, watch } = await openAuthorized(connection, "/batch/get", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ keys: files.map(({ key }) => key) }),
      signal,
    })
    const reader = new StreamReader(watchedBody(response.body, watch))
    try {
      for (const [at, { key }] of files.entries()) {
        const member = parseAnswer(await reader.line())
        requireKey(member, key)
        const status = countField(member, "status")
        if (status !== 200) {
          await onFile(at, memberFailure(member, status))
          continue
        }
        const sizeBytes = countField(member, "sizeBytes")
        // The number comes from outside, and so much memory would be taken at once.
        if (sizeBytes > limits.maxTotalBytes) throw unexpected(`a member of ${sizeBytes} bytes`)
        await onFile(at, await reader.bytes(sizeBytes))
      }
      if (fieldOf(parseAnswer(await reader.line()), "end") !== true)
        throw unexpected("more members than keys")
    } finally {
      await reader.cancel()
    }
  },
})

const requireKey = (member: unknown, key: string): void => {
  if (textField(member, "key") !== key) throw unexpected("another key")
}

const unexpected = (what: string): RemoteFailure =>
  new RemoteFailure("ServerError", `The server's answer holds ${what}`)

const memberFailure = (member: unknown, status: number): RemoteFailure => {
  const { word, reason } = readRefusal(status, JSON.stringify(member))
  return new RemoteFailure(reason, `The server answered ${status}${word === undefined ? "" : ` ${word}`}`, {
    status,
  })
}
