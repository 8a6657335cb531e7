import type { PictureSize } from "./picture-size.js"

/** The smallest longer side of a thumbnail, in pixels. An avatar on a dense screen. */
const smallestPx = 128

/** Longer side of a typical image in a grid, in CSS pixels: a photo that fills a square of 240. */
const usualPx = 320

/** Densest screen that a first thumbnail is made for: beyond, a phone's small grid needs no more. */
const densest = 2

/**
 * The longer side of the thumbnail that is made when a picture is saved. It is used at every smaller size as well:
 * decoding too many pixels takes a tenth of the time that making another copy takes.
 */
export const firstPx = (density: number): number =>
  bucketOf(usualPx * Math.min(densest, Math.max(1, density)))

/**
 * The longer side a thumbnail gets: the next of 128, 181, 256, 362, 512, …, each √2 times the one before, so that a
 * few sizes serve every layout and none is more than twice the pixels asked for.
 */
export const bucketOf = (longSidePx: number): number => {
  const steps = Math.max(0, Math.ceil(2 * Math.log2(longSidePx / smallestPx) - 1e-6))
  return Math.round(smallestPx * 2 ** (steps / 2))
}

/** The size whose longer side has so many pixels, in the picture's proportions; never larger than the picture. */
export const scaledTo = ({ width, height }: PictureSize, longSidePx: number): PictureSize => {
  const scale = Math.min(1, longSidePx / Math.max(width, height))
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}
