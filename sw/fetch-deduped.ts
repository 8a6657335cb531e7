import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { requestFromClients, watchReadyClients } from "./request-from-clients.js"
import type { FetchResult } from "./fetch-result.js"
import { fetchContent } from "./remote-content.js"

interface UnderWay {
  readonly fetched: Promise<FetchResult>
  /** When a byte last came, in ms of the monotonic clock, which a change of the time leaves alone. */
  lastMs: number
}

const underWay = new Map<string, UnderWay>()

/** How often it is checked whether a page that has just started should take over, in ms. */
const lookEveryMs = 250

/**
 * Fetches a content from an open page, else from the remote. Concurrent calls for the same content share one fetch,
 * unless it has received nothing for a quarter of the idle timeout: then the next call begins another.
 */
export const fetchDeduped = (
  configuration: StoreConfiguration,
  contentHash: string,
  idleTimeoutMs: number,
): Promise<FetchResult> => {
  const key = `${configuration.storeFolder}/${contentHash}`
  const quietMs = idleTimeoutMs / 4
  const shared = underWay.get(key)
  if (shared && performance.now() - shared.lastMs < quietMs) return shared.fetched
  const entry: UnderWay = {
    lastMs: performance.now(),
    fetched: Promise.resolve().then(() =>
      start(configuration, contentHash, idleTimeoutMs, {
        onProgress: () => (entry.lastMs = performance.now()),
        isQuiet: () => performance.now() - entry.lastMs >= quietMs,
      }),
    ),
  }
  underWay.set(key, entry)
  const forget = () => {
    if (underWay.get(key) === entry) underWay.delete(key)
  }
  entry.fetched.then(({ finished }) => finished).then(forget, forget)
  return entry.fetched
}

interface Activity {
  readonly onProgress: () => void
  readonly isQuiet: () => boolean
}

const start = async (
  configuration: StoreConfiguration,
  contentHash: string,
  idleTimeoutMs: number,
  { onProgress, isQuiet }: Activity,
): Promise<FetchResult> => {
  const found = await requestFromClients(configuration, contentHash, onProgress)
  if (found) return found
  onProgress()
  const aborter = new AbortController()
  const race = { isOver: false }
  let forgetPages = () => {}
  // An engine that starts while the remote is silent may reach another remote, or have the bytes.
  const late = new Promise<FetchResult>((resolve) => {
    forgetPages = watchReadyClients(configuration.storeFolder, async () => {
      while (!race.isOver && !isQuiet()) await new Promise((next) => setTimeout(next, lookEveryMs))
      const fromPage = race.isOver
        ? undefined
        : await requestFromClients(configuration, contentHash, onProgress)
      if (!fromPage || fromPage.refusal || race.isOver) return
      resolve(fromPage)
      aborter.abort()
    })
  })
  const options = { idleTimeoutMs, onProgress, stop: aborter.signal }
  return Promise.race([fetchContent(configuration, contentHash, options), late]).finally(() => {
    race.isOver = true
    forgetPages()
  })
}
