import { answerByteRange, parseByteRange } from "../src/utils/byte-range.js"
import { servingHeaders } from "../src/utils/serving-headers.js"
import type { Arrival } from "./arrival.js"
import type { FileRequest } from "./file-request.js"
import { readArrival } from "./read-arrival.js"

/** 200, 206 or 416 from verified bytes. The blob itself is handed over: reading it here would cost the page twice. */
export const answerFromBytes = (wanted: FileRequest, bytes: Blob): Response => {
  const range = parseByteRange(wanted.range, bytes.size)
  const { status, headers } = answerByteRange(range, bytes.size)
  const body = range.kind === "part" ? bytes.slice(range.start, range.end + 1) : bytes
  return new Response(wanted.isHead || status === 416 ? null : body, {
    status,
    headers: { ...servingHeaders({ ...wanted.hints, contentHash: wanted.contentHash }), ...headers },
  })
}

/** 200, 206 or 416 while the bytes arrive; not to be kept by any cache. The worker lives until the body has ended. */
export const answerFromArrival = (
  wanted: FileRequest,
  arrival: Arrival,
  keepAlive: (until: Promise<unknown>) => void,
): Response => {
  const range = parseByteRange(wanted.range, arrival.totalBytes)
  const { status, headers } = answerByteRange(range, arrival.totalBytes)
  const [start, end] = range.kind === "part" ? [range.start, range.end] : [0, arrival.totalBytes - 1]
  return new Response(status === 416 ? null : readArrival(arrival, start, end, keepAlive), {
    status,
    headers: unkept(wanted.hints, headers),
  })
}

/** Headers for bytes that are not verified yet. */
export const unkept = (
  hints: FileRequest["hints"],
  headers?: Readonly<Record<string, string>>,
): Record<string, string> => ({
  ...servingHeaders(hints),
  ...headers,
  "Cache-Control": "no-store",
})

/** 304: the bytes of a hash never change. */
export const answerNotModified = ({ etag }: FileRequest): Response =>
  new Response(null, { status: 304, headers: { ETag: etag } })

/** A refusal, with a word about why. */
export const answerFailure = ({
  status,
  reason,
}: {
  readonly status: number
  readonly reason: string
}): Response => new Response(reason, { status, headers: unkept({ mimeType: "text/plain" }) })
