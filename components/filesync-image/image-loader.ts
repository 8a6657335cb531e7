import type { FileSyncClient } from "../../src/filesync.js"

/** Which picture: an engine, a record, and the content it has now. */
export interface PictureKey {
  readonly engine: FileSyncClient
  readonly fileId: string
  readonly contentHash: string
}

interface Shown extends PictureKey {
  readonly url: string
  readonly image: HTMLImageElement
}

/**
 * Gets a picture's URL, decodes the picture off the main thread, and only then lets go of the one before. Every URL
 * it was given is given back exactly once, whenever it is stopped.
 */
export class ImageLoader {
  readonly #settled: () => void
  #shown: Shown | undefined
  #loading: (PictureKey & { readonly abort: AbortController }) | undefined
  #failure: (PictureKey & { readonly error: unknown }) | undefined

  /** `settled` is called after a load ended, well or not; never after `stop` or `clear`. */
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

  /** Starts loading unless this very picture is being loaded or shown. */
  load(key: PictureKey): void {
    if (isSame(this.#loading, key) || isSame(this.#shown, key)) return
    this.stop()
    this.#failure = undefined
    const loading = { ...key, abort: new AbortController() }
    this.#loading = loading
    void this.#run(loading)
  }

  /** Gives up what is being loaded and keeps what is shown. */
  stop(): void {
    this.#loading?.abort.abort()
    this.#loading = undefined
  }

  /** Gives up and gives back everything. */
  clear(): void {
    this.stop()
    this.#failure = undefined
    const shown = this.#shown
    this.#shown = undefined
    if (shown !== undefined) release(shown)
  }

  /** Forgets a failure, so that `load` tries again. */
  forgetFailure(): void {
    this.#failure = undefined
  }

  async #run(loading: PictureKey & { readonly abort: AbortController }): Promise<void> {
    const { engine, fileId, contentHash, abort } = loading
    let url: string | undefined
    try {
      url = await engine.getFileUrl(fileId, { signal: abort.signal })
      const image = abort.signal.aborted ? undefined : await decoded(url)
      if (image === undefined || abort.signal.aborted) return giveBack(engine, url)
      const before = this.#shown
      this.#shown = { engine, fileId, contentHash, url, image }
      if (before !== undefined) release(before)
    } catch (error) {
      if (url !== undefined) giveBack(engine, url)
      if (abort.signal.aborted) return
      this.#failure = {
        engine,
        fileId,
        contentHash,
        error: url === undefined ? error : new NotAPicture(error),
      }
    }
    this.#loading = undefined
    this.#settled()
  }
}

/** The bytes are here, but the browser cannot decode them as a picture. */
export class NotAPicture extends Error {
  override readonly name = "NotAPicture"
  readonly reason = "NotAPicture"
  constructor(cause: unknown) {
    super("The browser cannot decode this file as a picture.", { cause })
  }
}

/** Whether both name the same content of the same record. */
export const isSame = (a: PictureKey | undefined, b: PictureKey): boolean =>
  a !== undefined && a.engine === b.engine && a.fileId === b.fileId && a.contentHash === b.contentHash

const decoded = async (url: string): Promise<HTMLImageElement> => {
  const image = new Image()
  image.decoding = "async"
  image.draggable = false
  image.src = url
  try {
    await image.decode()
  } catch (error) {
    // Some browsers refuse to decode ahead what they can show, such as very large pictures.
    if (!image.complete || image.naturalWidth === 0) throw error
  }
  return image
}

const release = (shown: Shown): void => {
  giveBack(shown.engine, shown.url)
}

const giveBack = (engine: FileSyncClient, url: string): void => {
  try {
    engine.releaseFileUrl(url)
  } catch {
    // A disposed engine has released all its URLs already.
  }
}
