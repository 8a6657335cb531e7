const riffHeaderBytes = 12
const chunkHeaderBytes = 8

/**
 * A WebP without its colour profile, which in a picture of a few pixels is four fifths of the bytes: only the chunks
 * that hold pixels are kept. What is not a WebP comes back as it is.
 */
export const stripWebpMetadata = (webp: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength)
  const name = (at: number): string => String.fromCharCode(...webp.subarray(at, at + 4))
  if (webp.byteLength < riffHeaderBytes || name(0) !== "RIFF" || name(8) !== "WEBP") return webp
  const kept: Uint8Array[] = []
  for (let at = riffHeaderBytes; at + chunkHeaderBytes <= webp.byteLength; ) {
    const sizeBytes = view.getUint32(at + 4, true)
    const end = Math.min(webp.byteLength, at + chunkHeaderBytes + sizeBytes + (sizeBytes % 2))
    if (/^(?:VP8[ LX]|ALPH)$/.test(name(at))) kept.push(webp.slice(at, end))
    at = end
  }
  const hasAlpha = kept.some((chunk) => String.fromCharCode(...chunk.subarray(0, 4)) === "ALPH")
  // The extended header says what else is in the file; with nothing else left only transparency needs it.
  const chunks = kept.filter((chunk) => hasAlpha || chunk[3] !== 0x58)
  for (const chunk of chunks) if (chunk[3] === 0x58) chunk[chunkHeaderBytes] = 0x10
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  const plain = new Uint8Array(riffHeaderBytes + bytes)
  plain.set(webp.subarray(0, riffHeaderBytes))
  new DataView(plain.buffer).setUint32(4, 4 + bytes, true)
  let at = riffHeaderBytes
  for (const chunk of chunks) {
    plain.set(chunk, at)
    at += chunk.byteLength
  }
  return plain
}
