import { storeFolderName } from "../utils/stored-path.js"
import type { PictureThumbnail } from "../types/index.js"
import type { PictureFacts } from "./worker/protocol.js"
import type { Thumbnailer } from "./thumbnailer.js"

/** Placeholders and thumbnails of images. Nothing here fails: what cannot be made is `undefined`. */
export interface Pictures {
  /** Size and placeholder, for the record. */
  readonly describe: (picture: Blob, mimeType: string) => Promise<PictureFacts | undefined>
  /** Gives the content hash under which a described image is stored now. */
  readonly stored: (picture: Blob, contentHash: string) => void
  /** A smaller copy, stored on this device. Its URL has to be released with `release`. */
  readonly thumbnail: (
    request: ThumbnailRequest,
    signal?: AbortSignal,
  ) => Promise<PictureThumbnail | undefined>
  /** Releases the URL of a thumbnail; gives whether it was one. */
  readonly release: (url: string) => boolean
  readonly dispose: () => void
}

/** The image and the size of a thumbnail. */
export interface ThumbnailRequest {
  /**
   * Reads the image itself when no copy is stored; `undefined` = the file has other content by now. Its failure is
   * passed on.
   */
  readonly read: () => Promise<Blob | undefined>
  readonly mimeType: string
  readonly contentHash: string
  readonly longSidePx: number
}

/** Whether an image of this type can be described; vector images have no pixels. */
const isPixels = (mimeType: string): boolean => /^image\/(?!svg)/.test(mimeType)

/** Whether a smaller copy can be made; GIFs may be animated. */
export const canShrink = (mimeType: string): boolean => isPixels(mimeType) && mimeType !== "image/gif"

/** The pictures of one store. The workers and all they need load when the first picture comes. */
export const makePictures = (options: { readonly storeId: string; readonly isKept: boolean }): Pictures => {
  let thumbnailer: Promise<Thumbnailer> | undefined
  let isDisposed = false
  const urls = new Set<string>()
  const storeFolder = options.isKept ? storeFolderName(options.storeId) : undefined
  const load = async (): Promise<Thumbnailer | undefined> => {
    thumbnailer ??= import("./thumbnailer.js").then(({ Thumbnailer }) => new Thumbnailer(storeFolder))
    try {
      return await thumbnailer
    } catch {
      // Offline, it may be there next time.
      thumbnailer = undefined
      return undefined
    }
  }
  return {
    describe: async (picture, mimeType) =>
      isDisposed || !isPixels(mimeType) ? undefined : (await load())?.describe(picture, mimeType),
    stored: (picture, contentHash) => {
      if (isDisposed || thumbnailer === undefined) return
      void thumbnailer.then(
        (loaded) => loaded.stored(picture, contentHash),
        () => undefined,
      )
    },
    thumbnail: async (request, signal) => {
      const made = isDisposed ? undefined : await (await load())?.thumbnail(request, signal)
      if (made === undefined) return undefined
      if (isDisposed || signal?.aborted === true) {
        URL.revokeObjectURL(made.url)
        return undefined
      }
      urls.add(made.url)
      return made
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
      thumbnailer?.then(
        (loaded) => loaded.end(),
        () => undefined,
      )
    },
  }
}
