import type { ReactiveController, ReactiveControllerHost } from "lit"
import { carriesFiles, type Gathered, gatherFromTransfer } from "./gather-files.js"
import { guardPageDrops } from "./page-drops.js"
import { isMeantAsFiles } from "./pasted-files.js"

/** Callbacks of a drop target, implemented by its element. */
export interface DropTargetOptions {
  readonly takes: () => boolean
  readonly opensFolders: () => boolean
  /** The whole page is the target. */
  readonly isWholePage: () => boolean
  readonly gathered: (gathered: Gathered) => void
}

/** Files dropped on an element or its page, or pasted while the person is at it. */
export class DropTarget implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element
  readonly #options: DropTargetOptions
  #unguard: (() => void) | undefined
  #isOverZone = false
  #isOverPage = false
  /** Files found so far in folders that are being opened, for each drop. */
  readonly #opening = new Map<object, number>()

  constructor(host: ReactiveControllerHost & Element, options: DropTargetOptions) {
    this.#host = host
    this.#options = options
    host.addController(this)
  }

  /** Files are held above the element. */
  get over(): boolean {
    return this.#isOverZone || this.#isOverPage
  }

  /** Files are held above the page, which is the target. */
  get isOverPage(): boolean {
    return this.#isOverPage
  }

  /** How many files were found so far in folders that are being opened; `undefined` when none are. */
  get filesFound(): number | undefined {
    if (this.#opening.size === 0) return undefined
    return [...this.#opening.values()].reduce((sum, found) => sum + found, 0)
  }

  hostConnected(): void {
    document.addEventListener("paste", this.#paste)
    this.#unguard ??= guardPageDrops({
      takesPageDrops: () => this.#options.isWholePage() && this.#options.takes(),
      setOver: (over) => {
        if (over === this.#isOverPage) return
        this.#isOverPage = over
        this.#host.requestUpdate()
      },
      take: (event) => this.#gather(event, event.dataTransfer),
    })
  }

  hostDisconnected(): void {
    document.removeEventListener("paste", this.#paste)
    this.#unguard?.()
    this.#unguard = undefined
    this.#setOverZone(false)
  }

  readonly drag = (event: DragEvent): void => {
    // What is not taken is left to the page's guard, which keeps the browser from opening it.
    if (!this.#options.takes() || !carriesFiles(event.dataTransfer)) return
    event.preventDefault()
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "copy"
    this.#setOverZone(true)
  }

  readonly leave = (event: DragEvent): void => {
    // Moving onto a child is not leaving. Some browsers give no related target then, so children have no pointer
    // events.
    if (event.currentTarget instanceof Node && event.relatedTarget instanceof Node) {
      if (event.currentTarget.contains(event.relatedTarget)) return
    }
    this.#setOverZone(false)
  }

  readonly drop = (event: DragEvent): void => {
    this.#setOverZone(false)
    if (carriesFiles(event.dataTransfer)) this.#gather(event, event.dataTransfer)
  }

  readonly #paste = (event: ClipboardEvent): void => {
    if (event.defaultPrevented || !isMeantAsFiles(event)) return
    // A page may have several targets: the one the person points at or has focused is meant.
    if (this.#host.matches(":hover, :focus-within")) this.#gather(event, event.clipboardData)
  }

  #gather(event: Event, transfer: DataTransfer | null): void {
    event.preventDefault()
    if (transfer !== null && this.#options.takes()) void this.#open(transfer)
  }

  async #open(transfer: DataTransfer): Promise<void> {
    const drop = {}
    const gathered = await gatherFromTransfer(transfer, this.#options.opensFolders(), (count) => {
      this.#opening.set(drop, count)
      this.#host.requestUpdate()
    })
    this.#opening.delete(drop)
    this.#host.requestUpdate()
    this.#options.gathered(gathered)
  }

  #setOverZone(over: boolean): void {
    if (over === this.#isOverZone) return
    this.#isOverZone = over
    this.#host.requestUpdate()
  }
}
