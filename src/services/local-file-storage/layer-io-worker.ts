import { Effect, Layer } from "effect"
import ioWorkerSource from "virtual:io-worker"
import { storeFolderName } from "../../utils/stored-path.js"
import type { IoFailure, IoMessage, IoReply } from "./io-worker/protocol.js"
import { IoWorker, type IoRequestOptions } from "./IoWorker.js"

interface Pending extends Pick<IoRequestOptions<never>, "onProgress" | "onAnswer"> {
  resume: (result: Effect.Effect<never, IoFailure>) => void
}

/** Starts the worker from its own text, so that no bundler has to know about it. Needs `worker-src blob:` under a CSP. */
const startFromText = (): Worker => {
  const url = URL.createObjectURL(new Blob([ioWorkerSource], { type: "text/javascript" }))
  try {
    return new Worker(url, { type: "module", name: "livestore-filesync-io" })
  } finally {
    // The worker has fetched its script by the time a task has passed; Chromium needs the URL until then.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
}

/** The I/O worker of one store. `start` replaces how the worker is made, for a CSP without `blob:`. */
export const layerIoWorker = (storeId: string, start: () => Worker = startFromText) =>
  Layer.scoped(
    IoWorker,
    Effect.gen(function* () {
      const pending = new Map<number, Pending>()
      // Once set, no answer can come any more: every request fails at once instead of waiting for ever.
      let ended: IoFailure | undefined
      const failAll = (failure: IoFailure) => {
        for (const { resume } of pending.values()) resume(Effect.fail(failure))
        pending.clear()
      }
      const worker = yield* Effect.acquireRelease(Effect.sync(start), (started) =>
        Effect.sync(() => {
          started.terminate()
          ended = { name: "AbortError", message: "The engine was stopped" }
          failAll(ended)
        }),
      )
      let hasAnswered = false
      worker.onmessage = (event: MessageEvent<IoReply>) => {
        const reply = event.data
        hasAnswered = true
        const request = pending.get(reply.id)
        if (request === undefined) return
        if (reply.type === "progress") return request.onProgress?.(reply.loadedBytes)
        pending.delete(reply.id)
        if (reply.type === "answer") request.onAnswer?.(reply.answer as never)
        request.resume(
          reply.type === "answer"
            ? (Effect.succeed(reply.answer) as Effect.Effect<never>)
            : Effect.fail(reply.failure),
        )
      }
      worker.onerror = (event) => {
        // Every request is told; the page's own error handler need not be.
        event.preventDefault()
        const failure = { name: "WorkerError", message: event.message || "The I/O worker failed" }
        // A worker that fails before its first answer never started: a Content Security Policy, or a lost script.
        if (!hasAnswered) ended = failure
        failAll(failure)
      }
      const post = (message: IoMessage, transfer: ReadonlyArray<Transferable> = []) =>
        worker.postMessage(message, [...transfer])
      post({ type: "open", folder: storeFolderName(storeId) })

      let nextId = 1
      return IoWorker.of({
        request: (name, request, options: IoRequestOptions<never> = {}) =>
          Effect.async((resume) => {
            if (ended !== undefined) return resume(Effect.fail(ended))
            const id = nextId++
            const { onProgress, onAnswer } = options
            const own: Pending = { resume, onProgress, onAnswer }
            pending.set(id, own)
            try {
              post({ type: "request", id, name, request }, options.transfer)
            } catch (error) {
              pending.delete(id)
              resume(Effect.fail({ name: "DataCloneError", message: String(error) }))
            }
            return Effect.async<void>((done) => {
              if (onAnswer === undefined) pending.delete(id)
              post({ type: "abort", id })
              if (!pending.has(id)) return done(Effect.void)
              own.resume = () => done(Effect.void)
            })
          }),
      })
    }),
  )
