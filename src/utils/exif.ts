/** The Exif data that is used here. */
export interface ExifFacts {
  /** Exif orientation, 1 to 8; 1 = upright. */
  readonly orientation: number
  /** When it was taken, as far as that is known. */
  readonly takenAt: Date | null
}

const tags = { orientation: 0x0112, exifDirectory: 0x8769, takenAt: 0x9003, takenOffset: 0x9011 }

const nothing: ExifFacts = { orientation: 1, takenAt: null }

/** Reads a TIFF block, in which JPEG, PNG and WebP carry Exif data. A broken one gives the defaults. */
export const readExif = (view: DataView, tiff: number): ExifFacts => {
  try {
    const little = view.getUint16(tiff) === 0x4949
    const first = entriesOf(view, tiff + view.getUint32(tiff + 4, little), little)
    const orientation = first.get(tags.orientation)
    const turn = orientation === undefined ? 1 : view.getUint16(orientation + 8, little)
    const directory = first.get(tags.exifDirectory)
    const exif =
      directory === undefined
        ? new Map<number, number>()
        : entriesOf(view, tiff + view.getUint32(directory + 8, little), little)
    const text = (tag: number): string => {
      const entry = exif.get(tag)
      if (entry === undefined) return ""
      const length = view.getUint32(entry + 4, little)
      const at = length <= 4 ? entry + 8 : tiff + view.getUint32(entry + 8, little)
      return asciiAt(view, at, Math.min(length, 32))
    }
    return {
      orientation: turn >= 1 && turn <= 8 ? turn : 1,
      takenAt: toDate(text(tags.takenAt), text(tags.takenOffset)),
    }
  } catch {
    return nothing
  }
}

/** Where each field of a directory is. */
const entriesOf = (view: DataView, at: number, little: boolean): Map<number, number> => {
  const count = view.getUint16(at, little)
  const entries = new Map<number, number>()
  for (let entry = 0; entry < count; entry++) {
    const place = at + 2 + entry * 12
    entries.set(view.getUint16(place, little), place)
  }
  return entries
}

const asciiAt = (view: DataView, at: number, length: number): string =>
  Array.from({ length }, (_, offset) => String.fromCharCode(view.getUint8(at + offset))).join("")

/** "2024:05:01 12:30:00", in this device's time unless the camera said which. */
const toDate = (text: string, offset: string): Date | null => {
  const [, year, month, day, time] = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(text) ?? []
  if (year === undefined) return null
  const zone = /^[+-]\d\d:\d\d/.exec(offset)?.[0] ?? ""
  const date = new Date(`${year}-${month}-${day}T${time}${zone}`)
  return Number.isNaN(date.getTime()) ? null : date
}

/** An Exif block that holds only the orientation. */
export const orientationBlock = (orientation: number): Uint8Array<ArrayBuffer> => {
  const view = new DataView(new ArrayBuffer(26))
  view.setUint16(0, 0x4d4d)
  view.setUint16(2, 42)
  view.setUint32(4, 8)
  view.setUint16(8, 1)
  view.setUint16(10, tags.orientation)
  view.setUint16(12, 3)
  view.setUint32(14, 1)
  view.setUint16(18, orientation)
  return new Uint8Array(view.buffer)
}

/** Where the Exif block of a JPEG begins in its first bytes; `undefined` when there is none. */
export const findJpegExif = (view: DataView): number | undefined => {
  try {
    if (view.getUint16(0) !== 0xffd8) return undefined
    for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      const marker = view.getUint8(at + 1)
      if (marker === 0xda) return undefined
      if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return at + 10
    }
  } catch {
    // The head ends in the middle of a segment.
  }
  return undefined
}

/** Where the Exif block of a PNG begins in its first bytes; it stands before the pixels. */
export const findPngExif = (view: DataView): number | undefined => {
  for (let at = 8; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const type = view.getUint32(at + 4)
    if (type === 0x65584966) return at + 8
    if (type === 0x49444154) return undefined
  }
  return undefined
}
