import { HttpProblem } from "./problem.js"
import { drain } from "./drain-body.js"

const newline = 10

/** Bytes left unread that are still taken from a sender whose request was refused: a batch, with room. */
const maxPassedBytes = 64 * 1024 ** 2

/** Reads a stream by lines and by exact counts, holding no more than it was asked for and one chunk. */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #rest = new Uint8Array(0)

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader()
  }

  /** The bytes before the next newline. Fails with `TooLarge` when there is none within `maxBytes`. */
  async readLine(maxBytes: number): Promise<Uint8Array> {
    const gathered = new Gathered()
    for (;;) {
      const end = this.#rest.indexOf(newline)
      gathered.add(this.#take(end === -1 ? this.#rest.byteLength : end))
      if (gathered.sizeBytes > maxBytes)
        throw new HttpProblem("TooLarge", `The first line may have ${maxBytes} bytes.`)
      if (end !== -1) {
        this.#take(1)
        return gathered.bytes()
      }
      await this.#pull()
    }
  }

  /** Exactly so many bytes. Fails with `Truncated` when the stream ends before. */
  async readExactly(sizeBytes: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(sizeBytes)
    for (let at = 0; at < sizeBytes; ) {
      if (this.#rest.byteLength === 0) await this.#pull()
      const part = this.#take(Math.min(sizeBytes - at, this.#rest.byteLength))
      bytes.set(part, at)
      at += part.byteLength
    }
    return bytes
  }

  /** All that is left. Fails with `TooLarge` when that is more than `maxBytes`. */
  async readToEnd(maxBytes: number): Promise<Uint8Array> {
    const gathered = new Gathered()
    while (!(await this.isAtEnd())) {
      gathered.add(this.#take(this.#rest.byteLength))
      if (gathered.sizeBytes > maxBytes)
        throw new HttpProblem("TooLarge", `This request may have ${maxBytes} bytes.`)
    }
    return gathered.bytes()
  }

  /** Throws so many bytes away. */
  async skip(sizeBytes: number): Promise<void> {
    for (let missing = sizeBytes; missing > 0; ) {
      if (this.#rest.byteLength === 0) await this.#pull()
      missing -= this.#take(Math.min(missing, this.#rest.byteLength)).byteLength
    }
  }

  /** Whether nothing follows. */
  async isAtEnd(): Promise<boolean> {
    while (this.#rest.byteLength === 0) {
      const step = await this.#reader.read().catch(() => {
        throw new HttpProblem("Truncated", "The body broke off.")
      })
      if (step.done) return true
      this.#rest = new Uint8Array(step.value)
    }
    return false
  }

  /** Drains what is left, up to a limit, so that the sender sees the answer. */
  async drain(): Promise<void> {
    await drain(this.#reader, maxPassedBytes)
  }

  #take(sizeBytes: number): Uint8Array {
    const part = this.#rest.subarray(0, sizeBytes)
    this.#rest = this.#rest.subarray(sizeBytes)
    return part
  }

  async #pull(): Promise<void> {
    if (await this.isAtEnd()) throw new HttpProblem("Truncated", "The body ended early.")
  }
}

/** Bytes that come in chunks of any size, gathered in one buffer; a chunk costs its bytes and nothing more. */
class Gathered {
  #bytes = new Uint8Array(1024)
  #size = 0

  get sizeBytes(): number {
    return this.#size
  }

  add(part: Uint8Array): void {
    const needed = this.#size + part.byteLength
    if (needed > this.#bytes.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.byteLength * 2))
      larger.set(this.#bytes.subarray(0, this.#size))
      this.#bytes = larger
    }
    this.#bytes.set(part, this.#size)
    this.#size = needed
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }
}
