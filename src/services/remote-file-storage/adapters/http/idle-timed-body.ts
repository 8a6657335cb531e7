import { byteReader } from "../../../../utils/byte-reader.js"
import { isRemoteFailure } from "./failure.js"
import type { IdleTimer } from "./idle-timer.js"

/** The buffer of a reader that brings none: what browsers give at a time. */
const allocateBytes = 64 * 1024

/**
 * A body whose reads fail with a `RemoteFailure` when the connection breaks, no byte comes within the idle timeout, or
 * the caller aborts. Cancelling it closes the connection. Time between two reads does not count.
 */
export const idleTimedBody = (
  body: ReadableStream<Uint8Array> | null,
  idleTimer: IdleTimer,
): ReadableStream<Uint8Array> => {
  if (body === null) return noBody(idleTimer)
  const reader = body.getReader()
  const { start, pull, cancel } = timeReads(reader, idleTimer)
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
 * The same as a byte stream, which fills the reader's own buffer: reading a gigabyte leaves no gigabyte to the garbage
 * collector. `undefined` where the browser has no readable byte streams (Safari before 26).
 */
export const idleTimedBytes = (
  body: ReadableStream<Uint8Array>,
  idleTimer: IdleTimer,
): ReadableStream<Uint8Array> | undefined => {
  const reader = byteReader(body)
  if (reader === undefined) return undefined
  const { start, pull, cancel } = timeReads(reader, idleTimer)
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

const noBody = (idleTimer: IdleTimer): ReadableStream<Uint8Array> => {
  idleTimer.stop()
  return new Blob([]).stream()
}

interface Controller {
  readonly close: () => void
  readonly error: (error: unknown) => void
}

/** A chunk that was read, and how it is passed on once the reader is known to still want it. */
interface Step {
  readonly done: boolean
  readonly give: () => void
}

const timeReads = (reader: ReadableStreamGenericReader, idleTimer: IdleTimer) => {
  let fail: (error: unknown) => void = () => undefined
  const finish = () => {
    idleTimer.signal.removeEventListener("abort", onAbort)
    idleTimer.stop()
  }
  const onAbort = () => {
    finish()
    fail(idleTimer.explain(idleTimer.signal.reason, "The connection was closed"))
    reader.cancel().catch(() => undefined) // The reader has got the failure already.
  }
  idleTimer.pause()
  return {
    start(controller: Controller): void {
      // Not only through the next read: bytes that wait here must not be given out after an abort.
      fail = (error) => controller.error(error)
      if (idleTimer.signal.aborted) onAbort()
      else idleTimer.signal.addEventListener("abort", onAbort)
    },
    async pull(controller: Controller, read: () => Promise<Step>): Promise<void> {
      idleTimer.onProgress()
      try {
        const { done, give } = await read()
        idleTimer.pause()
        if (idleTimer.signal.aborted) return
        if (done) {
          finish()
          controller.close()
        }
        give()
      } catch (error) {
        if (idleTimer.signal.aborted) return
        finish()
        controller.error(isRemoteFailure(error) ? error : idleTimer.explain(error, "The connection broke"))
      }
    },
    async cancel(reason: unknown): Promise<void> {
      finish()
      await reader.cancel(reason).catch(() => undefined) // It is over either way.
      idleTimer.abort()
    },
  }
}
