interface FixedLengthStreamConstructor {
  new (
    sizeBytes: number,
  ): { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> }
}

/**
 * A stream that says how long it is, where the runtime can (Workers): R2 refuses bodies of unknown length, and without
 * it an answer has no `Content-Length`. `failure` afterwards holds the reason, if the source broke or had another length.
 */
export const withFixedLength = (
  body: ReadableStream<Uint8Array>,
  sizeBytes: number,
): { readonly body: ReadableStream<Uint8Array>; readonly failure: Promise<unknown> } => {
  const FixedLengthStream = (globalThis as { FixedLengthStream?: FixedLengthStreamConstructor })
    .FixedLengthStream
  const fixed = FixedLengthStream === undefined ? countingStream(sizeBytes) : new FixedLengthStream(sizeBytes)
  const failure = body.pipeTo(fixed.writable).then(
    () => undefined,
    (error: unknown) => error ?? new Error("the body broke off"),
  )
  return { body: fixed.readable, failure }
}

const countingStream = (sizeBytes: number): TransformStream<Uint8Array, Uint8Array> => {
  let seen = 0
  return new TransformStream({
    transform(chunk, controller) {
      seen += chunk.byteLength
      if (seen > sizeBytes) throw new TypeError("the body is longer than declared")
      controller.enqueue(chunk)
    },
    flush() {
      if (seen !== sizeBytes) throw new TypeError("the body is shorter than declared")
    },
  })
}
