/** Chunks of this size and more pass as they are; smaller ones are gathered into blocks of it. */
const blockBytes = 64 * 1024

/**
 * Gathers the small chunks that come in one turn of the event loop: a body that is sent in chunks of one byte would cost an
 * object and a queue entry for each of its bytes.
 */
export class ChunkMerger {
  readonly #emit: (chunk: Uint8Array) => void
  #block: Uint8Array<ArrayBuffer> | undefined
  #held = 0
  #flushing: NodeJS.Immediate | undefined

  constructor(emit: (chunk: Uint8Array) => void) {
    this.#emit = emit
  }

  push(chunk: Uint8Array): void {
    if (this.#held === 0 && chunk.byteLength >= blockBytes / 4) {
      this.#emit(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
      return
    }
    for (let rest = chunk; rest.byteLength > 0; ) {
      this.#block ??= new Uint8Array(blockBytes)
      const part = rest.subarray(0, blockBytes - this.#held)
      this.#block.set(part, this.#held)
      this.#held += part.byteLength
      rest = rest.subarray(part.byteLength)
      if (this.#held === blockBytes) this.flush()
    }
    if (this.#held > 0) this.#flushing ??= setImmediate(() => this.flush())
  }

  /** Emits what was gathered. */
  flush(): void {
    if (this.#flushing !== undefined) clearImmediate(this.#flushing)
    this.#flushing = undefined
    if (this.#block === undefined || this.#held === 0) return
    // A copy of its own size: a byte must not keep a block.
    const gathered = this.#block.slice(0, this.#held)
    this.#held = 0
    this.#emit(gathered)
  }

  /** Forgets what was gathered; nothing is emitted any more. */
  end(): void {
    this.#held = 0
    this.flush()
  }
}
