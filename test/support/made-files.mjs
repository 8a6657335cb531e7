/** Files for tests, made on the spot and the same each time. */
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { deflateSync } from "node:zlib"
import { crc32 } from "./crc32.mjs"

/** Bytes without a pattern, the same for the same seed. */
export const noise = (sizeBytes, seed) => {
  const bytes = Buffer.alloc(sizeBytes)
  let state = seed >>> 0 || 1
  for (let index = 0; index < sizeBytes; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[index] = state
  }
  return bytes
}

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** A PNG of coloured noise; it does not compress, so its size is about width × height × 3. */
export const noisePng = (width, height, seed) => {
  const pixels = noise(height * (width * 3 + 1), seed)
  for (let row = 0; row < height; row += 1) pixels[row * (width * 3 + 1)] = 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels, { level: 0 })),
    chunk("IEND", Buffer.alloc(0)),
  ])
}

/** Writes a file into `folder`; gives back its path and what every device must see of it. */
export const makeFile = (folder, name, type, content) => {
  const bytes = Buffer.from(content)
  const path = join(folder, name)
  writeFileSync(path, bytes)
  const hash = createHash("sha256").update(bytes).digest("hex")
  return { path, facts: { name, type, sizeBytes: bytes.length, hash } }
}
