import { storeFolderName } from "../utils/stored-path.js"
import type { PictureThumbnail } from "../types/index.js"
import type { PictureFacts, Thumbnail } from "./worker/protocol.js"
import type { PicturePool } from "./picture-pool.js"

/** What a page can have made of its pictures. Nothing here fails: what cannot be made is `undefined`. */
export interface Pictures {
  /** Size and placeholder, for the record. */
  readonly describe: (picture: Blob, mimeType: string) => Promise<PictureFacts | undefined>
  /** A smaller copy, kept on this device. Its URL goes back with `release`. */
  readonly thumbnail: (request: ThumbnailWish, signal?: AbortSignal) => Promise<PictureThumbnail | undefined>
  /** Takes a thumbnail's URL back; says whether it was one. */
  readonly release: (url: string) => boolean
  readonly dispose: () => void
}

/** Of what, and how large. */
export interface ThumbnailWish {
  readonly picture: Blob
  readonly mimeType: string
  readonly contentHash: string
  readonly longSidePx: number
}

/** Whether a picture of this type can be described; drawings made of lines have no pixels. */
export const isPixels = (mimeType: string): boolean => /^image\/(?!svg)/.test(mimeType)

/** Whether a smaller copy can be made: GIFs move. */
export const canShrink = (mimeType: string): boolean => isPixels(mimeType) && mimeType !== "image/gif"

/** The pictures of one store. The workers and all they need load when the first picture comes. */
export const makePictures = (options: { readonly storeId: string; readonly isKept: boolean }): Pictures => {
  let pool: Promise<PicturePool> | undefined
  let isDisposed = false
  const urls = new Set<string>()
  const storeFolder = options.isKept ? storeFolderName(options.storeId) : undefined
  const load = (): Promise<PicturePool> => {
    pool ??= import("./picture-pool.js").then(({ PicturePool }) => new PicturePool())
    // Offline, it may be there next time.
    pool.catch(() => (pool = undefined))
    return pool
  }
  return {
    describe: async (picture, mimeType) => {
      if (isDisposed || !isPixels(mimeType)) return undefined
      const answer = await load().then(
        (loaded) => loaded.ask({ type: "describe", picture, mimeType }),
        () => null,
      )
      return (answer ?? undefined) as PictureFacts | undefined
    },
    thumbnail: async (wish, signal) => {
      if (isDisposed) return undefined
      const answer = (await load().then(
        (loaded) => loaded.ask({ type: "thumbnail", ...wish, storeFolder }, signal),
        () => null,
      )) as Thumbnail | null
      if (answer === null || isDisposed || signal?.aborted === true) return undefined
      const { bytes, width, height } = answer
      const url = URL.createObjectURL(bytes)
      urls.add(url)
      return { url, width, height }
    },
    release: (url) => {
      if (!urls.delete(url)) return false
      URL.revokeObjectURL(url)
      return true
    },
    dispose: () => {
      isDisposed = true
      for (const url of urls) URL.revokeObjectURL(url)
      urls.clear()
      pool?.then(
        (loaded) => loaded.end(),
        () => undefined,
      )
    },
  }
}
