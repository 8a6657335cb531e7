import { startPictureWorker } from "./start-picture-worker.js"
import type { FoundMessage, FoundThumbnail } from "./worker/protocol.js"
import { ThumbnailFolder } from "./worker/thumbnail-folder.js"

/**
 * Finds stored thumbnails in a worker: on the page's thread, reading folders and making a URL takes 2.5 ms for each
 * image, which slows scrolling. The worker lives as long as the page, because the URLs end with it.
 */
export class ThumbnailReader {
  readonly #storeFolder: string
  readonly #start: () => Worker
  readonly #waiting = new Map<number, (found: FoundThumbnail | undefined) => void>()
  #worker: Worker | undefined
  #isEnded = false
  #asked = 0
  #folder: Promise<ThumbnailFolder | undefined> | undefined

  constructor(storeFolder: string, start: () => Worker = startPictureWorker) {
    this.#storeFolder = storeFolder
    this.#start = start
  }

  /** The smallest kept thumbnail that does. The caller revokes its URL. */
  find(contentHash: string, longSidePx: number): Promise<FoundThumbnail | undefined> {
    const worker = this.#isEnded ? undefined : this.#begun()
    if (worker === undefined) return this.#findHere(contentHash, longSidePx)
    return new Promise((resolve) => {
      const id = ++this.#asked
      this.#waiting.set(id, resolve)
      worker.postMessage({ type: "find", id, contentHash, longSidePx, storeFolder: this.#storeFolder })
    })
  }

  /** Ends the worker, and with it every URL; everything asked for is `undefined`. */
  end(): void {
    this.#isEnded = true
    this.#worker?.terminate()
    this.#worker = undefined
    for (const settle of this.#waiting.values()) settle(undefined)
    this.#waiting.clear()
  }

  #begun(): Worker | undefined {
    try {
      this.#worker ??= this.#start()
    } catch {
      this.end()
      return undefined
    }
    this.#worker.onmessage = ({ data: { id, found } }: MessageEvent<FoundMessage>) => {
      this.#waiting.get(id)?.(found)
      this.#waiting.delete(id)
    }
    // It never started: a Content Security Policy without `worker-src blob:`.
    this.#worker.onerror = (event) => {
      event.preventDefault()
      this.end()
    }
    return this.#worker
  }

  /** Finds a thumbnail on the page's thread, where no worker can be started. */
  async #findHere(contentHash: string, longSidePx: number): Promise<FoundThumbnail | undefined> {
    this.#folder ??= ThumbnailFolder.open(this.#storeFolder).catch(() => undefined)
    const kept = await (await this.#folder)?.find(contentHash, longSidePx)
    if (kept === undefined) return undefined
    const { bytes, width, height } = kept
    return { url: URL.createObjectURL(bytes), width, height }
  }
}
