import { parseByteRange } from "../src/utils/byte-range.js"
import { answerFailure, answerFromArrival, answerFromBytes, answerNotModified } from "./answers.js"
import type { Arrival } from "./arrival.js"
import { deliver } from "./deliver.js"
import type { Delivery, Refusal } from "./delivery.js"
import type { FileRequest } from "./file-request.js"
import { defaultIdleTimeoutMs } from "./idle-timeout.js"
import { passThrough } from "./pass-through.js"
import { findStore } from "./store-registry.js"
import { findStoredFile } from "./stored-file.js"

/** How long a player that seeks waits for the common download before it gets its part by itself. Our choice. */
const seekPatienceMs = 300

/** The same at the start of a film, where many players want the same bytes, and one download should do. Our choice. */
const startPatienceMs = 2_000

const unknown: Refusal = { status: 404, reason: "NotFound" }

/** A player that wants bytes further ahead than this is seeking. */
const seekAheadBytes = 2 * 1024 * 1024

/**
 * From this device, else from a page, else from the remote: 200, 206, 304 or 416; 404 when nobody has it or no page
 * registered the store; 403, 502 or 503 when the remote forbade it, sent wrong bytes, or could not help.
 */
export const answerFileRequest = async (
  wanted: FileRequest,
  keepAlive: (until: Promise<unknown>) => void,
  idleTimeoutMs = defaultIdleTimeoutMs,
): Promise<Response> => {
  const configuration = await findStore(wanted.storeFolder)
  if (!configuration) return answerFailure(unknown)
  if (hasContent(wanted)) return answerNotModified(wanted)
  const file = await findStoredFile(wanted.storeFolder, wanted.contentHash)
  if (file) return isAnyFine(wanted) ? answerNotModified(wanted) : answerFromBytes(wanted, file)
  const head = wanted.isHead && (await passThrough(configuration, wanted, { idleTimeoutMs }))
  if (head) return head

  const delivery = deliver(configuration, wanted.contentHash, idleTimeoutMs)
  keepAlive(delivery.then(({ finished }) => finished))
  if (wanted.forPlayer && wanted.range !== null) {
    const range = parseByteRange(wanted.range, Number.POSITIVE_INFINITY)
    const start = range.kind === "part" ? range.start : 0
    const patienceMs = start > seekAheadBytes ? seekPatienceMs : startPatienceMs
    const early = await Promise.race([delivery, pause(patienceMs)])
    const isRight = delivery.then((delivered) => delivered.isRight)
    const part =
      !early || isAhead(start, early)
        ? await passThrough(configuration, wanted, { idleTimeoutMs, isRight })
        : undefined
    if (part) return part
  }
  const { bytes, arrival, refusal } = await delivery
  if (bytes) return answerFromBytes(wanted, bytes)
  if (!arrival) return answerFailure(refusal ?? unknown)
  // A program that asks for a part may act on it: it waits for the check. Only players see a part before.
  if (wanted.range !== null && !wanted.forPlayer) await untilVerified(arrival)
  if (arrival.isVerified === false) return answerFailure({ status: 502, reason: "Interrupted" })
  return answerFromArrival(wanted, arrival, keepAlive)
}

const isAhead = (start: number, { arrival }: Delivery): boolean =>
  arrival !== undefined && !arrival.isVerified && start > arrival.arrivedBytes + seekAheadBytes

/** Somebody who waits is a reader as well: the download must not end because a player left. */
const untilVerified = async (arrival: Arrival): Promise<void> => {
  const leave = arrival.addReader()
  while (arrival.isVerified === undefined) await arrival.changed()
  leave()
}

/** A quoted hash cannot be part of another tag, so the list needs no parser. */
const hasContent = ({ request, etag }: FileRequest): boolean | undefined => {
  return request.headers.get("If-None-Match")?.includes(etag)
}

/** True only of something that is there. */
const isAnyFine = ({ request }: FileRequest): boolean => request.headers.get("If-None-Match")?.trim() === "*"

const pause = (milliseconds: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
