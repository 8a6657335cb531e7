/**
 * A reader that fills the buffer it is given, or `undefined`: the browser has none (Safari before 26), or the stream is
 * one of pieces, such as an app may put between.
 */
export const byteReader = (stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined => {
  try {
    return stream.getReader({ mode: "byob" })
  } catch {
    return undefined
  }
}
