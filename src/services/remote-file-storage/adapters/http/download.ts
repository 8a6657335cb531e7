import type { DownloadAnswer, DownloadRequest } from "../../../../types/index.js"
import { isRemoteFailure } from "./failure.js"
import { filePath } from "./files.js"
import { type Connection, type Opened, openAuthorized } from "./requests.js"
import { watchedBody, watchedBytes } from "./watched-body.js"

/** Starts a download; a resume continues the very same bytes or begins anew. */
export const getFile = (connection: Connection, request: DownloadRequest): Promise<DownloadAnswer> => {
  const condition: Record<string, string> = request.etag === undefined ? {} : { "If-Range": request.etag }
  return openFrom(request.offset, (range) =>
    openAuthorized(connection, filePath(request.key), {
      headers: range === undefined ? {} : { Range: range, ...condition },
      signal: request.signal,
    }),
  )
}

/** Opens an object from an offset, or from its start when nothing lies behind the offset. */
export const openFrom = async (
  offset: number,
  openRange: (range: string | undefined) => Promise<Opened>,
): Promise<DownloadAnswer> => {
  if (offset === 0) return toDownloadAnswer(await openRange(undefined), 0)
  try {
    return toDownloadAnswer(await openRange(`bytes=${offset}-`), offset)
  } catch (error) {
    // What is here is all there is, or no prefix of it. Which of them, the hash of the whole will tell.
    if (isRemoteFailure(error) && error.status === 416) return toDownloadAnswer(await openRange(undefined), 0)
    throw error
  }
}

const toDownloadAnswer = ({ response, watch }: Opened, askedOffset: number): DownloadAnswer => {
  const isPart = response.status === 206
  // Some stores do not let a page of another origin see `Content-Range`; then a 206 is what was asked for.
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")
  const total = isPart ? range?.[2] : (response.headers.get("Content-Length") ?? undefined)
  const bytes = response.body === null ? undefined : watchedBytes(response.body, watch)
  return {
    body: bytes ?? watchedBody(response.body, watch),
    fillsBuffers: bytes !== undefined,
    offset: isPart ? Number(range?.[1] ?? askedOffset) : 0,
    totalBytes: total === undefined ? undefined : Number(total),
    etag: response.headers.get("ETag") ?? undefined,
  }
}
