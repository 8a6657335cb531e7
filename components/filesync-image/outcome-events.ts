import { FilesyncErrorEvent } from "../events/filesync-error.js"
import { FilesyncLoadEvent } from "../events/filesync-load.js"
import type { ImageLoader } from "./image-loader.js"

/** The element that shows the picture. */
export interface ShowingElement extends EventTarget {
  readonly fileId: string
  readonly updateComplete: Promise<unknown>
}

/** Fires an event for how each load ended, once. */
export class OutcomeEvents {
  readonly #host: ShowingElement
  readonly #loader: ImageLoader
  #reported: unknown

  constructor(host: ShowingElement, loader: ImageLoader) {
    this.#host = host
    this.#loader = loader
  }

  report(state: string): void {
    const { shown, failure } = this.#loader
    const { fileId } = this.#host
    // A larger copy of the same image fires no event.
    const outcome = state === "ready" ? shown?.contentHash : state === "error" ? failure : undefined
    const next = typeof outcome === "string" ? `${shown?.fileId} ${outcome}` : outcome
    if (next === undefined && shown === undefined) this.forget()
    if (next === undefined || next === this.#reported) return
    this.#reported = next
    if (state === "error") this.#host.dispatchEvent(new FilesyncErrorEvent(failure?.error, { fileId }))
    else if (shown?.fileId === fileId) {
      void this.#host.updateComplete.then(() => this.#host.dispatchEvent(new FilesyncLoadEvent(shown.fileId)))
    }
  }

  /** Lets the same outcome fire an event again. */
  forget(): void {
    this.#reported = undefined
  }
}
