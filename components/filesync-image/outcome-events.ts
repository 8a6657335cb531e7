import { FilesyncErrorEvent } from "../events/filesync-error.js"
import { FilesyncLoadEvent } from "../events/filesync-load.js"
import type { ImageLoader } from "./image-loader.js"

/** The element that shows the picture. */
export interface ShowingElement extends EventTarget {
  readonly fileId: string
  readonly updateComplete: Promise<unknown>
}

/** Tells the page how each load ended, once. */
export class OutcomeEvents {
  readonly #host: ShowingElement
  readonly #loader: ImageLoader
  #told: unknown

  constructor(host: ShowingElement, loader: ImageLoader) {
    this.#host = host
    this.#loader = loader
  }

  tell(state: string): void {
    const { shown, failure } = this.#loader
    const { fileId } = this.#host
    // A larger copy of the same picture is no news.
    const outcome = state === "ready" ? shown?.contentHash : state === "error" ? failure : undefined
    const told = typeof outcome === "string" ? `${shown?.fileId} ${outcome}` : outcome
    if (told === undefined && shown === undefined) this.forget()
    if (told === undefined || told === this.#told) return
    this.#told = told
    if (state === "error") this.#host.dispatchEvent(new FilesyncErrorEvent(failure?.error, { fileId }))
    else if (shown?.fileId === fileId) {
      void this.#host.updateComplete.then(() => this.#host.dispatchEvent(new FilesyncLoadEvent(shown.fileId)))
    }
  }

  /** The same outcome is news again. */
  forget(): void {
    this.#told = undefined
  }
}
