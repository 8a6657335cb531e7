import { drawSmall } from "./draw-small.js"
import { isAnimated } from "./is-animated.js"
import { pictureSize } from "./picture-size.js"
import type { FindRequest, FoundThumbnail, PictureRequest, Thumbnail } from "./protocol.js"
import { ThumbnailFolder } from "./thumbnail-folder.js"

type ThumbnailRequest = Extract<PictureRequest, { readonly type: "thumbnail" }>

/** A copy with less than half the pixels on each side is worth making; otherwise the picture itself does. */
const worthwhile = 2

/** Quality of the encoded copy, at which a person sees no difference. */
const quality = 0.82

let folders: Map<string, Promise<ThumbnailFolder | undefined>> | undefined

/** A new thumbnail, which is kept. `null` when the picture itself is the better choice. */
export const makeThumbnail = async (request: ThumbnailRequest): Promise<Thumbnail | null> => {
  const { picture, mimeType, contentHash, longSidePx, storeFolder } = request
  const folder = storeFolder === undefined ? undefined : await openFolder(storeFolder)
  // A JPEG never moves, and is read only once.
  if (mimeType !== "image/jpeg") {
    const known = await pictureSize(picture)
    if (known !== undefined && !isWorthwhile(known, longSidePx)) return null
    if (await isAnimated(picture)) return null
  }
  const { canvas, size } = await drawSmall(picture, mimeType, longSidePx)
  if (!isWorthwhile(size, longSidePx)) return null
  const made = { bytes: await encode(canvas, mimeType), ...size }
  void folder?.keep(contentHash, longSidePx, made)
  return made
}

/** Stores a thumbnail that was made before its content's hash was known. */
export const keepThumbnail = async (
  request: Extract<PictureRequest, { readonly type: "keep" }>,
): Promise<void> => {
  const { thumbnail, contentHash, longSidePx, storeFolder } = request
  await (await openFolder(storeFolder))?.keep(contentHash, longSidePx, thumbnail)
}

/** A stored thumbnail under a URL that ends with this worker. */
export const findThumbnail = async (request: FindRequest): Promise<FoundThumbnail | undefined> => {
  const { contentHash, longSidePx, storeFolder } = request
  const kept = await (await openFolder(storeFolder))?.find(contentHash, longSidePx)
  if (kept === undefined) return undefined
  const { bytes, width, height } = kept
  return { url: URL.createObjectURL(bytes), width, height }
}

/** Whether a copy of this size is worth making of a picture. */
export const isWorthwhile = (
  { width, height }: { readonly width: number; readonly height: number },
  longSidePx: number,
): boolean => Math.max(width, height) >= worthwhile * longSidePx

/** Turns a drawing into a file. JPEG is made and shown several times faster than WebP, but it is not transparent. */
export const encode = (canvas: OffscreenCanvas, mimeType: string): Promise<Blob> =>
  canvas.convertToBlob({ type: mimeType === "image/jpeg" ? "image/jpeg" : "image/webp", quality })

const openFolder = (storeFolder: string): Promise<ThumbnailFolder | undefined> => {
  folders ??= new Map()
  const known = folders.get(storeFolder)
  if (known !== undefined) return known
  // Without a place on disk every page makes its own.
  const opening = ThumbnailFolder.open(storeFolder).catch(() => undefined)
  folders.set(storeFolder, opening)
  return opening
}
