/** Where an animation announces itself, in a GIF, WebP, APNG or AVIF. */
const headBytes = 64 * 1024

/**
 * Whether the image is, or may be, animated: a smaller copy would be a still. Every GIF counts, because whether one is
 * animated is known only at its end.
 */
export const isAnimated = async (picture: Blob): Promise<boolean> => {
  const bytes = new Uint8Array(await picture.slice(0, headBytes).arrayBuffer())
  const text = (from: number, length: number): string =>
    String.fromCharCode(...bytes.subarray(from, from + length))
  if (text(0, 4) === "GIF8") return true
  // The extended WebP header has a flag for it.
  if (text(0, 4) === "RIFF" && text(8, 8) === "WEBPVP8X") return ((bytes[20] ?? 0) & 2) !== 0
  if (text(4, 8) === "ftypavis") return true
  return text(1, 3) === "PNG" && isAnimatedPng(picture)
}

/** Most chunks that are looked at; editors write a handful, and a hostile file millions. */
const maxChunks = 1_000

/** An `acTL` chunk stands before the first pixels, behind any number of notes and profiles. */
const isAnimatedPng = async (picture: Blob): Promise<boolean> => {
  let at = 8
  for (let chunk = 0; chunk < maxChunks && at + 8 <= picture.size; chunk++) {
    const view = new DataView(await picture.slice(at, at + 8).arrayBuffer())
    const type = view.getUint32(4)
    if (type === 0x6163544c) return true // acTL
    if (type === 0x49444154) return false // IDAT
    at += 12 + view.getUint32(0)
  }
  return false
}
