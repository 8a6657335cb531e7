import type { SeenBox } from "../visibility.js"

/** What is known about how a picture is shown. */
export interface Showing {
  /** The element's box in CSS pixels, as far as it is known. */
  readonly box: SeenBox | undefined
  /** The picture's own size, as far as it is known. */
  readonly own: { readonly width?: number | undefined; readonly height?: number | undefined }
  /** CSS `object-fit`. */
  readonly fit: string
  /** Device pixels for each CSS pixel. */
  readonly density: number
}

/**
 * How much longer than its box an image of unknown proportions is, when it covers the box: a camera's 3:2 in a square.
 */
const usualRatio = 1.5

/**
 * How many device pixels the picture's longer side covers on the screen; infinite when unknown, or when the
 * picture is shown pixel by pixel.
 */
export const targetPixels = ({ box, own, fit, density }: Showing): number => {
  if (box === undefined || box.width <= 0 || box.height <= 0 || fit === "none")
    return Number.POSITIVE_INFINITY
  const { width: ownWidth, height: ownHeight } = own
  const fills = fit === "cover" || fit === "fill"
  if (ownWidth === undefined || ownHeight === undefined)
    return Math.ceil(Math.max(box.width, box.height) * density * (fills ? usualRatio : 1))
  const ratio = ownWidth / ownHeight
  const width = fills ? Math.max(box.width, box.height * ratio) : Math.min(box.width, box.height * ratio)
  return Math.ceil(Math.max(width, width / ratio) * density)
}

/** As {@link targetPixels}, but infinite unless the copy would be less than half of the image's size. */
export const worthwhilePixels = (showing: Showing): number => {
  const wanted = targetPixels(showing)
  const { width, height } = showing.own
  return Math.max(width ?? Infinity, height ?? 0) >= 2 * wanted ? wanted : Number.POSITIVE_INFINITY
}
