import { createHash } from "node:crypto"

/**
 * The bytes of a content, which follow from its seed and size: noise that no two seeds share. Pages make them too, so it
 * stands alone.
 */
export const makeContent = ({ seed, sizeBytes }) => {
  const bytes = new Uint8Array(sizeBytes)
  let state = (Math.imul(seed + 1, 2_654_435_761) ^ sizeBytes) >>> 0 || 1
  for (let at = 0; at < sizeBytes; at += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state
    bytes[at + 1] = state >>> 8
    bytes[at + 2] = state >>> 16
    bytes[at + 3] = state >>> 24
  }
  return bytes
}

/** SHA-256 as hex. */
export const hashOf = (content) => createHash("sha256").update(makeContent(content)).digest("hex")

/** Most and least bytes of a kind of content: together they meet batches, single requests and uploads in parts. */
const sizes = {
  // Few enough that files share them.
  byte: [1, 1],
  tiny: [2, 2_000],
  small: [2_000, 100_000],
  middle: [100_000, 1_000_000],
  large: [1_000_000, 6_000_000],
  inParts: [16_800_000, 18_000_000],
}
const weights = { byte: 2, tiny: 8, small: 6, middle: 3, large: 1, inParts: 0 }

/** A content by chance; `inParts` says whether it may be so large that it is uploaded in parts. */
export const pickContent = (random, { seed, inParts }) => {
  const [least, most] = sizes[random.weighted({ ...weights, inParts: inParts ? 0.6 : 0 })]
  return { seed, sizeBytes: least + random.below(most - least + 1) }
}
