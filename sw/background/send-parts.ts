import { toContentDigest, toHex } from "../../src/utils/content-hash.js"
import { defaultMaxParts, unmeasuredPartBytes } from "../../src/utils/part-defaults.js"
import { openFolder } from "../stored-file.js"
import type { BegunParts, UnsentContent } from "./read-outbox.js"
import { type AskRemote, onlyIfAbsent, outcomeOf, type SendOutcome } from "./remote-answer.js"

interface StoredPart {
  readonly partNumber: number
  readonly etag: string
  readonly sizeBytes: number
}

type LargeContent = UnsentContent & { readonly storeFolder: string; readonly body: Blob }

/** Sends a large content in parts, going on with an upload that a page began; a page can go on with ours. */
export const sendParts = async (ask: AskRemote, content: LargeContent): Promise<SendOutcome> => {
  let begun = content.parts
  let stored: ReadonlyArray<StoredPart> = []
  if (begun) {
    const listed = await ask(queryOf(begun), { method: "GET" })
    if (listed.ok) stored = (await listed.json()).parts
    else if (listed.status === 404) begun = undefined
    else return outcomeOf(listed)
  }
  if (!begun) {
    const answer = await ask("?uploads", {
      method: "POST",
      headers: { ...onlyIfAbsent, "Content-Type": content.body.type || "application/octet-stream" },
    })
    if (answer.status !== 201) return outcomeOf(answer)
    begun = await begin(content, await answer.json())
  }
  const parts: Array<Pick<StoredPart, "partNumber" | "etag">> = []
  for (let start = 0; start < content.body.size; start += begun.partBytes) {
    const partNumber = parts.length + 1
    const part = content.body.slice(start, start + begun.partBytes)
    const known = stored.find((one) => one.partNumber === partNumber && one.sizeBytes === part.size)
    let etag = known?.etag
    if (etag === undefined) {
      const answer = await sendPart(ask, `${queryOf(begun)}&partNumber=${partNumber}`, part)
      if (!answer.ok) return outcomeOf(answer)
      etag = ((await answer.json()) as StoredPart).etag
    }
    parts.push({ partNumber, etag })
  }
  const completed = await ask(queryOf(begun), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ parts, contentHash: content.contentHash }),
  })
  return outcomeOf(completed)
}

const queryOf = ({ uploadId }: BegunParts): string => `?uploadId=${encodeURIComponent(uploadId)}`

const sendPart = async (ask: AskRemote, query: string, part: Blob): Promise<Response> => {
  const body = new Uint8Array(await part.arrayBuffer())
  const hash = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", body)))
  return ask(query, { method: "PUT", headers: { "Content-Digest": toContentDigest(hash) }, body })
}

/** Writes it into a journal of its own, which the next page's engine takes over like that of a closed tab. */
const begin = async (
  { storeFolder, contentHash, body }: LargeContent,
  answer: { uploadId: string; minPartBytes?: number; maxPartBytes?: number; maxParts?: number },
): Promise<BegunParts> => {
  const {
    uploadId,
    minPartBytes = 0,
    maxPartBytes = Number.POSITIVE_INFINITY,
    maxParts = defaultMaxParts,
  } = answer
  const partBytes = Math.max(
    minPartBytes,
    Math.ceil(body.size / maxParts),
    Math.min(unmeasuredPartBytes, maxPartBytes),
  )
  const outbox = await openFolder([storeFolder, "outbox"], true)
  const journal = await outbox.getFileHandle(`worker-${contentHash}`, { create: true })
  const writable = await journal.createWritable()
  await writable.write(`${JSON.stringify({ type: "multipart", contentHash, uploadId, partBytes })}\n`)
  await writable.close()
  return { uploadId, partBytes }
}
