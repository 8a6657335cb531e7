import { toHex } from "../../src/utils/content-hash.js"

/** Bytes that look random, the same for the same seed. */
export const madeBytes = (sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> => {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4))
  let state = (seed * 2654435761) >>> 0 || 1
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[at] = state
  }
  return new Uint8Array(words.buffer, 0, sizeBytes).slice()
}

/** A blob of such bytes. */
export const madeBlob = (sizeBytes: number, seed = 1): Blob => new Blob([madeBytes(sizeBytes, seed)])

/** SHA-256 by the browser's own one-shot digest: what every other way must agree with. */
export const digestOf = async (blob: Blob): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer())))

const withScratch = async (name: string, content: Blob): Promise<FileSystemFileHandle> => {
  const origin = await navigator.storage.getDirectory()
  const handle = await origin.getFileHandle(name, { create: true })
  const writable = await handle.createWritable()
  await writable.write(content)
  await writable.close()
  return handle
}

/** A real file whose bytes have gone from the disk since it was picked; without extension, it looks like a folder. */
export const vanishedFile = async (content: Blob, extension = ""): Promise<File> => {
  const name = `vanished-${crypto.randomUUID()}${extension}`
  const file = await (await withScratch(name, content)).getFile()
  await (await navigator.storage.getDirectory()).removeEntry(name)
  return file
}

/** A real file that was written to since it was picked. */
export const changedFile = async (content: Blob): Promise<File> => {
  const name = `changed-${crypto.randomUUID()}`
  const handle = await withScratch(name, content)
  const file = await handle.getFile()
  await withScratch(name, new Blob([content, "and more"]))
  return file
}

/** Why no test can see a changed file here, or `undefined`: WebKit notices it of files from the disk, not of OPFS's. */
export const changesGoUnnoticed = async (): Promise<string | undefined> => {
  const file = await changedFile(new Blob(["some bytes"]))
  return await file.text().then(
    () => "this engine reads changed OPFS files as if nothing had happened",
    () => undefined,
  )
}
