/** SHA-256 of bytes that come in pieces; `crypto.subtle` wants them all at once. */
export interface RunningSha256 {
  /** Takes whole blocks of 64 bytes. */
  update(blocks: Uint8Array): void
  /** Takes the rest, of any length, and gives lower-case hex; nothing may be added afterwards. */
  digest(rest: Uint8Array): string
}

const blockBytes = 64
const twoTo32 = 2 ** 32

/** The constants of FIPS 180-4: fractional parts of the square and cube roots of the first primes. */
const roundConstants = new Int32Array(64)
const initialState = new Int32Array(8)
for (let candidate = 2, found = 0; found < 64; candidate++) {
  let factor = 2
  while (candidate % factor !== 0) factor++
  if (factor < candidate) continue
  if (found < 8) initialState[found] = candidate ** (1 / 2) * twoTo32
  roundConstants[found++] = candidate ** (1 / 3) * twoTo32
}

/** Begins a SHA-256. */
export const startSha256 = (): RunningSha256 => {
  const state = initialState.slice()
  let totalBytes = 0
  const update = (blocks: Uint8Array) => {
    totalBytes += blocks.length
    compress(state, new DataView(blocks.buffer, blocks.byteOffset, blocks.length))
  }
  const digest = (rest: Uint8Array) => {
    const bits = (totalBytes + rest.length) * 8
    // One bit, then zeros up to a block's last eight bytes, which hold the length.
    const padded = new Uint8Array(Math.ceil((rest.length + 9) / blockBytes) * blockBytes)
    padded.set(rest)
    padded[rest.length] = 0x80
    const view = new DataView(padded.buffer)
    view.setUint32(padded.length - 8, bits / twoTo32)
    view.setUint32(padded.length - 4, bits)
    update(padded)
    return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("")
  }
  return { update, digest }
}

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

/** One loop for schedule and rounds, and local names for the state: of the short forms the fastest in V8, by half. */
const compress = (state: Int32Array, view: DataView): void => {
  const words = new Int32Array(64)
  for (let offset = 0; offset < view.byteLength; offset += blockBytes) {
    let a = state[0]!
    let b = state[1]!
    let c = state[2]!
    let d = state[3]!
    let e = state[4]!
    let f = state[5]!
    let g = state[6]!
    let h = state[7]!
    for (let index = 0; index < 64; index++) {
      let word: number
      if (index < 16) word = view.getInt32(offset + index * 4)
      else {
        const early = words[index - 15]!
        const late = words[index - 2]!
        const sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
        const sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
        word = (words[index - 16]! + sigma0 + words[index - 7]! + sigma1) | 0
      }
      words[index] = word
      const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      const first = (h + sum1 + (g ^ (e & (f ^ g))) + roundConstants[index]! + word) | 0
      const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + sum0 + ((b & c) | (d & (b | c)))) | 0
    }
    state[0]! += a
    state[1]! += b
    state[2]! += c
    state[3]! += d
    state[4]! += e
    state[5]! += f
    state[6]! += g
    state[7]! += h
  }
}
