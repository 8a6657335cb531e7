import { findJpegExif, findPngExif, readExif } from "../../utils/exif.js"

/** A picture's size in pixels, as it is shown: after the turn its camera noted. */
export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** Enough for the headers of nearly every picture; camera previews make a JPEG's head large. */
const headBytes = 256 * 1024

/**
 * The size of a PNG, JPEG, GIF or WebP picture from its first bytes, without decoding it; `undefined` for anything
 * else and for images whose header is invalid.
 */
export const pictureSize = async (picture: Blob): Promise<PictureSize | undefined> => {
  return pictureSizeIn(await picture.slice(0, headBytes).arrayBuffer())
}

/** The same, of bytes that are in memory. */
export const pictureSizeIn = (bytes: ArrayBuffer): PictureSize | undefined => {
  const view = new DataView(bytes)
  try {
    const size = sizeIn(view)
    return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined
  } catch {
    // The head ends in the middle of a field.
    return undefined
  }
}

const sizeIn = (view: DataView): PictureSize | undefined => {
  const signature = view.getUint32(0)
  if (signature === 0x89504e47) return sizeInPng(view)
  if (signature === 0x47494638) return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  if (signature === 0x52494646 && view.getUint32(8) === 0x57454250) return sizeInWebp(view)
  return signature >>> 8 === 0xffd8ff ? sizeInJpeg(view) : undefined
}

const sizeInPng = (view: DataView): PictureSize => {
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const exif = findPngExif(view)
  return exif !== undefined && isTurned(view, exif) ? { width: height, height: width } : { width, height }
}

const sizeInWebp = (view: DataView): PictureSize | undefined => {
  switch (view.getUint32(12)) {
    case 0x56503858: // VP8X: 24 bits each, less one
      return {
        width: (view.getUint32(24, true) & 0xffffff) + 1,
        height: (view.getUint32(27, true) & 0xffffff) + 1,
      }
    case 0x5650384c: {
      // VP8L: 14 bits each, less one
      const bits = view.getUint32(21, true)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 0x56503820: // VP8: the upper two bits are a scale that is not in use
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    default:
      return undefined
  }
}

const sizeInJpeg = (view: DataView): PictureSize | undefined => {
  const exif = findJpegExif(view)
  const turned = exif !== undefined && isTurned(view, exif)
  for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (!isFrame(view.getUint8(at + 1))) continue
    const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)]
    return turned ? { width: height, height: width } : { width, height }
  }
  return undefined
}

/** Start-of-frame markers are C0 to CF, but for three that share the range. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Whether Exif data at this place says that width and height change places: orientations 5 to 8. */
const isTurned = (view: DataView, at: number): boolean => readExif(view, at).orientation >= 5
