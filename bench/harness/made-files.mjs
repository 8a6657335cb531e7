/** Files on disk to be picked, all of different content, the same size, and nothing a disk or a network could compress. */
import { randomBytes, randomFillSync } from "node:crypto"
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "./temporary-folder.mjs"

/** `count` files of `sizeBytes` in a new folder; gives their paths. */
export const makeFiles = (count, sizeBytes) => {
  const folder = temporaryFolder("files")
  return Array.from({ length: count }, (_, at) => {
    const path = join(folder, `file-${at}.bin`)
    writeFileSync(path, randomBytes(sizeBytes))
    return path
  })
}

/** One large file, written in pieces; gives its path. */
export const makeLargeFile = (sizeBytes) => {
  const path = join(temporaryFolder("large"), "large.bin")
  const piece = Buffer.allocUnsafe(8 * 1024 * 1024)
  const file = openSync(path, "w")
  for (let written = 0; written < sizeBytes; written += piece.length) {
    randomFillSync(piece)
    writeSync(file, piece, 0, Math.min(piece.length, sizeBytes - written))
  }
  closeSync(file)
  return path
}
