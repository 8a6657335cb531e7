import type { FileSyncClient } from "../../src/client/global-client.js"
import { type DecodedPicture, decodePicture, giveBack } from "./decode-picture.js"

/** Identifies an image: an engine, a record, and the content it has now. */
export interface PictureKey {
  readonly engine: FileSyncClient
  readonly fileId: string
  readonly contentHash: string
}

/** A picture, and how many device pixels its longer side will cover; infinite for the picture itself. */
interface SizedKey extends PictureKey {
  readonly longSidePx: number
}

type Shown = PictureKey & DecodedPicture

/** How long a load may take before a placeholder is shown. A file on this device is there sooner, as a rule. */
const patienceMs = 100

/**
 * Gets a picture's URL, decodes the picture off the main thread, and only then lets go of the one before. Every URL
 * that it was given is released exactly once, whenever it is stopped.
 */
export class ImageLoader {
  readonly #settled: () => void
  #shown: Shown | undefined
  #loading: (SizedKey & { readonly abort: AbortController }) | undefined
  #failure: (PictureKey & { readonly error: unknown }) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #isSlow = false

  /** `settled` is called after a load ended, well or not, or turned out slow; never after `stop` or `clear`. */
  constructor(settled: () => void) {
    this.#settled = settled
  }

  /** The decoded picture to show now, which may be of older content while newer is being decoded. */
  get shown(): Shown | undefined {
    return this.#shown
  }

  /** Why the last load failed; forgotten by the next one. */
  get failure(): (PictureKey & { readonly error: unknown }) | undefined {
    return this.#failure
  }

  /** Whether this very picture is shown, and with enough pixels. */
  shows(key: SizedKey): boolean {
    return isSame(this.#shown, key) && (this.#shown?.reachPx ?? 0) >= key.longSidePx
  }

  /** Whether what is being loaded takes long enough to show something else meanwhile. */
  get isSlow(): boolean {
    return this.#isSlow
  }

  /** Starts loading unless this very picture is being loaded or shown; `isNear` = its bytes are on this device. */
  load(key: SizedKey, isNear: boolean): void {
    const loading = this.#loading
    if (this.shows(key) || (isSame(loading, key) && (loading?.longSidePx ?? 0) >= key.longSidePx)) return
    this.stop()
    this.#failure = undefined
    const next = { ...key, abort: new AbortController() }
    this.#loading = next
    if (isNear) this.#timer = setTimeout(() => this.#turnSlow(), patienceMs)
    else this.#isSlow = true
    void this.#run(next)
  }

  /** Cancels the load in progress and keeps what is shown. */
  stop(): void {
    this.#loading?.abort.abort()
    this.#ended()
  }

  /** Cancels the load in progress and releases all URLs. */
  clear(): void {
    this.stop()
    this.#failure = undefined
    const shown = this.#shown
    this.#shown = undefined
    if (shown !== undefined) giveBack(shown.engine, shown.url)
  }

  /** Forgets a failure, so that `load` tries again. */
  forgetFailure(): void {
    this.#failure = undefined
  }

  async #run({ abort, ...key }: SizedKey & { readonly abort: AbortController }): Promise<void> {
    const { engine, fileId, contentHash } = key
    try {
      const picture = await decodePicture(key, abort.signal)
      if (picture === undefined) return
      const before = this.#shown
      this.#shown = { engine, fileId, contentHash, ...picture }
      if (before !== undefined) giveBack(before.engine, before.url)
    } catch (error) {
      if (abort.signal.aborted) return
      // A larger copy could not be loaded; the one that is shown stays.
      if (isSame(this.#shown, key))
        this.#shown = { ...(this.#shown as Shown), reachPx: Number.POSITIVE_INFINITY }
      else this.#failure = { engine, fileId, contentHash, error }
    }
    this.#ended()
    this.#settled()
  }

  #ended(): void {
    clearTimeout(this.#timer)
    this.#isSlow = false
    this.#loading = undefined
  }

  #turnSlow(): void {
    this.#isSlow = true
    this.#settled()
  }
}

/** Whether both name the same content of the same record. */
export const isSame = (a: PictureKey | undefined, b: PictureKey): boolean =>
  a !== undefined && a.engine === b.engine && a.fileId === b.fileId && a.contentHash === b.contentHash
