import type { StoreConfiguration } from "../../src/service-worker/protocol.js"
import { toContentDigest } from "../../src/utils/content-hash.js"
import { findStoredFile } from "../stored-file.js"
import type { UnsentContent } from "./read-outbox.js"
import { type AskRemote, onlyIfAbsent, outcomeOf, type SendOutcome } from "./remote-answer.js"
import { sendParts } from "./send-parts.js"

/** Larger files go in parts, as a page sends them: what has arrived stays when the browser ends us. */
const partsFromBytes = 16 * 1024 * 1024

/** Brings one content to the remote; content that is there already is a success. */
export const sendContent = async (
  { source, storeFolder }: StoreConfiguration,
  content: UnsentContent,
  signal: AbortSignal,
): Promise<SendOutcome> => {
  const file = await findStoredFile(storeFolder, content.contentHash)
  if (!file || !source) return "gone"
  const url = `${source.baseUrl}/files/${storeFolder}/${content.contentHash}`
  const ask: AskRemote = (query, { headers, ...init }) => {
    signal.throwIfAborted()
    return fetch(url + query, {
      ...init,
      ...(source.credentials && { credentials: source.credentials }),
      headers: { ...source.headers, ...headers },
      cache: "no-store",
      signal,
    })
  }
  const body = file.slice(0, file.size, content.mimeType)
  if (file.size > partsFromBytes) return sendParts(ask, { ...content, storeFolder, body })
  // Asked first: an answer to a PUT is looked at only when the whole body was sent.
  const isThere = await ask("", { method: "HEAD", headers: onlyIfAbsent })
  if (isThere.status === 304) return "there"
  if (isThere.status !== 404) return outcomeOf(isThere)
  return outcomeOf(
    await ask("", {
      method: "PUT",
      headers: { ...onlyIfAbsent, "Content-Digest": toContentDigest(content.contentHash) },
      body,
    }),
  )
}
