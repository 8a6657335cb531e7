/** Which bytes of a representation a request asked for; `end` is inclusive, as on the wire. */
export type ByteRange =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly start: number; readonly end: number }
  | { readonly kind: "unsatisfiable" }

const whole: ByteRange = { kind: "whole" }
const unsatisfiable: ByteRange = { kind: "unsatisfiable" }

/**
 * Reads a `Range` header against the size of what would be sent (RFC 9110, section 14.2).
 * Malformed headers, other units and several ranges at once count as absent: a server may always send the whole.
 */
export const parseByteRange = (header: string | null | undefined, sizeBytes: number): ByteRange => {
  // Empty list elements are legal and mean nothing.
  const match = /^\s*bytes=[\s,]*(\d*)-(\d*)[\s,]*$/i.exec(header ?? "")
  const [, first = "", last = ""] = match ?? []
  if (first === "" && last === "") return whole

  if (first === "") {
    const suffixBytes = Number(last)
    if (suffixBytes === 0) return unsatisfiable
    // An empty file has no last bytes, and `Content-Range` cannot express that.
    if (sizeBytes === 0) return whole
    return { kind: "part", start: Math.max(0, sizeBytes - suffixBytes), end: sizeBytes - 1 }
  }

  const start = Number(first)
  const end = last === "" ? Number.POSITIVE_INFINITY : Number(last)
  if (end < start) return whole
  if (start >= sizeBytes) return unsatisfiable
  return { kind: "part", start, end: Math.min(end, sizeBytes - 1) }
}

/** The status and the length headers that answer a parsed range. */
export const answerByteRange = (
  range: ByteRange,
  sizeBytes: number,
): { readonly status: 200 | 206 | 416; readonly headers: Readonly<Record<string, string>> } => {
  if (range.kind === "unsatisfiable") {
    return {
      status: 416,
      headers: { "Accept-Ranges": "bytes", "Content-Range": `bytes */${sizeBytes}`, "Content-Length": "0" },
    }
  }
  if (range.kind === "whole") {
    return { status: 200, headers: { "Accept-Ranges": "bytes", "Content-Length": String(sizeBytes) } }
  }
  return {
    status: 206,
    headers: {
      "Accept-Ranges": "bytes",
      "Content-Range": `bytes ${range.start}-${range.end}/${sizeBytes}`,
      "Content-Length": String(range.end - range.start + 1),
    },
  }
}
