import { parseByteRange } from "../src/utils/byte-range.js"
import { answerFailure, answerFromDownload, answerFromBytes, answerNotModified } from "./answers.js"
import type { InProgressDownload } from "./in-progress-download.js"
import { fetchDeduped } from "./fetch-deduped.js"
import type { FetchResult, Refusal } from "./fetch-result.js"
import type { FileRequest } from "./file-request.js"
import { defaultIdleTimeoutMs } from "./idle-timeout.js"
import { proxy } from "./proxy.js"
import { findStore } from "./store-registry.js"
import { findStoredFile } from "./stored-file.js"

/** How long a seeking player waits for the shared download before its range is proxied, in ms. */
const seekPatienceMs = 300

/** The same at the start of a video, where several players want the same bytes and one download should serve all, in ms. */
const startPatienceMs = 2_000

const unknown: Refusal = { status: 404, reason: "NotFound" }

/** A player that wants bytes further ahead than this is seeking. */
const seekAheadBytes = 2 * 1024 * 1024

/**
 * Answers from this device, else from a page, else from the remote: 200, 206, 304 or 416; 404 when none has it or no page
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
  const head = wanted.isHead && (await proxy(configuration, wanted, { idleTimeoutMs }))
  if (head) return head

  const fetching = fetchDeduped(configuration, wanted.contentHash, idleTimeoutMs)
  keepAlive(fetching.then(({ finished }) => finished))
  if (wanted.forPlayer && wanted.range !== null) {
    const range = parseByteRange(wanted.range, Number.POSITIVE_INFINITY)
    const start = range.kind === "part" ? range.start : 0
    const patienceMs = start > seekAheadBytes ? seekPatienceMs : startPatienceMs
    const early = await Promise.race([fetching, pause(patienceMs)])
    const isRight = fetching.then((result) => result.isRight)
    const part =
      !early || isAhead(start, early)
        ? await proxy(configuration, wanted, { idleTimeoutMs, isRight })
        : undefined
    if (part) return part
  }
  const { bytes, download, refusal } = await fetching
  if (bytes) return answerFromBytes(wanted, bytes)
  if (!download) return answerFailure(refusal ?? unknown)
  // A program that asks for a part may act on it: it waits for the check. Only players see a part before.
  if (wanted.range !== null && !wanted.forPlayer) await untilVerified(download)
  if (download.isVerified === false) return answerFailure({ status: 502, reason: "Interrupted" })
  return answerFromDownload(wanted, download, keepAlive)
}

const isAhead = (start: number, { download }: FetchResult): boolean =>
  download !== undefined && !download.isVerified && start > download.arrivedBytes + seekAheadBytes

/** Registers as a reader while it waits: the download must not end because a player left. */
const untilVerified = async (download: InProgressDownload): Promise<void> => {
  const leave = download.addReader()
  while (download.isVerified === undefined) await download.changed()
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
