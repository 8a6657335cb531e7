import { PicturePool } from "./picture-pool.js"
import type { ThumbnailWish } from "./pictures.js"
import { bucketOf } from "./worker/longer-side.js"
import type { PictureFacts, Thumbnail } from "./worker/protocol.js"
import { ThumbnailFolder } from "./worker/thumbnail-folder.js"

/** What is made of pictures, and the kept copies: all that a page loads when it has its first picture. */
export class PictureStudio {
  readonly #storeFolder: string | undefined
  readonly #pool = new PicturePool()
  #folder: Promise<ThumbnailFolder | undefined> | undefined

  constructor(storeFolder: string | undefined) {
    this.#storeFolder = storeFolder
  }

  async describe(picture: Blob, mimeType: string): Promise<PictureFacts | undefined> {
    return ((await this.#pool.ask({ type: "describe", picture, mimeType })) ?? undefined) as
      | PictureFacts
      | undefined
  }

  /** A kept copy without any worker, or a new one. */
  async thumbnail(wish: ThumbnailWish, signal?: AbortSignal): Promise<Thumbnail | undefined> {
    const { read, mimeType, contentHash } = wish
    const storeFolder = this.#storeFolder
    const longSidePx = bucketOf(wish.longSidePx)
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
    return ((await this.#pool.ask(request, signal)) ?? undefined) as Thumbnail | undefined
  }

  end(): void {
    this.#pool.end()
  }
}
