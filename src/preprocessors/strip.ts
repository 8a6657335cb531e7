import { crc32 } from "../utils/crc32.js"
import { findJpegExif, findPngExif, orientationBlock, readExif } from "../utils/exif.js"

/** An image's bytes without its metadata, or `undefined` for an unsupported type. */
export const strip = (
  bytes: Uint8Array<ArrayBuffer>,
  keepOrientation: boolean,
): ReadonlyArray<Uint8Array<ArrayBuffer>> | undefined => {
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length))
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return stripJpeg(bytes, keepOrientation)
  if (text(1, 3) === "PNG") return stripPng(bytes, keepOrientation)
  if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP") return stripWebp(bytes, keepOrientation)
  return undefined
}

const viewOf = (bytes: Uint8Array<ArrayBuffer>) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const broken = () => new TypeError("The image is damaged, so its metadata cannot be removed")

/**
 * Keeps JFIF, ICC profiles and Adobe's colour note, which change how the image looks. Removes Exif, XMP, IPTC,
 * comments, previews and everything behind the end of the image.
 */
const stripJpeg = (bytes: Uint8Array<ArrayBuffer>, keepOrientation: boolean) => {
  const view = viewOf(bytes)
  const exif = findJpegExif(view)
  const orientation = exif === undefined ? 1 : readExif(view, exif).orientation
  const parts: Array<Uint8Array<ArrayBuffer>> = [bytes.subarray(0, 2)]
  if (keepOrientation && orientation !== 1) parts.push(jpegExif(orientation))
  let at = 2
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw broken()
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at++ // Filling.
      continue
    }
    if (marker === 0xd9) break
    const end = at + 2 + view.getUint16(at + 2)
    if (end > bytes.length) throw broken()
    const next = marker === 0xda ? endOfScan(bytes, end) : end
    if (marker === 0xda || isShown(bytes, at, marker)) parts.push(bytes.subarray(at, next))
    at = next
  }
  parts.push(Uint8Array.of(0xff, 0xd9))
  return parts
}

/** Whether a segment changes how the image looks. */
const isShown = (bytes: Uint8Array, at: number, marker: number): boolean => {
  if (marker === 0xfe) return false
  if (marker < 0xe0 || marker > 0xef) return true
  const name = String.fromCharCode(...bytes.subarray(at + 4, at + 16))
  if (marker === 0xe0) return name.startsWith("JFIF\0")
  return (
    (marker === 0xe2 && name.startsWith("ICC_PROFILE\0")) || (marker === 0xee && name.startsWith("Adobe"))
  )
}

/** Where the coded pixels end: at a marker that is neither an escaped byte nor a restart. */
const endOfScan = (bytes: Uint8Array, from: number): number => {
  for (
    let at = bytes.indexOf(0xff, from);
    at >= 0 && at + 1 < bytes.length;
    at = bytes.indexOf(0xff, at + 1)
  ) {
    const next = bytes[at + 1] ?? 0
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
  }
  return bytes.length
}

const jpegExif = (orientation: number): Uint8Array<ArrayBuffer> => {
  const block = orientationBlock(orientation)
  const segment = new Uint8Array(10 + block.length)
  segment.set([0xff, 0xe1, 0, 8 + block.length, 0x45, 0x78, 0x69, 0x66, 0, 0])
  segment.set(block, 10)
  return segment
}

/** PNG chunks that are not critical and change how an image looks or is animated. */
const shownChunks = new Set([
  ...["tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "hIST", "pHYs", "sPLT"],
  ...["acTL", "fcTL", "fdAT"],
])

const stripPng = (bytes: Uint8Array<ArrayBuffer>, keepOrientation: boolean) => {
  const view = viewOf(bytes)
  const exif = findPngExif(view)
  const orientation = exif === undefined ? 1 : readExif(view, exif).orientation
  const parts: Array<Uint8Array<ArrayBuffer>> = [bytes.subarray(0, 8)]
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (end > bytes.length && type !== "IDAT") throw broken()
    const isCritical = ((bytes[at + 4] ?? 0) & 0x20) === 0
    if (isCritical || shownChunks.has(type)) parts.push(bytes.subarray(at, end))
    if (type === "IHDR" && keepOrientation && orientation !== 1) parts.push(pngExif(orientation))
    if (type === "IEND") break
    at = end
  }
  return parts
}

const pngExif = (orientation: number): Uint8Array<ArrayBuffer> => {
  const block = orientationBlock(orientation)
  const chunk = new Uint8Array(12 + block.length)
  chunk.set([0, 0, 0, block.length, 0x65, 0x58, 0x49, 0x66])
  chunk.set(block, 8)
  viewOf(chunk).setUint32(8 + block.length, crc32(chunk.subarray(4, 8 + block.length)))
  return chunk
}

const webpChunks = new Set(["VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"])

const stripWebp = (bytes: Uint8Array<ArrayBuffer>, keepOrientation: boolean) => {
  const view = viewOf(bytes)
  const kept: Array<Uint8Array<ArrayBuffer>> = []
  let orientation = 1
  for (let at = 12; at + 8 <= bytes.length; ) {
    const sizeBytes = view.getUint32(at + 4, true)
    const end = Math.min(at + 8 + sizeBytes + (sizeBytes % 2), bytes.length)
    const type = String.fromCharCode(...bytes.subarray(at, at + 4))
    // Some programs write the marker of a JPEG segment before the block.
    if (type === "EXIF")
      orientation = readExif(view, view.getUint32(at + 8) === 0x45786966 ? at + 14 : at + 8).orientation
    if (webpChunks.has(type)) kept.push(bytes.slice(at, end))
    at = end
  }
  const isTurned = keepOrientation && orientation !== 1
  const extended = kept.find((chunk) => chunk[3] === 0x58 && chunk[2] === 0x38)
  if (extended !== undefined) extended[8] = ((extended[8] ?? 0) & ~0x0c) | (isTurned ? 0x08 : 0)
  if (isTurned && extended !== undefined) {
    const block = orientationBlock(orientation)
    const chunk = new Uint8Array(8 + block.length)
    chunk.set([0x45, 0x58, 0x49, 0x46, block.length, 0, 0, 0])
    chunk.set(block, 8)
    kept.push(chunk)
  }
  const head = bytes.slice(0, 12)
  viewOf(head).setUint32(4, 4 + kept.reduce((sum, chunk) => sum + chunk.length, 0), true)
  return [head, ...kept]
}
