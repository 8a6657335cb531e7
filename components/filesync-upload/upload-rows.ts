import type { ReactiveController, ReactiveControllerHost } from "lit"
import type { UploadItem } from "./upload-item.js"

/** How long a finished row stays, so that a person sees that it is done. */
const foldAfterMs = 4000
/** How long the number of added files stays after that. */
const goAfterMs = 10_000
/** How long to wait again while a person is at the list. */
const patienceMs = 1000
/** Rows made at first, and by each *Show more*. */
const firstRows = 20
const moreRows = 100

/** The rows of an upload's list at one moment. */
export interface UploadRows {
  /** What needs attention, then what is unfinished, then what has just finished; each in the order it was given. */
  readonly rows: ReadonlyArray<UploadItem>
  /** Finished files whose rows are folded into one sentence. */
  readonly folded: ReadonlyArray<UploadItem>
  /** When the arrangement next changes only because time passes, in ms. */
  readonly nextAt: number
  /** The summary of the folded files has been shown long enough and is removed. */
  readonly isOver: boolean
}

/** Sorts an upload's files into rows. With `keepsFinished` folded files stay available, as in a form. */
export const arrangeRows = (
  items: ReadonlyArray<UploadItem>,
  { now, keepsFinished }: { readonly now: number; readonly keepsFinished: boolean },
): UploadRows => {
  const [failed, unfinished, finished]: [Array<UploadItem>, Array<UploadItem>, Array<UploadItem>] = [
    [],
    [],
    [],
  ]
  const folded: Array<UploadItem> = []
  let nextAt = Number.POSITIVE_INFINITY
  let lastAt = 0
  for (const item of items) {
    if (item.isGone) continue
    if (item.hasFailed) failed.push(item)
    // Files of an earlier visit are shown as the element's value, without the summary of what was just added.
    else if (item.finishedAt === undefined || !item.isOwn) unfinished.push(item)
    else if (now >= item.finishedAt + foldAfterMs) folded.push(item)
    else finished.push(item)
    if (item.finishedAt === undefined || !item.isOwn) continue
    lastAt = Math.max(lastAt, item.finishedAt)
    if (now < item.finishedAt + foldAfterMs) nextAt = Math.min(nextAt, item.finishedAt + foldAfterMs)
  }
  const rows = [...failed, ...unfinished, ...finished]
  const goAt = lastAt + foldAfterMs + goAfterMs
  const goes = !keepsFinished && folded.length > 0 && rows.length === 0
  if (goes && now < goAt) nextAt = Math.min(nextAt, goAt)
  return { rows, folded, nextAt, isOver: goes && now >= goAt }
}

/** Folds finished rows of an upload's list as time goes by, and makes no more rows than a person asked for. */
export class UploadRowsController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element
  #timer: ReturnType<typeof setTimeout> | undefined
  #limit = firstRows
  #isOpen = false
  #shown: UploadRows | undefined

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host
    host.addController(this)
  }

  /** A person looks at the folded rows. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer)
  }

  /** The rows to make now, how many more there are, and what is folded. */
  arrange(
    items: ReadonlyArray<UploadItem>,
    keepsFinished: boolean,
  ): { readonly rows: ReadonlyArray<UploadItem>; readonly more: number; readonly folded: number } {
    const arranged = this.#arranged(items, keepsFinished)
    this.#shown = arranged
    if (arranged.folded.length === 0) this.#isOpen = false
    if (arranged.rows.length <= firstRows && !this.#isOpen) this.#limit = firstRows
    const all = this.#isOpen ? [...arranged.rows, ...arranged.folded] : arranged.rows
    const rows = all.slice(0, this.#limit)
    return { rows, more: all.length - rows.length, folded: arranged.folded.length }
  }

  readonly showMore = async (): Promise<void> => {
    const before = this.#limit
    this.#limit += moreRows
    this.#host.requestUpdate()
    await this.#host.updateComplete
    // The button may be gone; the focus moves to the rows it has opened.
    this.#host.shadowRoot?.querySelectorAll("[part=item]")[before]?.querySelector("button")?.focus()
  }

  readonly toggle = (): void => {
    this.#isOpen = !this.#isOpen
    this.#host.requestUpdate()
  }

  #arranged(items: ReadonlyArray<UploadItem>, keepsFinished: boolean): UploadRows {
    const now = performance.now()
    const next = arrangeRows(items, { now, keepsFinished: keepsFinished || this.#isOpen })
    clearTimeout(this.#timer)
    // Rows do not move away under a pointer, nor from the keyboard's focus.
    const foldsMore = this.#shown !== undefined && next.folded.length > this.#shown.folded.length
    if ((foldsMore || next.isOver) && this.#isPersonThere) {
      this.#wait(patienceMs)
      const before = new Set(this.#shown?.folded)
      const held = next.folded.filter((item) => !before.has(item))
      return {
        ...next,
        rows: [...next.rows, ...held],
        folded: next.folded.filter((item) => before.has(item)),
      }
    }
    if (next.isOver) for (const item of next.folded) item.isGone = true
    if (next.nextAt < Number.POSITIVE_INFINITY) this.#wait(next.nextAt - now)
    return next.isOver ? { ...next, folded: [] } : next
  }

  get #isPersonThere(): boolean {
    return this.#host.shadowRoot?.querySelector(".files")?.matches(":hover, :focus-within") ?? false
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#host.requestUpdate(), Math.max(0, ms) + 1)
  }
}
