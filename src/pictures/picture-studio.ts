import { PicturePool } from "./picture-pool.js"
import type { ThumbnailWish } from "./pictures.js"
import { bucketOf, firstPx } from "./worker/longer-side.js"
import type { PictureAnswer, PictureFacts, Thumbnail } from "./worker/protocol.js"
import { ThumbnailFolder } from "./worker/thumbnail-folder.js"

/** What is made of pictures, and the kept copies: all that a page loads when it has its first picture. */
export class PictureStudio {
  readonly #storeFolder: string | undefined
  readonly #pool = new PicturePool()
  /** One size for the page's life: its screen is as dense as it was at the start, as a rule. */
  readonly #firstPx = firstPx(devicePixelRatio)
  /** First thumbnails of pictures that are being stored. */
  readonly #firsts = new WeakMap<Blob, Promise<Thumbnail | null>>()
  /** The same by content, until they are on disk. */
  readonly #underWay = new Map<string, Promise<Thumbnail | null>>()
  #folder: Promise<ThumbnailFolder | undefined> | undefined

  constructor(storeFolder: string | undefined) {
    this.#storeFolder = storeFolder
  }

  /** The description, as soon as there is one; the picture's first thumbnail is made after it. */
  async describe(picture: Blob, mimeType: string): Promise<PictureFacts | undefined> {
    const isKept = this.#storeFolder !== undefined
    const request = {
      type: "describe",
      picture,
      mimeType,
      firstPx: isKept ? this.#firstPx : undefined,
    } as const
    let later: ((answer: PictureAnswer) => void) | undefined
    if (isKept)
      this.#firsts.set(
        picture,
        new Promise((resolve) => {
          later = (answer) => resolve(answer as Thumbnail | null)
        }),
      )
    return ((await this.#pool.ask(request, { later })) ?? undefined) as PictureFacts | undefined
  }

  /** The picture has a name now, under which its first thumbnail is kept. */
  async stored(picture: Blob, contentHash: string): Promise<void> {
    const first = this.#firsts.get(picture)
    const storeFolder = this.#storeFolder
    if (first === undefined || storeFolder === undefined) return
    this.#firsts.delete(picture)
    this.#underWay.set(contentHash, first)
    const thumbnail = await first
    if (thumbnail !== null)
      await this.#pool.ask({ type: "keep", thumbnail, contentHash, longSidePx: this.#firstPx, storeFolder })
    this.#underWay.delete(contentHash)
  }

  /** A kept copy without any worker, or a new one. */
  async thumbnail(wish: ThumbnailWish, signal?: AbortSignal): Promise<Thumbnail | undefined> {
    const { read, mimeType, contentHash } = wish
    const storeFolder = this.#storeFolder
    const longSidePx = bucketOf(wish.longSidePx)
    const first = longSidePx <= this.#firstPx ? await this.#underWay.get(contentHash) : undefined
    if (first !== undefined && first !== null) return first
    this.#folder ??=
      storeFolder === undefined
        ? Promise.resolve(undefined)
        : // Where nothing can be kept each page makes its own.
          ThumbnailFolder.open(storeFolder).catch(() => undefined)
    const kept = await (await this.#folder)?.find(contentHash, longSidePx)
    if (kept !== undefined || signal?.aborted === true) return kept
    const picture = await read()
    if (picture === undefined) return undefined
    const request = { type: "thumbnail", picture, mimeType, contentHash, longSidePx, storeFolder } as const
    return ((await this.#pool.ask(request, { signal })) ?? undefined) as Thumbnail | undefined
  }

  end(): void {
    this.#pool.end()
  }
}
