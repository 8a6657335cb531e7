import { PicturePool } from "./picture-pool.js"
import type { ThumbnailRequest } from "./pictures.js"
import { ThumbnailReader } from "./thumbnail-reader.js"
import { bucketOf, firstPx } from "./worker/longer-side.js"
import type { FoundThumbnail, PictureAnswer, PictureFacts, Thumbnail } from "./worker/protocol.js"

/** Descriptions and thumbnails of images; loaded when a page has its first image. */
export class Thumbnailer {
  readonly #storeFolder: string | undefined
  readonly #pool = new PicturePool()
  /** Where nothing can be kept each page makes its own. */
  readonly #reader: ThumbnailReader | undefined
  /** One size for the page's life: its screen is as dense as it was at the start, as a rule. */
  readonly #firstPx = firstPx(devicePixelRatio)
  /** First thumbnails of pictures that are being stored. */
  readonly #firsts = new WeakMap<Blob, Promise<Thumbnail | null>>()
  /** The same by content, until they are on disk. */
  readonly #underWay = new Map<string, Promise<Thumbnail | null>>()

  constructor(storeFolder: string | undefined) {
    this.#storeFolder = storeFolder
    this.#reader = storeFolder === undefined ? undefined : new ThumbnailReader(storeFolder)
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

  /** The image is stored under its content hash now, under which its first thumbnail is stored too. */
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

  /** A stored thumbnail, or a new one. The caller revokes its URL. */
  async thumbnail(request: ThumbnailRequest, signal?: AbortSignal): Promise<FoundThumbnail | undefined> {
    const { read, mimeType, contentHash } = request
    const storeFolder = this.#storeFolder
    const longSidePx = bucketOf(request.longSidePx)
    const first = longSidePx <= this.#firstPx ? await this.#underWay.get(contentHash) : undefined
    if (first !== undefined && first !== null) return underUrl(first)
    const kept = await this.#reader?.find(contentHash, longSidePx)
    if (kept !== undefined || signal?.aborted === true) return kept
    const picture = await read()
    if (picture === undefined) return undefined
    const drawing = { type: "thumbnail", picture, mimeType, contentHash, longSidePx, storeFolder } as const
    const made = (await this.#pool.ask(drawing, { signal })) as Thumbnail | null
    return made === null ? undefined : underUrl(made)
  }

  end(): void {
    this.#pool.end()
    this.#reader?.end()
  }
}

const underUrl = ({ bytes, width, height }: Thumbnail): FoundThumbnail => ({
  url: URL.createObjectURL(bytes),
  width,
  height,
})
