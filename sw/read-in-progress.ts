import type { InProgressDownload } from "./in-progress-download.js"

/** Most bytes handed on at once; what a slow reader costs in memory. */
const pieceBytes = 1024 * 1024

/**
 * The bytes from `start` to `end` (inclusive) as they arrive, pulled by the reader.
 * Keeps the worker alive until the reader has come to the end or gone. The last byte of the content is held back until
 * the whole is verified: no reader ever receives wrong content in full.
 */
export const readInProgress = (
  download: InProgressDownload,
  start: number,
  end: number,
  keepAlive: (until: Promise<unknown>) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const leave = download.addReader()
  let finish = () => {}
  keepAlive(new Promise<void>((resolve) => (finish = resolve)).then(leave))
  let position = start
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          let limit = readableUntil(download, end)
          while (limit <= position) {
            await download.changed()
            limit = readableUntil(download, end)
          }
          const piece = await download.read(position, Math.min(limit, position + pieceBytes))
          position += piece.length
          controller.enqueue(piece)
          if (position > end) {
            controller.close()
            finish()
          }
        } catch (error) {
          finish()
          throw error
        }
      },
      cancel: () => finish(),
    },
    { highWaterMark: 0 },
  )
}

const readableUntil = (download: InProgressDownload, end: number): number => {
  if (download.isVerified === false) throw new Error()
  const { totalBytes } = download
  const safe = download.isVerified ? totalBytes : Math.min(download.arrivedBytes, totalBytes - 1)
  return Math.min(safe, end + 1)
}
