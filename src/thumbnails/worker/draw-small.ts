import { scaledTo } from "./longer-side.js"
import { type PictureSize, pictureSize, pictureSizeIn } from "./picture-size.js"

/** A picture drawn small, and how large it really is. */
export interface SmallDrawing {
  readonly canvas: OffscreenCanvas
  readonly size: PictureSize
}

interface DecoderOptions {
  readonly data: ArrayBuffer
  readonly type: string
  readonly desiredWidth: number
  readonly desiredHeight: number
}

interface Frame extends PictureSize {
  readonly source: CanvasImageSource
  close(): void
}

type Decoder = new (
  options: DecoderOptions,
) => {
  decode(): Promise<{
    readonly image: CanvasImageSource & {
      readonly displayWidth: number
      readonly displayHeight: number
      close(): void
    }
  }>
  close(): void
}

/** Larger files are not read into memory whole. Far above what cameras make. */
const maxDecoderBytes = 64 * 1024 * 1024

/** Pictures with more pixels are not decoded whole, which takes four bytes for each. Cameras make up to 200 million. */
const maxPixels = 100_000_000

/**
 * Draws a picture with so many pixels on its longer side, upright. Fails when the browser cannot decode it. JPEGs,
 * which can be decoded small, take a third of the time of the others where the browser has an `ImageDecoder`.
 */
export const drawSmall = async (
  picture: Blob,
  mimeType: string,
  longSidePx: number,
): Promise<SmallDrawing> => {
  const { ImageDecoder } = globalThis as { readonly ImageDecoder?: Decoder }
  const isShrunk = ImageDecoder !== undefined && mimeType === "image/jpeg" && picture.size <= maxDecoderBytes
  const bytes = isShrunk ? await picture.arrayBuffer() : undefined
  const known = bytes === undefined ? await pictureSize(picture) : pictureSizeIn(bytes)
  const shrunk =
    bytes === undefined || known === undefined || ImageDecoder === undefined
      ? undefined
      : await decodeJpeg(ImageDecoder, bytes, known, longSidePx)
  const frame = shrunk ?? (await decodeWhole(picture, known, longSidePx))
  try {
    const size = known ?? { width: frame.width, height: frame.height }
    const { width, height } = scaledTo(size, longSidePx)
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext("2d")
    if (context === null) throw new DOMException("No canvas in this worker", "InvalidStateError")
    context.imageSmoothingQuality = "medium"
    context.drawImage(frame.source, 0, 0, width, height)
    return { canvas, size }
  } finally {
    frame.close()
  }
}

const decodeJpeg = async (
  ImageDecoder: Decoder,
  data: ArrayBuffer,
  known: PictureSize,
  longSidePx: number,
): Promise<Frame | undefined> => {
  // JPEGs shrink by eighths; the next one up keeps the picture sharp.
  const longSide = Math.max(known.width, known.height)
  const eighths = Math.min(8, Math.ceil((8 * longSidePx) / longSide))
  const desired = scaledTo(known, (longSide * eighths) / 8)
  const decoder = new ImageDecoder({
    data,
    type: "image/jpeg",
    desiredWidth: desired.width,
    desiredHeight: desired.height,
  })
  try {
    const { image } = await decoder.decode()
    const { displayWidth: width, displayHeight: height } = image
    // A decoder that ignores the Exif orientation cannot be used.
    if (width > height === known.width > known.height)
      return { source: image, width, height, close: () => image.close() }
    image.close()
    return undefined
  } catch {
    // `createImageBitmap` is tried next; if it fails as well, its error is reported.
    return undefined
  } finally {
    decoder.close()
  }
}

const decodeWhole = async (
  picture: Blob,
  known: PictureSize | undefined,
  longSidePx: number,
): Promise<Frame> => {
  if (known !== undefined && known.width * known.height > maxPixels)
    throw new DOMException("The picture has too many pixels to decode", "NotSupportedError")
  const resize = known === undefined ? {} : toResize(scaledTo(known, longSidePx))
  const bitmap = await createImageBitmap(picture, resize)
  return { source: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() }
}

const toResize = ({ width, height }: PictureSize): ImageBitmapOptions => ({
  resizeWidth: width,
  resizeHeight: height,
  resizeQuality: "medium",
})
