import type {
  ArrivingBytes,
  StoreConfiguration,
  WantAnswer,
  WantMessage,
} from "../src/service-worker/protocol.js"
import { type ArrivalSource, startArrival } from "./arrival.js"
import { type Delivery, refuse } from "./delivery.js"
import { readUnfinished } from "./read-unfinished.js"
import { findStoredFile } from "./stored-file.js"
import { scope } from "./worker-scope.js"

/** A page with an engine says `accepted` as soon as its thread is free. Our choice: half a second of a busy start. */
const patienceMs = 500

/** When nobody else can be asked, a page that is still starting is worth waiting for. */
const lastResortPatienceMs = 5_000

/** How often a page that promised to fetch is looked for; it may have been closed. */
const lookAfterMs = 1_000

/** Pages that once said nothing: asked again, but not waited for while there is a remote. */
const silentPages = new Set<string>()

/** Asks every window at once: the first good answer, else a refusal, else `undefined` = no page knows. */
export const askPages = async (
  { storeFolder, source }: StoreConfiguration,
  contentHash: string,
): Promise<Delivery | undefined> => {
  const { clients } = scope()
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true })
  if (pages.length === 0) return undefined
  let silent = pages.length
  let refusal: Delivery | undefined
  let latest: ArrivingBytes
  let begun: ArrivalSource | undefined

  return new Promise((resolve) => {
    let markFinished = () => {}
    const finished = new Promise<void>((settle) => (markFinished = settle))
    const follow = (arriving: ArrivingBytes) => {
      latest = arriving
      begun ??= startArrival(arriving.totalBytes, (start, end) =>
        readUnfinished(storeFolder, contentHash, latest.fileName, start, end),
      )
      begun.advance(arriving.writtenBytes)
      resolve({ arrival: begun.arrival, finished })
    }
    const settle = async (isReady: boolean) => {
      begun?.finish(isReady)
      markFinished()
      const bytes = isReady ? await findStoredFile(storeFolder, contentHash) : undefined
      resolve(bytes === undefined ? refusal : { bytes })
    }

    for (const page of pages) {
      const { id } = page
      const { port1, port2 } = new MessageChannel()
      let watch: ReturnType<typeof setInterval> | undefined
      let isAsked = true
      const finish = () => {
        clearInterval(watch)
        if (isAsked && --silent === 0) void settle(false)
        isAsked = false
      }
      // The port stays open after it: a page that speaks late is waited for the next time.
      const silence = setTimeout(
        () => {
          silentPages.add(id)
          finish()
        },
        source === null ? lastResortPatienceMs : silentPages.has(id) ? 0 : patienceMs,
      )
      port1.onmessage = ({ data }: MessageEvent<WantAnswer>) => {
        clearTimeout(silence)
        silentPages.delete(id)
        if (data.type === "accepted" && isAsked) {
          watch = setInterval(async () => (await clients.get(id)) === undefined && finish(), lookAfterMs)
        }
        if (data.type === "arriving") follow(data)
        if (data.type === "ready") void settle(true)
        if (data.type === "failed") refusal = refuse(data.reason === "NotFound" ? 404 : 503, data.reason)
        if (data.type !== "accepted" && data.type !== "arriving") finish()
      }
      page.postMessage({ type: "filesync:want", storeFolder, contentHash } satisfies WantMessage, [port2])
    }
  })
}
