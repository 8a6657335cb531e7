import imageWorkerSource from "virtual:image-worker"
import { changePicture } from "./change-picture.js"
import type { ImageAnswer, ImageChange, ImageRequest } from "./worker/protocol.js"

/** A worker without a task ends after this time, because a decoder keeps memory. */
const idleMs = 10_000

/** One worker for all pictures of the page, one picture at a time: decoding takes four bytes for each pixel. */
class ImageWorker {
  #last: Promise<unknown> = Promise.resolve()
  #worker: Worker | undefined
  #idle: ReturnType<typeof setTimeout> | undefined

  /** The changed picture; `null` = as it is. */
  change(picture: Blob, change: ImageChange): Promise<Blob | null> {
    const turn = this.#last.then(() => this.#run({ picture, change }))
    this.#last = turn.catch(() => undefined) // The caller sees the failure.
    return turn
  }

  async #run(request: ImageRequest): Promise<Blob | null> {
    clearTimeout(this.#idle)
    const answer = await this.#ask(request)
    this.#idle = setTimeout(() => this.#end(), idleMs)
    if (answer === undefined) return changePicture(request.picture, request.change)
    if ("failure" in answer) throw new TypeError(answer.failure)
    return answer.picture
  }

  /** `undefined` where a worker cannot start, such as under a Content Security Policy without `worker-src blob:`. */
  #ask(request: ImageRequest): Promise<ImageAnswer | undefined> {
    return new Promise((resolve) => {
      const fail = () => {
        this.#end()
        resolve(undefined)
      }
      try {
        this.#worker ??= start()
        this.#worker.onmessage = ({ data }: MessageEvent<ImageAnswer>) => resolve(data)
        this.#worker.onerror = (event) => {
          event.preventDefault()
          fail()
        }
        this.#worker.postMessage(request)
      } catch {
        fail()
      }
    })
  }

  #end(): void {
    this.#worker?.terminate()
    this.#worker = undefined
  }
}

const start = (): Worker => {
  const url = URL.createObjectURL(new Blob([imageWorkerSource], { type: "text/javascript" }))
  const worker = new Worker(url, { type: "module", name: "livestore-filesync-images" })
  setTimeout(() => URL.revokeObjectURL(url), idleMs) // The worker has fetched its script by then.
  return worker
}

/** The page's image worker. */
export const imageWorker = new ImageWorker()
