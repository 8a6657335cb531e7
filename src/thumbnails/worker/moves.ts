/** Where an animation announces itself, in a GIF, WebP, APNG or AVIF. */
const headBytes = 64 * 1024

/**
 * Whether the picture moves, or may: a smaller copy would stand still. Every GIF counts, because whether one moves
 * is known only at its end.
 */
export const moves = async (picture: Blob): Promise<boolean> => {
  const bytes = new Uint8Array(await picture.slice(0, headBytes).arrayBuffer())
  const text = (from: number, length: number): string =>
    String.fromCharCode(...bytes.subarray(from, from + length))
  if (text(0, 4) === "GIF8") return true
  // The extended WebP header has a flag for it.
  if (text(0, 4) === "RIFF" && text(8, 8) === "WEBPVP8X") return ((bytes[20] ?? 0) & 2) !== 0
  if (text(4, 8) === "ftypavis") return true
  if (text(1, 3) !== "PNG") return false
  return isAnimatedPng(new DataView(bytes.buffer), text)
}

/** An `acTL` chunk stands before the first pixels. */
const isAnimatedPng = (view: DataView, text: (from: number, length: number) => string): boolean => {
  for (let at = 8; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const type = text(at + 4, 4)
    if (type === "acTL") return true
    if (type === "IDAT") return false
  }
  return false
}
