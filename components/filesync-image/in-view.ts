import type { Unsubscribe } from "../../src/client/global-client.js"
import { observeVisibility, type SeenBox } from "../visibility.js"

/** What has changed: the element came into view or left it, or its size is another one. */
type Change = "visibility" | "size"

/** Whether an element is near the viewport, and how large it is there. */
export class InView {
  readonly #element: Element
  readonly #changed: (change: Change) => void
  #unobserve: Unsubscribe | undefined
  #isVisible = false
  #wasSeen = false
  #box: SeenBox | undefined

  constructor(element: Element, changed: (change: Change) => void) {
    this.#element = element
    this.#changed = changed
  }

  get isVisible(): boolean {
    return this.#isVisible
  }

  /** Whether the browser has reported at all, be the element visible or not. */
  get wasSeen(): boolean {
    return this.#wasSeen
  }

  /** The size when it was last reported; missing where the browser does not report it. */
  get box(): SeenBox | undefined {
    return this.#box
  }

  start(): void {
    this.#unobserve ??= observeVisibility(this.#element, (isVisible, box) => this.#report(isVisible, box))
  }

  stop(): void {
    this.#unobserve?.()
    this.#unobserve = undefined
    this.#isVisible = false
    this.#wasSeen = false
    this.#box = undefined
  }

  #report(isVisible: boolean, box: SeenBox | undefined): void {
    const change = isVisible !== this.#isVisible || !this.#wasSeen ? "visibility" : "size"
    this.#box = box
    this.#wasSeen = true
    this.#isVisible = isVisible
    this.#changed(change)
  }
}
