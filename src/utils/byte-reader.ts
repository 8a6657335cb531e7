/**
 * A reader that fills the buffer it is given (BYOB), or `undefined`: the browser has none (Safari before 26), or the
 * stream is not a byte stream, such as one that the app has transformed.
 */
export const byteReader = (stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined => {
  try {
    return stream.getReader({ mode: "byob" })
  } catch {
    return undefined
  }
}
