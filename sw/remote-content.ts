import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { announcedBytes } from "../src/utils/answer-proof.js"
import { startDownload } from "./in-progress-download.js"
import type { FetchResult } from "./fetch-result.js"
import { receiveContent } from "./receive-content.js"
import { toRefusal, requestRemote } from "./remote-request.js"
import { makeSegments } from "./segments.js"
import { storeContent } from "./store-content.js"
import { findStore } from "./store-registry.js"

/** Up to this size content is verified before the first byte is given; larger content is streamed. */
const wholeBytes = 8 * 1024 * 1024

/** Wrong bytes are fetched once more: something on the way may have spoilt them. */
const maxTries = 2

/** Options of {@link fetchContent}. */
export interface FetchContentOptions {
  readonly idleTimeoutMs: number
  /** Called whenever bytes came. */
  readonly onProgress: () => void
  /** No reader needs it any more. */
  readonly stop: AbortSignal
}

/**
 * Fetches the whole content, checks its hash and stores it. Small content, and content whose size is not known, is given
 * verified; large content is given while it arrives, and its last byte only after the check.
 */
export const fetchContent = async (
  configuration: StoreConfiguration,
  contentHash: string,
  options: FetchContentOptions,
  tries = 1,
): Promise<FetchResult> => {
  const { idleTimeoutMs, onProgress, stop } = options
  const aborter = new AbortController()
  const { signal } = aborter
  stop.addEventListener("abort", () => aborter.abort())
  const { storeFolder } = configuration
  const ask = (offset: number) =>
    requestRemote(configuration, contentHash, {
      signal,
      idleTimeoutMs,
      range: offset > 0 ? `bytes=${offset}-` : null,
    })
  const response = await ask(0)
  const refusal = toRefusal(response)
  if (refusal) {
    void response?.body?.cancel()
    return { refusal }
  }

  const totalBytes = announcedBytes((name) => response?.headers.get(name) ?? null)
  const segments = makeSegments()
  let deserted: ReturnType<typeof setTimeout> | undefined
  const source = startDownload(totalBytes ?? 0, segments.read, (readers) => {
    clearTimeout(deserted)
    // No reader is left; a player may only be seeking.
    if (readers === 0) deserted = setTimeout(() => aborter.abort(), idleTimeoutMs / 2)
  })
  const onBytes = async (bytes: Uint8Array, receivedBytes: number) => {
    // The user may have signed out meanwhile.
    if (!(await findStore(storeFolder))) aborter.abort()
    if (signal.aborted) throw new Error()
    await segments.add(bytes)
    source.advance(receivedBytes)
    onProgress()
  }
  const received = receiveContent(response?.body, ask, onBytes, idleTimeoutMs).then(
    segments.finish,
    () => undefined,
  )
  const isRight = received.then((content) => content && content.contentHash === contentHash)
  const finished = received
    .then((content) => {
      const isVerified = content?.contentHash === contentHash
      source.finish(isVerified && (totalBytes === undefined || content.bytes.size === totalBytes))
      return isVerified && storeContent(storeFolder, contentHash, content.bytes)
    })
    .finally(segments.discard)

  if (totalBytes !== undefined && totalBytes > wholeBytes)
    return { download: source.download, finished, isRight }
  const content = await received
  if (!content) return { refusal: { status: 503, reason: "Interrupted" } }
  if (content.contentHash === contentHash) return { bytes: content.bytes, finished }
  return tries < maxTries
    ? fetchContent(configuration, contentHash, options, tries + 1)
    : { refusal: { status: 502, reason: "IntegrityMismatch" } }
}
