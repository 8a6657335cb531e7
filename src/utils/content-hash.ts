const contentHashPattern = /^[0-9a-f]{64}$/

/** Exactly 64 lower-case hex digits; nothing else is ever a content hash, a path or a key. */
export const isContentHash = (value: string): boolean => contentHashPattern.test(value)

/** Bytes as lower-case hex. */
export const toHex = (bytes: Uint8Array): string => {
  let hex = ""
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0")
  return hex
}

/** Hex digits as bytes; the input must have an even number of valid digits. */
export const fromHex = (hex: string): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(hex.length / 2)
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16)
  return bytes
}

/** The `Content-Digest` field of RFC 9530 for a SHA-256 given as hex. */
export const toContentDigest = (contentHash: string): string => {
  let binary = ""
  for (const byte of fromHex(contentHash)) binary += String.fromCharCode(byte)
  return `sha-256=:${btoa(binary)}:`
}

/** The SHA-256 in a `Content-Digest` field as lower-case hex, or `undefined` when there is no well-formed one. */
export const parseContentDigest = (header: string | null): string | undefined => {
  const match = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header ?? "")
  if (match?.[1] === undefined) return undefined
  return toHex(Uint8Array.from(atob(match[1]), (character) => character.charCodeAt(0)))
}
