import { Effect, Layer } from "effect"
import { loadBeside } from "../../utils/load-beside.js"
import { storeFolderName } from "../../utils/stored-path.js"
import type { IoFailure, IoMessage, IoReply } from "./io-worker/protocol.js"
import { IoWorker, type IoRequestOptions } from "./IoWorker.js"

interface Pending extends Pick<IoRequestOptions<never>, "onProgress" | "onAnswer"> {
  resume: (result: Effect.Effect<never, IoFailure>) => void
}

type Posting = readonly [message: IoMessage, transfer?: ReadonlyArray<Transferable>]

/** The I/O worker's text. */
const loadIoWorkerText = loadBeside(() => import("virtual:io-worker"))

// Started before an engine asked for it; the first one takes it, and one that came earlier needs none.
let spare: Worker | undefined
let isSpareWanted = false

/** Starts a worker for the engine that comes next, which then need not wait for it. */
export const startSpareIoWorker = async (): Promise<void> => {
  isSpareWanted = true
  const text = await loadIoWorkerText()
  if (!isSpareWanted) return
  const started = startText(text)
  spare = started
  // One that cannot run is nobody's: the engine that comes next finds out by itself, and says so.
  started.onerror = (event) => {
    event.preventDefault()
    if (spare === started) spare = undefined
  }
}

/**
 * Starts the worker from its own text, so that no bundler has to know about it. The text loads beside the page. Needs
 * `worker-src blob:` under a CSP.
 */
const startFromText = (): Worker | Promise<Worker> => {
  const started = spare
  spare = undefined
  isSpareWanted = false
  if (started !== undefined) return started
  return loadIoWorkerText.loaded === undefined
    ? loadIoWorkerText().then(startText)
    : startText(loadIoWorkerText.loaded)
}

const startText = ({ default: source }: { readonly default: string }): Worker => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }))
  try {
    return new Worker(url, { type: "module", name: "livestore-filesync-io" })
  } finally {
    // The worker has fetched its script by the time a task has passed; Chromium needs the URL until then.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
}

/**
 * The I/O worker of one store, asked for at once; requests that come before it wait for it. `start` replaces how it is
 * made, for a CSP without `blob:`.
 */
export const layerIoWorker = (storeId: string, start: () => Worker | Promise<Worker> = startFromText) =>
  Layer.scoped(
    IoWorker,
    Effect.gen(function* () {
      const pending = new Map<number, Pending>()
      let worker: Worker | undefined
      let isStarting = false
      let waiting: Array<Posting> = []
      // Once set, no answer can come any more: every request fails at once instead of waiting for ever.
      let ended: IoFailure | undefined

      const fail = (id: number, failure: IoFailure) => {
        const request = pending.get(id)
        pending.delete(id)
        request?.resume(Effect.fail(failure))
      }
      const failAll = (failure: IoFailure) => {
        waiting = []
        for (const id of [...pending.keys()]) fail(id, failure)
      }
      const post = (...[message, transfer = []]: Posting): void => {
        if (worker === undefined) {
          waiting.push([message, transfer])
          return begin()
        }
        try {
          worker.postMessage(message, [...transfer])
        } catch (error) {
          if (message.type === "request") fail(message.id, { name: "DataCloneError", message: String(error) })
        }
      }
      const begin = (): void => {
        if (isStarting || ended !== undefined) return
        isStarting = true
        const onFailure = (error: unknown) => {
          // What could not be loaded now may be there for the next request.
          isStarting = false
          failAll({ name: "WorkerError", message: String(error) })
        }
        try {
          const started = start()
          if (started instanceof Promise) started.then(adopt, onFailure)
          else adopt(started)
        } catch (error) {
          onFailure(error)
        }
      }
      const adopt = (started: Worker): void => {
        if (ended !== undefined) return started.terminate()
        worker = started
        let hasAnswered = false
        started.onmessage = ({ data: reply }: MessageEvent<IoReply>) => {
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
        started.onerror = (event) => {
          // Every request is told; the page's own error handler need not be.
          event.preventDefault()
          const failure = { name: "WorkerError", message: event.message || "The I/O worker failed" }
          // A worker that fails before its first answer never started: a Content Security Policy, or a lost script.
          if (!hasAnswered) ended = failure
          failAll(failure)
        }
        post({ type: "open", folder: storeFolderName(storeId) })
        const waited = waiting
        waiting = []
        for (const posting of waited) post(...posting)
      }

      yield* Effect.acquireRelease(Effect.sync(begin), () =>
        Effect.sync(() => {
          worker?.terminate()
          ended = { name: "AbortError", message: "The engine was stopped" }
          failAll(ended)
        }),
      )

      let nextId = 1
      return IoWorker.of({
        request: (name, request, options: IoRequestOptions<never> = {}) =>
          Effect.async((resume) => {
            if (ended !== undefined) return resume(Effect.fail(ended))
            const id = nextId++
            const { onProgress, onAnswer } = options
            const own: Pending = { resume, onProgress, onAnswer }
            pending.set(id, own)
            post({ type: "request", id, name, request }, options.transfer)
            return Effect.async<void>((done) => {
              if (onAnswer === undefined || worker === undefined) pending.delete(id)
              if (worker === undefined)
                waiting = waiting.filter(([message]) => message.type === "open" || message.id !== id)
              else post({ type: "abort", id })
              if (!pending.has(id)) return done(Effect.void)
              own.resume = () => done(Effect.void)
            })
          }),
      })
    }),
  )
