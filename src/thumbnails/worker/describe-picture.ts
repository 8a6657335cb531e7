import { drawSmall } from "./draw-small.js"
import { scaledTo } from "./longer-side.js"
import { stripWebpMetadata } from "./strip-metadata.js"
import { encode, isWorthwhile } from "./make-thumbnail.js"
import { isAnimated } from "./is-animated.js"
import { pictureSize } from "./picture-size.js"
import type { PictureFacts, PictureRequest, Thumbnail } from "./protocol.js"

/** Longer side of a placeholder: more pixels could not be seen through the blur. */
const placeholderPx = 20

/** Longer side of a placeholder in PNG, where the browser cannot encode WebP: a pixel takes more bytes. */
const placeholderPngPx = 8

/** An image's metadata, and the copies that can be made while it is decoded. */
export interface Described {
  readonly facts: PictureFacts
  /** Its first thumbnail; `null` when the picture itself is the better choice. */
  readonly first: () => Promise<Thumbnail | null>
}

/** Size and placeholder of a picture, about 200 characters. Fails when the browser cannot decode it. */
export const describePicture = async (
  request: Extract<PictureRequest, { readonly type: "describe" }>,
): Promise<Described> => {
  const { picture, mimeType, firstPx } = request
  const drawing = await drawSmall(picture, mimeType, firstPx ?? placeholderPx).catch(tooLarge)
  if (drawing === undefined) return sizeAlone(picture)
  const { canvas, size } = drawing
  const webp = await smaller(canvas, placeholderPx).convertToBlob({ type: "image/webp", quality: 0.5 })
  const small = webp.type === "image/webp" ? webp : await smallestPng(canvas)
  const bytes = stripWebpMetadata(new Uint8Array(await small.arrayBuffer()))
  const placeholder = `data:${small.type};base64,${btoa(String.fromCharCode(...bytes))}`
  return {
    facts: { ...size, placeholder },
    first: async () =>
      firstPx === undefined ||
      !isWorthwhile(size, firstPx) ||
      (mimeType !== "image/jpeg" && (await isAnimated(picture)))
        ? null
        : { bytes: await encode(canvas, mimeType), ...size },
  }
}

/** `undefined` for a picture that is not decoded because of its size. */
const tooLarge = (error: unknown): undefined => {
  if (!(error instanceof DOMException) || error.name !== "NotSupportedError") throw error
  return undefined
}

const sizeAlone = async (picture: Blob): Promise<Described> => {
  const size = await pictureSize(picture)
  if (size === undefined) throw new DOMException("Nothing is known about the picture", "InvalidStateError")
  return { facts: size, first: async () => null }
}

const smallestPng = (canvas: OffscreenCanvas): Promise<Blob> =>
  smaller(canvas, placeholderPngPx).convertToBlob({ type: "image/png" })

const smaller = (canvas: OffscreenCanvas, longSidePx: number): OffscreenCanvas => {
  const { width, height } = scaledTo(canvas, longSidePx)
  const copy = new OffscreenCanvas(width, height)
  const context = copy.getContext("2d")
  if (context !== null) context.imageSmoothingQuality = "high"
  context?.drawImage(canvas, 0, 0, width, height)
  return copy
}
