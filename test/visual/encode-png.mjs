/** PNGs as small as they get: a palette where a picture has few colours, as screenshots of text do. */
import { deflateSync } from "node:zlib"
import { crc32 } from "../support/crc32.mjs"

const paletteSize = 256

const chunk = (type, data) => {
  const framed = Buffer.alloc(data.length + 12)
  framed.writeUInt32BE(data.length, 0)
  framed.write(type, 4, "latin1")
  data.copy(framed, 8)
  framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)), data.length + 8)
  return framed
}

/** Each pixel as a place in a list of colours, or `undefined` when there are too many. */
const toPalette = ({ data }) => {
  const places = new Map()
  const indices = Buffer.alloc(data.length / 4)
  for (let at = 0; at < indices.length; at += 1) {
    const colour = data.readUIntBE(at * 4, 3)
    const place = places.get(colour) ?? places.set(colour, places.size).get(colour)
    if (place >= paletteSize) return undefined
    indices[at] = place
  }
  const palette = Buffer.alloc(places.size * 3)
  for (const [colour, place] of places) palette.writeUIntBE(colour, place * 3, 3)
  return { palette, indices }
}

const withoutAlpha = ({ data }) => {
  const colours = Buffer.alloc((data.length / 4) * 3)
  for (let at = 0; at < data.length / 4; at += 1) data.copy(colours, at * 3, at * 4, at * 4 + 3)
  return colours
}

/** Encodes `{ width, height, data }` of RGBA; transparency is left out. */
export const encodePng = (image) => {
  const { width, height } = image
  const { palette, indices } = toPalette(image) ?? {}
  const pixels = indices ?? withoutAlpha(image)
  const rowBytes = pixels.length / height
  const rows = Buffer.alloc(height * (rowBytes + 1))
  for (let row = 0; row < height; row += 1)
    pixels.copy(rows, row * (rowBytes + 1) + 1, row * rowBytes, (row + 1) * rowBytes)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, palette === undefined ? 2 : 3, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...(palette === undefined ? [] : [chunk("PLTE", palette)]),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ])
}
