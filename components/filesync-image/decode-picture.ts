import type { FileSyncClient } from "../../src/client/global-client.js"

/** A decoded image, whose URL is released to the engine once. */
export interface DecodedPicture {
  readonly url: string
  readonly image: HTMLImageElement
  /** The picture's own size, also when this is a smaller copy. */
  readonly width: number
  readonly height: number
  /** Largest number of device pixels on the longer side for which it is sharp enough; infinite for the original. */
  readonly reachPx: number
}

/** An image and the size at which it is shown. */
export interface ImageRequest {
  readonly engine: FileSyncClient
  readonly fileId: string
  /** Device pixels its longer side will cover; infinite for the picture itself. */
  readonly longSidePx: number
}

/** The bytes are on this device, but the browser cannot decode them as an image. */
export class NotAPicture extends Error {
  override readonly name = "NotAPicture"
  readonly reason = "NotAPicture"
  constructor(cause: unknown) {
    super("The browser cannot decode this file as a picture.", { cause })
  }
}

/**
 * The image, or a smaller copy that is large enough, decoded off the main thread; `undefined` once the signal has
 * aborted.
 */
export const decodePicture = async (
  request: ImageRequest,
  signal: AbortSignal,
): Promise<DecodedPicture | undefined> =>
  (await decodeThumbnail(request, signal)) ?? (await decodeOriginal(request, signal))

/** Releases an image's URL, even if the engine was disposed meanwhile. */
export const giveBack = (engine: FileSyncClient, url: string): void => {
  try {
    engine.releaseFileUrl(url)
  } catch {
    // A disposed engine has released all its URLs already.
  }
}

const decodeThumbnail = async (
  { engine, fileId, longSidePx }: ImageRequest,
  signal: AbortSignal,
): Promise<DecodedPicture | undefined> => {
  // The engine may come from an older copy of this package, without thumbnails.
  if (!Number.isFinite(longSidePx) || typeof engine.getThumbnail !== "function") return undefined
  const { url, width, height } = (await engine.getThumbnail(fileId, { longSidePx, signal })) ?? {}
  if (url === undefined || width === undefined || height === undefined) return undefined
  try {
    const image = signal.aborted ? undefined : await decoded(url)
    if (image !== undefined && !signal.aborted)
      return { url, image, width, height, reachPx: Math.max(image.naturalWidth, image.naturalHeight) }
  } catch {
    // The original may work.
  }
  giveBack(engine, url)
  return undefined
}

const decodeOriginal = async (
  { engine, fileId }: ImageRequest,
  signal: AbortSignal,
): Promise<DecodedPicture | undefined> => {
  if (signal.aborted) return undefined
  const url = await engine.getFileUrl(fileId, { signal })
  try {
    const image = signal.aborted ? undefined : await decoded(url)
    if (image !== undefined && !signal.aborted) {
      const { naturalWidth: width, naturalHeight: height } = image
      return { url, image, width, height, reachPx: Number.POSITIVE_INFINITY }
    }
  } catch (error) {
    giveBack(engine, url)
    throw new NotAPicture(error)
  }
  giveBack(engine, url)
  return undefined
}

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
