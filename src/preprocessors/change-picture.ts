import { isAnimated } from "../thumbnails/worker/is-animated.js"
import { pictureSize } from "../thumbnails/worker/picture-size.js"
import { strip } from "./strip.js"
import type { ImageChange } from "./worker/protocol.js"

/** Formats that carry the place a picture was taken at, and that nothing here can take it out of. */
const cannotStrip = /^image\/(?:hei[cf]|avif|tiff|jxl|x-adobe-dng)/

/** Types that a canvas can be encoded as. */
const encodable = new Set(["image/jpeg", "image/webp", "image/png"])

/** The image to store; `null` = the original. Fails when metadata has to be removed and cannot be. */
export const changePicture = async (picture: Blob, change: ImageChange): Promise<Blob | null> => {
  const redrawn = await redraw(picture, change).catch(() => null)
  if (redrawn !== null) return redrawn
  return change.stripMetadata ? stripped(picture, change.keepOrientation) : null
}

/** The image without metadata and with the same pixels. */
const stripped = async (picture: Blob, keepOrientation: boolean): Promise<Blob | null> => {
  const parts = strip(new Uint8Array(await picture.arrayBuffer()), keepOrientation)
  if (parts !== undefined) {
    const plain = new Blob([...parts], { type: picture.type })
    return plain.size < picture.size ? plain : null
  }
  if (cannotStrip.test(picture.type))
    throw new TypeError(`The metadata of a picture of type ${picture.type} cannot be removed`)
  return null
}

/** The image smaller or in another format; `null` when it is small enough, animated, an SVG, or would only get larger. */
const redraw = async (picture: Blob, change: ImageChange): Promise<Blob | null> => {
  const isRedrawn = change.maxSide < Number.POSITIVE_INFINITY || change.format !== "keep"
  if (!isRedrawn || /^image\/(?:svg|gif)/.test(picture.type)) return null
  // Metadata that cannot be removed goes by encoding the image again, even if it gets larger.
  const isForced = change.stripMetadata && cannotStrip.test(picture.type)
  const type = change.format === "keep" ? picture.type : change.format
  const known = await pictureSize(picture)
  if (known !== undefined && known.width * known.height > change.maxPixels) return null
  const isSmall = known !== undefined && Math.max(known.width, known.height) <= change.maxSide
  const canKeep = !isForced && (type === picture.type || !encodable.has(type))
  if ((isSmall && canKeep) || (picture.type !== "image/jpeg" && (await isAnimated(picture)))) return null
  const bitmap = await createImageBitmap(picture, { imageOrientation: "from-image" })
  try {
    const scale = Math.min(1, change.maxSide / Math.max(bitmap.width, bitmap.height))
    if (scale === 1 && canKeep) return null
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(bitmap.width * scale)),
      Math.max(1, Math.round(bitmap.height * scale)),
    )
    const context = canvas.getContext("2d")
    if (context === null) return null
    context.imageSmoothingQuality = "high"
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    const wanted = encodable.has(type) ? type : "image/jpeg"
    // A JPEG has no transparency: transparent pixels would become black.
    const made =
      wanted === "image/jpeg" && isTransparent(context, canvas)
        ? await encoded(canvas, picture.type === "image/webp" ? "image/webp" : "image/png", change.quality)
        : await encoded(canvas, wanted, change.quality)
    return made !== null && (isForced || made.size < picture.size) ? made : null
  } finally {
    bitmap.close()
  }
}

/** `null` where the browser makes another format than was asked for. */
const encoded = async (canvas: OffscreenCanvas, type: string, quality: number): Promise<Blob | null> => {
  const made = await canvas.convertToBlob({ type, quality })
  return made.type === type ? made : null
}

const isTransparent = (
  context: OffscreenCanvasRenderingContext2D,
  { width, height }: OffscreenCanvas,
): boolean => {
  const { data } = context.getImageData(0, 0, width, height)
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true
  return false
}
