import { RemoteFailure } from "../../../../types/index.js"

/** Longest line of an answer, in bytes: a long key with its JSON fits many times. */
const maxLineBytes = 16 * 1024

/** Reads lines and exact numbers of bytes from a stream, and never more ahead than one chunk. */
export class StreamReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader()
  }

  /** A line of UTF-8 without its end. Fails with `ServerError` when it is too long. */
  async line(): Promise<string> {
    const pieces: Array<Uint8Array> = []
    let length = 0
    while (true) {
      const end = this.#rest.indexOf(10)
      const piece = this.#take(end === -1 ? this.#rest.byteLength : end + 1)
      pieces.push(piece)
      length += piece.byteLength
      if (length > maxLineBytes)
        throw new RemoteFailure("ServerError", "The server's answer has no end of line")
      if (end !== -1) return new TextDecoder().decode(join(pieces, length)).slice(0, -1)
      await this.#more()
    }
  }

  /** Exactly so many bytes, in a buffer of their own. */
  async bytes(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; ) {
      if (this.#rest.byteLength === 0) await this.#more()
      const piece = this.#take(Math.min(length - at, this.#rest.byteLength))
      bytes.set(piece, at)
      at += piece.byteLength
    }
    return bytes
  }

  /** The rest is not wanted; closes the connection. */
  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined) // A stream that broke rejects with the same failure again.
  }

  #take(length: number): Uint8Array {
    const piece = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return piece
  }

  async #more(): Promise<void> {
    const step = await this.#reader.read()
    if (step.done) throw new RemoteFailure("Offline", "The answer was cut")
    this.#rest = step.value
  }
}

const join = (pieces: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const joined = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.byteLength
  }
  return joined
}
