import { byteReader } from "../../../../utils/byte-reader.js"
import { isRemoteFailure } from "./failure.js"
import type { StallWatch } from "./stall-watch.js"

/** The buffer of a reader that brings none. Our choice: what the platform gives at a time. */
const allocateBytes = 64 * 1024

/**
 * A body whose reads fail with a `RemoteFailure` when the line breaks, nothing comes, or the caller aborts; cancelling
 * it closes the connection. Time that the reader takes for itself is no stall.
 */
export const watchedBody = (
  body: ReadableStream<Uint8Array> | null,
  watch: StallWatch,
): ReadableStream<Uint8Array> => {
  if (body === null) return noBody(watch)
  const reader = body.getReader()
  const { start, pull, cancel } = watchReader(reader, watch)
  return new ReadableStream<Uint8Array>(
    {
      start,
      cancel,
      pull: (controller) =>
        pull(controller, async () => {
          const step = await reader.read()
          return { done: step.done, give: () => step.value && controller.enqueue(step.value) }
        }),
    },
    // Nothing is fetched ahead: the platform's own buffer does that.
    { highWaterMark: 0 },
  )
}

/**
 * The same for the body of a `fetch`, whose bytes go into the buffer the reader brings: who reads a gigabyte need not
 * leave a gigabyte to the garbage collector. `undefined` where the browser cannot (Safari before 26).
 */
export const watchedBytes = (
  body: ReadableStream<Uint8Array>,
  watch: StallWatch,
): ReadableStream<Uint8Array> | undefined => {
  const reader = byteReader(body)
  if (reader === undefined) return undefined
  const { start, pull, cancel } = watchReader(reader, watch)
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: allocateBytes,
    start,
    cancel,
    pull: (controller) =>
      pull(controller, async () => {
        const request = controller.byobRequest as ReadableStreamBYOBRequest
        const step = await reader.read(request.view as Uint8Array<ArrayBuffer>)
        // At the end the buffer goes back as well, with nothing in it.
        return { done: step.done, give: () => step.value && request.respondWithNewView(step.value) }
      }),
  })
}

const noBody = (watch: StallWatch): ReadableStream<Uint8Array> => {
  watch.stop()
  return new Blob([]).stream()
}

interface Controller {
  readonly close: () => void
  readonly error: (error: unknown) => void
}

/** What was read, and how it is handed on once it is sure that somebody still wants it. */
interface Step {
  readonly done: boolean
  readonly give: () => void
}

const watchReader = (reader: ReadableStreamGenericReader, watch: StallWatch) => {
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
  return {
    start(controller: Controller): void {
      // Not only through the next read: bytes that wait here must not be given out after an abort.
      fail = (error) => controller.error(error)
      if (watch.signal.aborted) onAbort()
      else watch.signal.addEventListener("abort", onAbort)
    },
    async pull(controller: Controller, read: () => Promise<Step>): Promise<void> {
      watch.moved()
      try {
        const { done, give } = await read()
        watch.pause()
        if (watch.signal.aborted) return
        if (done) {
          finish()
          controller.close()
        }
        give()
      } catch (error) {
        if (watch.signal.aborted) return
        finish()
        controller.error(isRemoteFailure(error) ? error : watch.explain(error, "The connection broke"))
      }
    },
    async cancel(reason: unknown): Promise<void> {
      finish()
      await reader.cancel(reason).catch(() => undefined) // It is over either way.
      watch.abort()
    },
  }
}
