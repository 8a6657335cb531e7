import { isRemoteFailure } from "./failure.js"
import type { StallWatch } from "./stall-watch.js"

/**
 * A body whose reads fail with a `RemoteFailure` when the line breaks, nothing comes, or the caller aborts; cancelling
 * it closes the connection. Time that the reader takes for itself is no stall.
 */
export const watchedBody = (
  body: ReadableStream<Uint8Array> | null,
  watch: StallWatch,
): ReadableStream<Uint8Array> => {
  if (body === null) {
    watch.stop()
    return new Blob([]).stream()
  }
  const reader = body.getReader()
  let fail: (error: unknown) => void = () => undefined
  const finish = () => {
    watch.signal.removeEventListener("abort", onAbort)
    watch.stop()
  }
  const onAbort = () => {
    finish()
    fail(watch.explain(watch.signal.reason, "The connection was closed"))
    reader.cancel().catch(() => undefined) // It has been told already.
  }
  watch.pause()
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // Not only through the next read: bytes that wait here must not be given out after an abort.
        fail = (error) => controller.error(error)
        if (watch.signal.aborted) onAbort()
        else watch.signal.addEventListener("abort", onAbort)
      },
      async pull(controller) {
        watch.moved()
        try {
          const step = await reader.read()
          watch.pause()
          if (watch.signal.aborted) return
          if (!step.done) return controller.enqueue(step.value)
          finish()
          controller.close()
        } catch (error) {
          if (watch.signal.aborted) return
          finish()
          controller.error(isRemoteFailure(error) ? error : watch.explain(error, "The connection broke"))
        }
      },
      async cancel(reason) {
        finish()
        await reader.cancel(reason).catch(() => undefined) // It is over either way.
        watch.abort()
      },
    },
    // Nothing is fetched ahead: the platform's own buffer does that.
    { highWaterMark: 0 },
  )
}
