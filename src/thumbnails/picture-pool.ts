import { startPictureWorker } from "./start-picture-worker.js"
import type { PictureAnswer, PictureMessage, PictureRequest } from "./worker/protocol.js"

/** Workers that decode at once, where there are two cores. Each holds one picture's pixels. */
const maxWorkers = 2

/** A decoder that hangs must not stop the others. The largest pictures take a few seconds. */
const jobTimeoutMs = 30_000

/** Workers without work end after this time. Starting one takes some 20 ms. */
const idleMs = 20_000

interface Job {
  readonly request: PictureRequest
  readonly settle: (answer: PictureAnswer, isLast: boolean) => void
}

interface AskOptions {
  readonly signal?: AbortSignal | undefined
  /** Called with the last answer, where a request has a second one; `null` when nothing more can be made. */
  readonly later?: ((answer: PictureAnswer) => void) | undefined
}

/** Workers that make descriptions and thumbnails of images. A request never fails: what cannot be made is `null`. */
export class PicturePool {
  readonly #start: () => Worker
  readonly #waiting: Job[] = []
  readonly #idle = new Set<Worker>()
  /** Every worker, with the callback of the request that it works on. */
  readonly #all = new Map<Worker, Job["settle"] | undefined>()
  readonly #limit = Math.min(maxWorkers, navigator.hardwareConcurrency || 1)
  #hasAnswered = false
  #isEnded = false
  #idleTimer: ReturnType<typeof setTimeout> | undefined

  constructor(start: () => Worker = startPictureWorker) {
    this.#start = start
  }

  /** Resolves to `null` as well once the signal aborts while the request waits for its turn. */
  ask(request: PictureRequest, { signal, later }: AskOptions = {}): Promise<PictureAnswer> {
    return new Promise((resolve) => {
      let isAnswered = false
      const settle = (answer: PictureAnswer, isLast: boolean): void => {
        signal?.removeEventListener("abort", giveUp)
        if (isLast) later?.(isAnswered ? answer : null)
        isAnswered = true
        resolve(answer)
      }
      const giveUp = (): void => {
        const at = this.#waiting.indexOf(job)
        if (at === -1) return
        this.#waiting.splice(at, 1)
        settle(null, true)
      }
      const job: Job = { request, settle }
      if (this.#isEnded || signal?.aborted === true) return settle(null, true)
      signal?.addEventListener("abort", giveUp)
      // A save waits for its image's description, so thumbnails come after it; they are in memory until they are
      // stored.
      if (request.type === "thumbnail") this.#waiting.push(job)
      else this.#waiting.unshift(job)
      this.#pump()
    })
  }

  /** Terminates all workers; pending requests resolve with `null`. */
  end(): void {
    this.#isEnded = true
    clearTimeout(this.#idleTimer)
    for (const [worker, settle] of this.#all) {
      worker.terminate()
      settle?.(null, true)
    }
    this.#all.clear()
    this.#idle.clear()
    for (const { settle } of this.#waiting.splice(0)) settle(null, true)
  }

  #pump(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#take()
      if (worker === undefined) return
      const job = this.#waiting.shift()
      if (job !== undefined) this.#run(worker, job)
    }
    clearTimeout(this.#idleTimer)
    if (this.#all.size > 0) this.#idleTimer = setTimeout(() => this.#endIdle(), idleMs)
  }

  #take(): Worker | undefined {
    const [idle] = this.#idle
    if (idle !== undefined) {
      this.#idle.delete(idle)
      return idle
    }
    if (this.#all.size >= this.#limit) return undefined
    try {
      const worker = this.#start()
      this.#all.set(worker, undefined)
      return worker
    } catch {
      this.end()
      return undefined
    }
  }

  #run(worker: Worker, { request, settle }: Job): void {
    const done = (answer: PictureAnswer): void => {
      clearTimeout(timer)
      worker.onmessage = null
      worker.onerror = keepQuiet
      if (this.#all.has(worker)) this.#all.set(worker, undefined)
      settle(answer, true)
    }
    const lose = (): void => {
      worker.terminate()
      this.#all.delete(worker)
      done(null)
      // One that fails before its first answer never started: a Content Security Policy without `worker-src blob:`.
      if (this.#hasAnswered) this.#pump()
      else this.end()
    }
    const timer = setTimeout(lose, jobTimeoutMs)
    worker.onmessage = ({ data }: MessageEvent<PictureMessage>) => {
      this.#hasAnswered = true
      if (!data.isLast) return settle(data.answer, false)
      done(data.answer)
      if (this.#isEnded) return
      this.#idle.add(worker)
      this.#pump()
    }
    worker.onerror = (event) => {
      event.preventDefault()
      lose()
    }
    this.#all.set(worker, (answer) => done(answer))
    worker.postMessage(request)
  }

  #endIdle(): void {
    for (const worker of this.#idle) {
      worker.terminate()
      this.#all.delete(worker)
    }
    this.#idle.clear()
  }
}

/** The error of a worker that was terminated does not matter; unhandled, it would be reported as the page's. */
const keepQuiet = (event: ErrorEvent): void => event.preventDefault()
