import { findStoredFile, openFolder } from "./stored-file.js"

/** Chromium fails a read when the writer moves on between taking the file and reading it; another try helps. */
const maxAttempts = 8

/** Bytes of a file that a page is still writing into the store's `tmp` folder, or of the finished one when it moved. */
export const readUnfinished = async (
  storeFolder: string,
  contentHash: string,
  fileName: string,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> => {
  for (let attempt = 1; ; attempt++) {
    try {
      let file = await findStoredFile(storeFolder, contentHash)
      file ??= await (await (await openFolder([storeFolder, "tmp"], false)).getFileHandle(fileName)).getFile()
      const bytes = await file.slice(start, end).arrayBuffer()
      // Nothing is there: the page has reported more than it had written.
      if (bytes.byteLength > 0) return new Uint8Array(bytes)
      throw new Error()
    } catch (error) {
      if (attempt === maxAttempts) throw error
      await new Promise((resolve) => setTimeout(resolve, attempt * 5))
    }
  }
}
