/** Opens a stream when its turn has come. */
export type LazyStream = () => Promise<ReadableStream<Uint8Array>>

/** One stream of several, each opened only when the one before has ended. Holds one chunk. */
export const concatStreams = (sources: ReadonlyArray<LazyStream>): ReadableStream<Uint8Array> => {
  const pending = [...sources]
  let current: ReadableStreamDefaultReader<Uint8Array> | undefined
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        if (current === undefined) {
          const next = pending.shift()
          if (next === undefined) {
            controller.close()
            return
          }
          current = (await next()).getReader()
        }
        const step = await current.read()
        if (!step.done) {
          controller.enqueue(step.value)
          return
        }
        current = undefined
      }
    },
    async cancel(reason) {
      await current?.cancel(reason)
    },
  })
}
