import { toHex } from "../../../utils/content-hash.js"
import { sha256Code } from "./sha256-code.js"

/** SHA-256 of bytes that come in pieces; `crypto.subtle` wants them all at once. */
export interface RunningSha256 {
  readonly update: (bytes: Uint8Array) => void
  /** Lower-case hex; nothing may be added afterwards. */
  readonly digest: () => string
}

const blockBytes = 64
const stateWords = 8
/** Where the module expects the round constants, in words, and where there is room for blocks, in bytes. */
const constantsAt = 8
const blocksAt = 1024
const roomBytes = 64 * 1024

interface Compressor {
  readonly memory: Uint8Array
  readonly words: Int32Array
  readonly compress: (from: number, to: number) => void
}

let compressor: Compressor | undefined

/** One for all: it holds a state only while it takes blocks. */
const getCompressor = (): Compressor => {
  if (compressor !== undefined) return compressor
  const code = Uint8Array.from(atob(sha256Code), (letter) => letter.charCodeAt(0))
  const { m, c } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as {
    readonly m: WebAssembly.Memory
    readonly c: Compressor["compress"]
  }
  compressor = { memory: new Uint8Array(m.buffer), words: new Int32Array(m.buffer), compress: c }
  compressor.words.set(fractionalRoots(64, 1 / 3), constantsAt)
  return compressor
}

/** The constants of FIPS 180-4: the first 32 fractional bits of roots of the first primes. */
const fractionalRoots = (count: number, exponent: number): Int32Array => {
  const roots: number[] = []
  for (let candidate = 2; roots.length < count; candidate++) {
    let factor = 2
    while (candidate % factor !== 0) factor++
    if (factor === candidate) roots.push(candidate ** exponent * 2 ** 32)
  }
  // Of a number beyond 32 bits a typed array keeps the lowest 32 of its integer part.
  return Int32Array.from(roots)
}

/** Begins an incremental SHA-256; any number may be under way. */
export const startSha256 = (): RunningSha256 => {
  const { memory, words, compress } = getCompressor()
  const state = fractionalRoots(stateWords, 1 / 2)
  const rest = new Uint8Array(2 * blockBytes)
  let restBytes = 0
  let totalBytes = 0

  const take = (blocks: Uint8Array): void => {
    words.set(state)
    for (let start = 0; start < blocks.length; start += roomBytes) {
      const some = blocks.subarray(start, start + roomBytes)
      memory.set(some, blocksAt)
      compress(blocksAt, blocksAt + some.length)
    }
    state.set(words.subarray(0, stateWords))
  }

  const update = (bytes: Uint8Array): void => {
    totalBytes += bytes.length
    let start = 0
    if (restBytes > 0) {
      start = Math.min(blockBytes - restBytes, bytes.length)
      rest.set(bytes.subarray(0, start), restBytes)
      restBytes += start
      if (restBytes < blockBytes) return
      take(rest.subarray(0, blockBytes))
    }
    const end = bytes.length - ((bytes.length - start) % blockBytes)
    if (end > start) take(bytes.subarray(start, end))
    rest.set(bytes.subarray(end))
    restBytes = bytes.length - end
  }

  const digest = (): string => {
    // One bit, then zeros up to a block's last eight bytes, which hold the length in bits.
    rest.fill(0, restBytes)
    rest[restBytes] = 0x80
    const padded = rest.subarray(0, restBytes < blockBytes - 8 ? blockBytes : 2 * blockBytes)
    new DataView(rest.buffer).setBigUint64(padded.length - 8, BigInt(totalBytes) * 8n)
    take(padded)
    const bytes = new Uint8Array(4 * stateWords)
    state.forEach((word, index) => new DataView(bytes.buffer).setInt32(4 * index, word))
    return toHex(bytes)
  }

  return { update, digest }
}

/** SHA-256 of bytes that are in memory anyway; the browser's own is several times faster than the incremental one. */
export const sha256 = async (bytes: BufferSource): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
