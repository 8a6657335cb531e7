/** A blob whose bytes are at hand, so that reading takes no real time and runs repeat exactly. */
export class SimBlob extends Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #type: string

  constructor(bytes: Uint8Array<ArrayBuffer>, type = "") {
    super([])
    this.#bytes = bytes
    this.#type = type
  }

  static of(text: string, type = ""): SimBlob {
    return new SimBlob(new TextEncoder().encode(text), type)
  }

  override get size(): number {
    return this.#bytes.byteLength
  }

  override get type(): string {
    return this.#type
  }

  override slice(start = 0, end = this.size, type = ""): SimBlob {
    return new SimBlob(this.#bytes.slice(start, end), type)
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.slice().buffer
  }

  /** The bytes themselves. */
  get bytesNow(): Uint8Array<ArrayBuffer> {
    return this.#bytes
  }
}
