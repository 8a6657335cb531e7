import type { DownloadAnswer, DownloadRequest } from "../../../../types/index.js"
import { announcedBytes } from "../../../../utils/answer-proof.js"
import { isRemoteFailure } from "./failure.js"
import { filePath } from "./files.js"
import { judgeContent } from "./proof.js"
import { type Connection, headerOf, type Opened, openAuthorized } from "./requests.js"
import { idleTimedBody, idleTimedBytes } from "./idle-timed-body.js"

/** Starts a download; a resume continues the very same bytes or starts from 0. */
export const getFile = (connection: Connection, request: DownloadRequest): Promise<DownloadAnswer> => {
  const condition: Record<string, string> = request.etag === undefined ? {} : { "If-Range": request.etag }
  return openFrom(request, (range) =>
    openAuthorized(connection, filePath(request.key), {
      headers: range === undefined ? {} : { Range: range, ...condition },
      signal: request.signal,
    }),
  )
}

/** Opens an object from an offset, or from its start when nothing lies behind the offset. */
export const openFrom = async (
  request: DownloadRequest,
  openRange: (range: string | undefined) => Promise<Opened>,
): Promise<DownloadAnswer> => {
  const { offset } = request
  if (offset === 0) return toDownloadAnswer(await openRange(undefined), request, 0)
  try {
    return await toDownloadAnswer(await openRange(`bytes=${offset}-`), request, offset)
  } catch (error) {
    // The bytes here are the whole file, or no prefix of it: the hash of the whole decides.
    if (isRemoteFailure(error) && error.status === 416)
      return toDownloadAnswer(await openRange(undefined), request, 0)
    throw error
  }
}

const toDownloadAnswer = async (
  { response, idleTimer }: Opened,
  { contentHash, record }: DownloadRequest,
  askedOffset: number,
): Promise<DownloadAnswer> => {
  const header = headerOf(response)
  const isPart = response.status === 206
  // Some stores do not let a page of another origin read `Content-Range`; then a 206 is taken for the requested range.
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(header("Content-Range") ?? "")
  const announced = isPart ? (range === null ? undefined : Number(range[2])) : announcedBytes(header)
  let isProven: boolean | undefined
  try {
    const head = { status: response.status, header }
    isProven = judgeContent(head, contentHash, { announced, wanted: record.sizeBytes })
  } catch (error) {
    idleTimer.abort()
    idleTimer.stop()
    throw error
  }
  const bytes = response.body === null ? undefined : idleTimedBytes(response.body, idleTimer)
  return {
    body: bytes ?? idleTimedBody(response.body, idleTimer),
    fillsBuffers: bytes !== undefined,
    offset: isPart ? Number(range?.[1] ?? askedOffset) : 0,
    totalBytes: announced,
    etag: header("ETag") ?? undefined,
    ...(isProven === undefined ? {} : { isProven }),
  }
}
