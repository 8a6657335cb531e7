import type {
  ArrivingBytes,
  StoreConfiguration,
  WantAnswer,
  WantMessage,
} from "../src/service-worker/protocol.js"
import { type ArrivalSource, startArrival } from "./arrival.js"
import type { Delivery } from "./delivery.js"
import { readUnfinished } from "./read-unfinished.js"
import { findStoredFile } from "./stored-file.js"
import { scope, type WindowClientLike } from "./worker-scope.js"

/** A page with an engine says `accepted` as soon as its thread is free. Our choice: half a second of a busy start. */
const patienceMs = 500

/** When nobody else can be asked, a page that is still starting is worth waiting for. */
const lastResortPatienceMs = 5_000

/** How often a page that promised to fetch is looked for; it may have been closed. */
const lookAfterMs = 1_000

/** Pages that said nothing so far: asked again, but not waited for while there is a remote. */
const silentPages = new Set<string>()

/** Questions without a final answer, by store; a page whose engine starts late hears them again. */
const openQuestions = new Map<(page: WindowClientLike) => void, string>()

const presenceListeners = new Map<() => void, string>()

/** A page's engine is there now. */
export const welcomePage = (page: WindowClientLike, storeFolder: string): void => {
  silentPages.delete(page.id)
  for (const [ask, store] of openQuestions) if (store === storeFolder) ask(page)
  for (const [listener, store] of presenceListeners) if (store === storeFolder) listener()
}

/** Calls back when a page's engine for this store starts; the returned function ends it. */
export const onPagePresent = (storeFolder: string, listener: () => void): (() => void) => {
  presenceListeners.set(listener, storeFolder)
  return () => void presenceListeners.delete(listener)
}

/** Asks every window at once: the first good answer, else a refusal, else `undefined` = no page knows. */
export const askPages = async (
  { storeFolder, source }: StoreConfiguration,
  contentHash: string,
  onProgress: () => void = () => {},
): Promise<Delivery | undefined> => {
  const { clients } = scope()
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true })
  if (!pages.length) return undefined
  const want: WantMessage = { type: "filesync:want", storeFolder, contentHash }
  let outstanding = 0
  let refusal: Delivery | undefined
  let latest: ArrivingBytes
  let begun: ArrivalSource | undefined

  return new Promise((resolve) => {
    let markFinished = () => {}
    const finished = new Promise<void>((settle) => (markFinished = settle))
    let isWrong = false
    let judge = (_isRight: boolean | undefined) => {}
    const isRight = new Promise<boolean | undefined>((settle) => (judge = settle))
    const follow = (arriving: ArrivingBytes) => {
      onProgress()
      latest = arriving
      begun ??= startArrival(arriving.totalBytes, (start, end) =>
        readUnfinished(storeFolder, contentHash, latest.fileName, start, end),
      )
      begun.advance(arriving.writtenBytes)
      resolve({ arrival: begun.arrival, finished, isRight })
    }
    const settle = async (isReady: boolean) => {
      if (!openQuestions.delete(ask)) return
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
    openQuestions.set(ask, storeFolder)
    pages.forEach(ask)
  })
}
