import pictureWorkerSource from "virtual:picture-worker"
import type { PictureAnswer, PictureRequest } from "./worker/protocol.js"

/** Workers that decode at once, where there are two cores. Each holds one picture's pixels. Our choice. */
const maxWorkers = 2

/** A decoder that hangs must not stop the others. Our choice: the largest pictures take a few seconds. */
const jobTimeoutMs = 30_000

/** Workers without work end after this time. Our choice: starting one takes some 20 ms. */
const idleMs = 20_000

interface Job {
  readonly request: PictureRequest
  readonly settle: (answer: PictureAnswer) => void
}

/** Workers that make small things of large pictures. Asking never fails: what cannot be made is `null`. */
export class PicturePool {
  readonly #start: () => Worker
  readonly #waiting: Job[] = []
  readonly #idle = new Set<Worker>()
  /** Every worker, and who waits for its answer. */
  readonly #all = new Map<Worker, Job["settle"] | undefined>()
  readonly #limit = Math.min(maxWorkers, navigator.hardwareConcurrency || 1)
  #hasAnswered = false
  #isEnded = false
  #idleTimer: ReturnType<typeof setTimeout> | undefined

  constructor(start: () => Worker = startFromText) {
    this.#start = start
  }

  /** Resolves to `null` as well once the signal aborts while the request waits for its turn. */
  ask(request: PictureRequest, signal?: AbortSignal): Promise<PictureAnswer> {
    return new Promise((resolve) => {
      if (this.#isEnded || signal?.aborted === true) return resolve(null)
      const giveUp = (): void => {
        const at = this.#waiting.indexOf(job)
        if (at === -1) return
        this.#waiting.splice(at, 1)
        job.settle(null)
      }
      const job: Job = {
        request,
        settle: (answer) => {
          signal?.removeEventListener("abort", giveUp)
          resolve(answer)
        },
      }
      signal?.addEventListener("abort", giveUp)
      // A save waits for its picture's description.
      if (request.type === "describe") this.#waiting.unshift(job)
      else this.#waiting.push(job)
      this.#pump()
    })
  }

  /** Ends all workers; everything asked for is `null`. */
  end(): void {
    this.#isEnded = true
    clearTimeout(this.#idleTimer)
    for (const [worker, settle] of this.#all) {
      worker.terminate()
      settle?.(null)
    }
    this.#all.clear()
    this.#idle.clear()
    for (const { settle } of this.#waiting.splice(0)) settle(null)
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
      settle(answer)
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
    worker.onmessage = ({ data }: MessageEvent<PictureAnswer>) => {
      this.#hasAnswered = true
      done(data)
      if (this.#isEnded) return
      this.#idle.add(worker)
      this.#pump()
    }
    worker.onerror = (event) => {
      event.preventDefault()
      lose()
    }
    this.#all.set(worker, done)
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

/** A fault that was under way when its worker was given up is nobody's any more; unheard it would be the page's. */
const keepQuiet = (event: ErrorEvent): void => event.preventDefault()

/** From its own text, as the I/O worker, so that no bundler has to know about it. */
const startFromText = (): Worker => {
  const url = URL.createObjectURL(new Blob([pictureWorkerSource], { type: "text/javascript" }))
  const worker = new Worker(url, { type: "module", name: "livestore-filesync-pictures" })
  // The worker has fetched its script by then; Chromium needs the URL until it has.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
  return worker
}
