import { Effect } from "effect"
import type { IoFailure, IoMessage, IoReply } from "./io-worker/protocol.js"
import type { IoRequestOptions } from "./IoWorker.js"

interface Pending extends Pick<IoRequestOptions<never>, "onProgress" | "onAnswer"> {
  resume: (result: Effect.Effect<never, IoFailure>) => void
}

/** The page's end of one I/O worker: matches answers to requests, and fails every request once no answer can come. */
export class IoWorkerConnection {
  readonly #pending = new Map<number, Pending>()
  readonly #folder: string
  readonly #start: () => Worker
  #worker: Worker | undefined
  /** Once set, no answer can come any more: every request fails at once instead of waiting for ever. */
  #ended: IoFailure | undefined
  #nextId = 1

  constructor(folder: string, start: () => Worker) {
    this.#folder = folder
    this.#start = start
  }

  /** Starts the worker unless it runs. A browser that refuses now may allow it for the next request. */
  open(): IoFailure | undefined {
    if (this.#ended !== undefined || this.#worker !== undefined) return this.#ended
    try {
      this.#adopt(this.#start())
      return undefined
    } catch (error) {
      return { name: "WorkerError", message: String(error) }
    }
  }

  /** Interrupting a request aborts it in the worker; one with `onAnswer` waits for what the worker says then. */
  request(name: string, request: unknown, options: IoRequestOptions<never>): Effect.Effect<never, IoFailure> {
    return Effect.async((resume) => {
      const failure = this.open()
      if (failure !== undefined) return resume(Effect.fail(failure))
      const id = this.#nextId++
      const { onProgress, onAnswer } = options
      const own: Pending = { resume, onProgress, onAnswer }
      this.#pending.set(id, own)
      this.#post({ type: "request", id, name, request } as IoMessage, options.transfer)
      return Effect.async<void>((done) => {
        if (onAnswer === undefined) this.#pending.delete(id)
        this.#post({ type: "abort", id })
        if (!this.#pending.has(id)) return done(Effect.void)
        own.resume = () => done(Effect.void)
      })
    })
  }

  end(): void {
    this.#worker?.terminate()
    this.#failAll({ name: "AbortError", message: "The engine was stopped" }, true)
  }

  #adopt(worker: Worker): void {
    this.#worker = worker
    let hasAnswered = false
    worker.onmessage = ({ data: reply }: MessageEvent<IoReply>) => {
      hasAnswered = true
      this.#receive(reply)
    }
    worker.onerror = (event) => {
      // Every request fails with it; the page's own error handler need not run.
      event.preventDefault()
      const failure = { name: "WorkerError", message: event.message || "The I/O worker failed" }
      // A worker that fails before its first answer never started: a Content Security Policy, or a lost script.
      this.#failAll(failure, !hasAnswered)
    }
    this.#post({ type: "open", folder: this.#folder })
  }

  #receive(reply: IoReply): void {
    const request = this.#pending.get(reply.id)
    if (request === undefined) return
    if (reply.type === "progress") return request.onProgress?.(reply.loadedBytes)
    this.#pending.delete(reply.id)
    if (reply.type === "failure") return request.resume(Effect.fail(reply.failure))
    request.onAnswer?.(reply.answer as never)
    request.resume(Effect.succeed(reply.answer) as Effect.Effect<never>)
  }

  #post(message: IoMessage, transfer: ReadonlyArray<Transferable> = []): void {
    try {
      this.#worker?.postMessage(message, [...transfer])
    } catch (error) {
      if (message.type === "request")
        this.#fail(message.id, { name: "DataCloneError", message: String(error) })
    }
  }

  #fail(id: number, failure: IoFailure): void {
    const request = this.#pending.get(id)
    this.#pending.delete(id)
    request?.resume(Effect.fail(failure))
  }

  #failAll(failure: IoFailure, isOver: boolean): void {
    if (isOver) this.#ended ??= failure
    for (const id of [...this.#pending.keys()]) this.#fail(id, failure)
  }
}
