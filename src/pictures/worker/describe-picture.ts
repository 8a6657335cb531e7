import { drawSmall } from "./draw-small.js"
import { scaledTo } from "./longer-side.js"
import { plainWebp } from "./plain-webp.js"
import type { PictureFacts } from "./protocol.js"

/** Longer side of a placeholder: what a blur leaves of more cannot be seen. Our choice. */
const placeholderPx = 20

/** Where the browser makes no WebP, a PNG, which costs more for each pixel. Our choice. */
const placeholderPngPx = 8

/** Size and placeholder of a picture, about 200 characters. Fails when the browser cannot decode it. */
export const describePicture = async (picture: Blob, mimeType: string): Promise<PictureFacts> => {
  const { canvas, size } = await drawSmall(picture, mimeType, placeholderPx)
  const webp = await canvas.convertToBlob({ type: "image/webp", quality: 0.5 })
  const small = webp.type === "image/webp" ? webp : await smallestPng(canvas)
  const bytes = plainWebp(new Uint8Array(await small.arrayBuffer()))
  return { ...size, placeholder: `data:${small.type};base64,${btoa(String.fromCharCode(...bytes))}` }
}

const smallestPng = (canvas: OffscreenCanvas): Promise<Blob> => {
  const { width, height } = scaledTo(canvas, placeholderPngPx)
  const smaller = new OffscreenCanvas(width, height)
  smaller.getContext("2d")?.drawImage(canvas, 0, 0, width, height)
  return smaller.convertToBlob({ type: "image/png" })
}
