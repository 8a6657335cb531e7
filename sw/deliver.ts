import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { askPages, onPagePresent } from "./ask-pages.js"
import type { Delivery } from "./delivery.js"
import { fetchContent } from "./remote-content.js"

interface UnderWay {
  readonly delivery: Promise<Delivery>
  /** When a byte last came, in ms since the epoch. */
  lastMs: number
}

const underWay = new Map<string, UnderWay>()

/** How often a delivery is looked at that a page could take over. */
const lookEveryMs = 250

/**
 * Asks the pages, then the remote. However many want the same content, it is asked for and fetched once, unless nothing
 * has come for a quarter of the idle timeout: then whoever asks next begins anew.
 */
export const deliver = (
  configuration: StoreConfiguration,
  contentHash: string,
  idleTimeoutMs: number,
): Promise<Delivery> => {
  const key = `${configuration.storeFolder}/${contentHash}`
  const quietMs = idleTimeoutMs / 4
  const shared = underWay.get(key)
  if (shared && Date.now() - shared.lastMs < quietMs) return shared.delivery
  const entry: UnderWay = {
    lastMs: Date.now(),
    delivery: Promise.resolve().then(() =>
      start(configuration, contentHash, idleTimeoutMs, {
        onProgress: () => (entry.lastMs = Date.now()),
        isQuiet: () => Date.now() - entry.lastMs >= quietMs,
      }),
    ),
  }
  underWay.set(key, entry)
  const forget = () => {
    if (underWay.get(key) === entry) underWay.delete(key)
  }
  entry.delivery.then(({ finished }) => finished).then(forget, forget)
  return entry.delivery
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
): Promise<Delivery> => {
  const found = await askPages(configuration, contentHash, onProgress)
  if (found) return found
  onProgress()
  const aborter = new AbortController()
  const race = { isOver: false }
  let forgetPages = () => {}
  // An engine that starts while the remote says nothing may have a better way, or the bytes.
  const late = new Promise<Delivery>((resolve) => {
    forgetPages = onPagePresent(configuration.storeFolder, async () => {
      while (!race.isOver && !isQuiet()) await new Promise((next) => setTimeout(next, lookEveryMs))
      const fromPage = race.isOver ? undefined : await askPages(configuration, contentHash, onProgress)
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
