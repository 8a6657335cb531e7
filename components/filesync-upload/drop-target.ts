import type { ReactiveController, ReactiveControllerHost } from "lit"
import { carriesFiles, type Gathered, gatherFromTransfer } from "./gather-files.js"

/** What a drop target asks of its element. */
export interface DropTargetOptions {
  readonly takes: () => boolean
  readonly opensFolders: () => boolean
  readonly gathered: (gathered: Gathered) => void
}

/** Files dropped on an element, or pasted while the person is at it; `over` tells that a drag is above it. */
export class DropTarget implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element
  readonly #options: DropTargetOptions
  #over = false

  constructor(host: ReactiveControllerHost & Element, options: DropTargetOptions) {
    this.#host = host
    this.#options = options
    host.addController(this)
  }

  get over(): boolean {
    return this.#over
  }

  hostConnected(): void {
    document.addEventListener("paste", this.#paste)
  }

  hostDisconnected(): void {
    document.removeEventListener("paste", this.#paste)
    this.#setOver(false)
  }

  readonly drag = (event: DragEvent): void => {
    if (!this.#options.takes() || !carriesFiles(event.dataTransfer)) return
    event.preventDefault()
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "copy"
    this.#setOver(true)
  }

  readonly leave = (event: DragEvent): void => {
    // Going to a child is not leaving; some browsers name no target then, so children let the pointer through.
    if (event.currentTarget instanceof Node && event.relatedTarget instanceof Node) {
      if (event.currentTarget.contains(event.relatedTarget)) return
    }
    this.#setOver(false)
  }

  readonly drop = (event: DragEvent): void => {
    this.#setOver(false)
    if (carriesFiles(event.dataTransfer)) this.#gather(event, event.dataTransfer)
  }

  readonly #paste = (event: ClipboardEvent): void => {
    const { clipboardData } = event
    // A page may have several targets and text fields: the one the person points at or has focused is meant.
    if (
      !carriesFiles(clipboardData) ||
      event.defaultPrevented ||
      !this.#host.matches(":hover, :focus-within")
    )
      return
    this.#gather(event, clipboardData)
  }

  #gather(event: Event, transfer: DataTransfer | null): void {
    // Without this the browser would leave the page to show the file, also when it is not taken.
    event.preventDefault()
    if (transfer === null || !this.#options.takes()) return
    void gatherFromTransfer(transfer, this.#options.opensFolders()).then(this.#options.gathered)
  }

  #setOver(over: boolean): void {
    if (over === this.#over) return
    this.#over = over
    this.#host.requestUpdate()
  }
}
