import type {
  ArrivingBytes,
  StoreConfiguration,
  WantAnswer,
  WantMessage,
} from "../src/service-worker/protocol.js"
import { type DownloadSource, startDownload } from "./in-progress-download.js"
import type { FetchResult } from "./fetch-result.js"
import { readUnfinished } from "./read-unfinished.js"
import { findStoredFile } from "./stored-file.js"
import { scope, type WindowClientLike } from "./worker-scope.js"

/** How long a page may take to say `accepted`, which it does as soon as its thread is free, in ms. */
const patienceMs = 500

/** The same without a remote to fall back to, because the page may still be starting. */
const lastResortPatienceMs = 5_000

/** How often it is checked that a page that promised to fetch is still open, in ms. */
const lookAfterMs = 1_000

/** Pages that have not answered: asked again, but not waited for while there is a remote. */
const silentPages = new Set<string>()

/** Open requests by store; a page whose engine starts late gets them too. */
const openRequests = new Map<(page: WindowClientLike) => void, string>()

const readyListeners = new Map<() => void, string>()

/** Handles the message that a page's engine has started. */
export const onClientReady = (page: WindowClientLike, storeFolder: string): void => {
  silentPages.delete(page.id)
  for (const [ask, store] of openRequests) if (store === storeFolder) ask(page)
  for (const [listener, store] of readyListeners) if (store === storeFolder) listener()
}

/** Calls `listener` whenever a page's engine for this store starts; returns the unsubscribe. */
export const watchReadyClients = (storeFolder: string, listener: () => void): (() => void) => {
  readyListeners.set(listener, storeFolder)
  return () => void readyListeners.delete(listener)
}

/** Requests a content from every window at once: the first success, else a refusal, else `undefined` = no page has an engine. */
export const requestFromClients = async (
  { storeFolder, source }: StoreConfiguration,
  contentHash: string,
  onProgress: () => void = () => {},
): Promise<FetchResult | undefined> => {
  const { clients } = scope()
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true })
  if (!pages.length) return undefined
  const want: WantMessage = { type: "filesync:want", storeFolder, contentHash }
  let outstanding = 0
  let refusal: FetchResult | undefined
  let latest: ArrivingBytes
  let begun: DownloadSource | undefined

  return new Promise((resolve) => {
    let markFinished = () => {}
    const finished = new Promise<void>((settle) => (markFinished = settle))
    let isWrong = false
    let judge = (_isRight: boolean | undefined) => {}
    const isRight = new Promise<boolean | undefined>((settle) => (judge = settle))
    const follow = (arriving: ArrivingBytes) => {
      onProgress()
      latest = arriving
      begun ??= startDownload(arriving.totalBytes, (start, end) =>
        readUnfinished(storeFolder, contentHash, latest.fileName, start, end),
      )
      begun.advance(arriving.writtenBytes)
      resolve({ download: begun.download, finished, isRight })
    }
    const settle = async (isReady: boolean) => {
      if (!openRequests.delete(ask)) return
      begun?.finish(isReady)
      judge(isReady || (isWrong ? false : undefined))
      markFinished()
      const bytes = isReady ? await findStoredFile(storeFolder, contentHash) : undefined
      resolve(bytes ? { bytes } : refusal)
    }
    const ask = (page: WindowClientLike) => {
      const { port1, port2 } = new MessageChannel()
      outstanding++
      const finish = () => {
        clearInterval(watch)
        clearTimeout(silence)
        port1.close()
        if (--outstanding === 0) void settle(false)
      }
      const silence = setTimeout(
        () => {
          silentPages.add(page.id)
          finish()
        },
        source === null ? lastResortPatienceMs : silentPages.has(page.id) ? 0 : patienceMs,
      )
      let watch: ReturnType<typeof setInterval> | undefined
      port1.onmessage = ({ data }: MessageEvent<WantAnswer>) => {
        if (data.type === "arriving") return follow(data)
        if (data.type === "accepted") {
          clearTimeout(silence)
          silentPages.delete(page.id)
          watch = setInterval(async () => (await clients.get(page.id)) || finish(), lookAfterMs)
          return
        }
        if (data.type === "ready") void settle(true)
        if (data.type === "failed") isWrong = data.reason === "IntegrityMismatch"
        if (data.type === "failed")
          refusal = { refusal: { status: data.reason === "NotFound" ? 404 : 503, reason: data.reason } }
        finish()
      }
      page.postMessage(want, [port2])
    }
    openRequests.set(ask, storeFolder)
    pages.forEach(ask)
  })
}
