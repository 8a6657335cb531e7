import { answerByteRange, parseByteRange } from "../src/utils/byte-range.js"
import { servingHeaders } from "../src/utils/serving-headers.js"
import type { InProgressDownload } from "./in-progress-download.js"
import type { Refusal } from "./fetch-result.js"
import type { FileRequest } from "./file-request.js"
import { readInProgress } from "./read-in-progress.js"

/** 200, 206 or 416 from verified bytes. The blob itself is handed over: reading it here would cost the page twice. */
export const answerFromBytes = (wanted: FileRequest, bytes: Blob): Response =>
  answer(
    wanted,
    bytes.size,
    servingHeaders({ ...wanted.hints, contentHash: wanted.contentHash }),
    (start, end) => (end - start < bytes.size - 1 ? bytes.slice(start, end + 1) : bytes),
  )

/** 200, 206 or 416 while the bytes arrive; no cache may store it. The worker lives until the body has ended. */
export const answerFromDownload = (
  wanted: FileRequest,
  download: InProgressDownload,
  keepAlive: (until: Promise<unknown>) => void,
): Response =>
  answer(wanted, download.totalBytes, unkept(wanted.hints), (start, end) =>
    readInProgress(download, start, end, keepAlive),
  )

/** Headers for bytes that are not verified yet. */
export const unkept = (hints: FileRequest["hints"]): Record<string, string> => ({
  ...servingHeaders(hints),
  "Cache-Control": "no-store",
})

/** 304: the bytes of a hash never change. */
export const answerNotModified = ({ etag }: FileRequest): Response =>
  new Response(null, { status: 304, headers: { ETag: etag } })

/** A refusal, with its reason. */
export const answerFailure = ({ status, reason }: Refusal): Response =>
  new Response(reason, { status, headers: unkept({ mimeType: "text/plain" }) })

const answer = (
  wanted: FileRequest,
  sizeBytes: number,
  headers: Record<string, string>,
  read: (start: number, end: number) => BodyInit,
): Response => {
  const range = parseByteRange(wanted.range, sizeBytes)
  const { status, headers: lengths } = answerByteRange(range, sizeBytes)
  const { start, end } = range.kind === "part" ? range : { start: 0, end: sizeBytes - 1 }
  return new Response(wanted.isHead || status === 416 ? null : read(start, end), {
    status,
    headers: { ...headers, ...lengths },
  })
}
