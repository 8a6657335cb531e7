import type { MultipartSupport, RemoteRequest, UploadedPart } from "../../../../types/index.js"
import { toContentDigest } from "../../../../utils/content-hash.js"
import { countField, listField, optionalCount, requireKey, textField } from "./answer-field.js"
import { toContentType } from "./content-type.js"
import { isRemoteFailure } from "./failure.js"
import type { MultipartLimits } from "./limits.js"
import { alreadyThereStatus, filePath, neverAbsent, orAbsent, requireAlreadyThere } from "./files.js"
import { forwardProgress } from "./forward-progress.js"
import { digestOfPart } from "./part-digest.js"
import { notOurServer, requireStored } from "./proof.js"
import { askDone, askJson, askText, type Connection, inAppsName, jsonAnswer } from "./requests.js"
import { send } from "./send.js"

/** Slowest server that is waited for while it joins and hashes the parts, in bytes per second. */
const slowestJoinBytesPerSecond = 4 * 1024 ** 2

/** The path of one upload's URL. */
const uploadPath = (key: string, uploadId: string): string =>
  `${filePath(key)}?uploadId=${encodeURIComponent(uploadId)}`

/** Multipart uploads by our protocol. */
export const multipartOver = (connection: Connection, limits: MultipartLimits): MultipartSupport => {
  const listParts: MultipartSupport["listParts"] = async ({ key, uploadId, signal }) =>
    listField(await askJson(connection, uploadPath(key, uploadId), { signal }), "parts").map(toUploadedPart)

  const tryComplete = async (
    request: RemoteRequest & { readonly uploadId: string },
    parts: ReadonlyArray<UploadedPart>,
  ) => {
    const { key, uploadId, contentHash, record, signal } = request
    const answer = await askText(connection, uploadPath(key, uploadId), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        parts: parts.map(({ partNumber, etag }) => ({ partNumber, etag })),
        contentHash,
      }),
      signal,
      answerTimeoutMs: connection.stallTimeoutMs + (record.sizeBytes / slowestJoinBytesPerSecond) * 1000,
    })
    requireStored(answer, request)
  }

  return {
    ...limits,

    begin: async (request) => {
      const { key, record, signal } = request
      const answer = await askText(connection, `${filePath(key)}?uploads`, {
        method: "POST",
        headers: { "Content-Type": toContentType(record.mimeType), "If-None-Match": "*" },
        alsoFine: alreadyThereStatus,
        signal,
      }).catch(neverAbsent)
      if (answer.status === alreadyThereStatus) {
        await requireAlreadyThere(connection, request, answer)
        return "already-there"
      }
      const begun = jsonAnswer(answer)
      requireKey(begun, key)
      return { uploadId: textField(begun, "uploadId"), ...partLimits(begun) }
    },

    uploadPart: async ({ key, uploadId, partNumber, body, signal, onProgress }) => {
      const progress = forwardProgress(onProgress, body.size)
      const partHash = await digestOfPart(body)
      const digest: Record<string, string> =
        partHash === undefined ? {} : { "Content-Digest": toContentDigest(partHash) }
      const stored = await inAppsName(connection, signal, async (headers) => {
        const answer = await send(connection, {
          method: "PUT",
          url: `${connection.baseUrl}${uploadPath(key, uploadId)}&partNumber=${partNumber}`,
          headers: { ...headers, "Content-Type": "application/octet-stream", ...digest },
          body,
          credentials: connection.credentials,
          signal,
          onProgress: progress,
          stallTimeoutMs: connection.stallTimeoutMs,
        })
        const part = toUploadedPart(jsonAnswer(answer))
        if (part.partNumber !== partNumber || part.sizeBytes !== body.size)
          throw notOurServer("other", answer.status)
        return part
      })
      progress(body.size)
      return stored
    },

    listParts,

    complete: async (request) => {
      try {
        await tryComplete(request, request.parts)
      } catch (error) {
        if (!(isRemoteFailure(error) && error.status === 409)) throw error
        // A part was sent once more by a try whose answer was lost. The hash of the whole decides, so take what is there.
        await tryComplete(request, sameParts(request.parts, await listParts(request)))
      }
    },

    abort: async ({ key, uploadId, signal }) => {
      await orAbsent(askDone(connection, uploadPath(key, uploadId), { method: "DELETE", signal }))
    },
  }
}

const toUploadedPart = (part: unknown): UploadedPart => ({
  partNumber: countField(part, "partNumber"),
  etag: textField(part, "etag"),
  sizeBytes: countField(part, "sizeBytes"),
})

const partLimits = (answer: unknown) => {
  const limits = {
    minPartBytes: optionalCount(answer, "minPartBytes"),
    maxPartBytes: optionalCount(answer, "maxPartBytes"),
    maxParts: optionalCount(answer, "maxParts"),
  }
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}

/** The stored parts with the numbers that are wanted. */
const sameParts = (wanted: ReadonlyArray<UploadedPart>, stored: ReadonlyArray<UploadedPart>) => {
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]))
  return wanted.map((part) => byNumber.get(part.partNumber) ?? part)
}
