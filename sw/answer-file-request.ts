import { parseByteRange } from "../src/utils/byte-range.js"
import { answerFailure, answerFromArrival, answerFromBytes, answerNotModified } from "./answers.js"
import { deliver } from "./deliver.js"
import type { Delivery } from "./delivery.js"
import type { FileRequest } from "./file-request.js"
import { passThrough } from "./pass-through.js"
import { findStore } from "./store-registry.js"
import { findStoredFile } from "./stored-file.js"

/** How long a player waits for its part through the common download before it gets one of its own. Our choice. */
const playerPatienceMs = 300

/** A player that wants bytes further ahead than this is seeking. */
const seekAheadBytes = 2 * 1024 * 1024

/**
 * From this device, else from a page, else from the remote: 200, 206, 304 or 416; 404 when nobody has it or no page
 * registered the store; 403, 502 or 503 when the remote refused, sent wrong bytes or could not be reached.
 */
export const answerFileRequest = async (
  wanted: FileRequest,
  keepAlive: (until: Promise<unknown>) => void,
): Promise<Response> => {
  const configuration = await findStore(wanted.storeFolder)
  if (configuration === undefined) return answerFailure(404, "NotFound")
  if (hasContent(wanted)) return answerNotModified(wanted)
  const file = await findStoredFile(wanted.storeFolder, wanted.contentHash)
  if (file !== undefined) return answerFromBytes(wanted, file)
  const passed = wanted.request.method === "HEAD" ? await passThrough(configuration, wanted) : undefined
  if (passed !== undefined) return passed

  const delivery = deliver(configuration, wanted.contentHash)
  keepAlive(delivery.then(({ finished }) => finished))
  if (wanted.forPlayer && wanted.range !== null) {
    const early = await Promise.race([delivery, pause(playerPatienceMs)])
    const part =
      early === undefined || isAhead(wanted, early) ? await passThrough(configuration, wanted) : undefined
    if (part !== undefined) return part
  }
  const { bytes, arrival, refusal } = await delivery
  if (bytes !== undefined) return answerFromBytes(wanted, bytes)
  if (arrival === undefined) return answerFailure(refusal?.status ?? 404, refusal?.reason ?? "NotFound")
  // A program that asks for a part may act on it: it waits for the check. Only players see a part before.
  while (wanted.range !== null && !wanted.forPlayer && arrival.state === "arriving") await arrival.changed()
  if (arrival.state === "failed") return answerFailure(502, "Interrupted")
  return answerFromArrival(wanted, arrival, keepAlive)
}

const isAhead = (wanted: FileRequest, { arrival }: Delivery): boolean => {
  if (arrival?.state !== "arriving") return false
  const range = parseByteRange(wanted.range, arrival.totalBytes)
  return range.kind === "part" && range.start > arrival.arrivedBytes + seekAheadBytes
}

const hasContent = ({ request, etag }: FileRequest): boolean =>
  (request.headers.get("If-None-Match") ?? "")
    .split(",")
    .some((tag) => [etag, `W/${etag}`, "*"].includes(tag.trim()))

const pause = (milliseconds: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
