import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { property } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import type {
  FileOrder,
  FileQuery,
  FileRecord,
  FileState,
  Unsubscribe,
} from "../../src/client/global-client.js"
import { cutNameStyles } from "../cut-name.js"
import { FilesyncChangeEvent } from "../events/filesync-change.js"
import { FilesyncController } from "../filesync-controller.js"
import { FilesyncElement } from "../filesync-element.js"
import { theme } from "../theme.styles.js"
import { badgeStyles } from "../badge.styles.js"
import { prepareViewer } from "../open-viewer.js"
import { observeVisibility } from "../visibility.js"
import { styles } from "./filesync-list.styles.js"
import { ListActions } from "./list-actions.js"
import { type ListRow, stateKeyOf } from "./list-rows.js"
import { recordView } from "./record-view.js"
import { TemplateRows } from "./template-rows.js"

/**
 * While files move the engine reports every frame, mostly about bytes. Asking for the records ten times a second is
 * soon enough for a person and leaves the frames to scrolling.
 */
const refreshMs = 100

/** Rows made at first, and each time a person comes to the end of them. */
const defaultPageSize = 100

const orders: ReadonlySet<FileOrder> = new Set(["newest", "oldest", "name", "changed", "taken"])

/** The list's custom state; `loading` until it is known whether there are files. */
export type ListState = "loading" | "empty" | "filled"

/**
 * @summary Shows every matching file through a `<template>` child, so that a page with no script is a shared gallery.
 *
 * The template is cloned for each record, beside it in the page's own tree, so the page's own CSS applies. Inside it,
 * `filesync-image` gets the `file-id`; `data-file="name"` (or `size`, `type`, `date`, `id`, `metadata.KEY`) gets text;
 * `<a data-file-link>` downloads; `<button data-file-delete>` deletes, after a question when the attribute has one:
 * `data-file-delete="Delete this photo?"`. `data-file="state"` says what is going on, `<button data-file-retry>` is there
 * while a file has failed, `<button data-file-undo>` for some seconds after it was deleted. Every clone has
 * `data-file-id` and reflects `transfer`, `progress` and `remote`. Without a template it shows a grid; with `editable`
 * files are renamed and deleted there. Rows are made as a person comes to them, `page-size` at a time.
 *
 * @event {FilesyncChangeEvent} filesync-change - Other records are shown than before, or in another order.
 * @event {FilesyncBeforeDeleteEvent} filesync-before-delete - A person asked to delete a file; cancelable.
 * @event {FilesyncErrorEvent} filesync-error - A file could not be downloaded or deleted.
 *
 * @slot - A `<template>`, and its clones.
 * @slot empty - Shown while there is no matching file; not before that is known.
 *
 * @csspart list - The grid; without a template.
 * @csspart item - One card; without a template.
 * @csspart download - A card's button; without a template.
 * @csspart show - A card's picture or drawing as a button; with `viewer`.
 * @csspart rename - A card's button that changes the name; with `editable`.
 * @csspart delete - A card's button that deletes; with `editable`.
 * @csspart retry - A card's button that tries again; while its file has failed.
 * @csspart undo - The button in the place of a file that was just deleted.
 * @csspart name - The field for a new name.
 * @csspart badge - The sign on a file that failed or is not everywhere yet.
 * @csspart more - The button that makes more rows.
 * @csspart image - A card's `<img>`; without a template.
 *
 * @cssproperty --filesync-list-column - Least width of a card.
 * @cssproperty --filesync-list-gap - Space between cards.
 * @cssproperty --filesync-tint - What fills the place of a file that is no picture.
 * @cssproperty --filesync-quiet - Colour of sizes, signs and the words of an empty list.
 * @cssproperty --filesync-edge - Colour of the edges of buttons and fields.
 * @cssproperty --filesync-radius - Roundness of cards.
 *
 * @cssstate loading - It is not known yet whether there are files: the store is opening, or its records are being received again.
 * @cssstate empty - There is no matching file.
 * @cssstate filled - At least one file is shown.
 *
 * @dependency filesync-image
 */
export class FilesyncList extends FilesyncElement {
  static override styles = [theme, badgeStyles, cutNameStyles, styles]
  static {
    FilesyncList.declareReflected({
      state: { attribute: "state", initial: "loading" },
      count: { attribute: "count", initial: 0 },
    })
  }

  readonly #rows = new TemplateRows(this)
  readonly #filesync = new FilesyncController(this, {
    subscribe: (engine, notify) => engine.subscribe(notify),
    changed: () => this.#schedule(),
    stopped: () => this.#stop(),
  })
  readonly #actions = new ListActions(
    this,
    this.#filesync,
    () => this.#rows.template === null || this.#rows.hasUndo,
  )
  #records: ReadonlyArray<FileRecord> = []
  /** States as they were when the records were asked for, of the rows that were made since. */
  readonly #states = new Map<string, FileState | undefined>()
  #shown = 0
  #cards: ReadonlyArray<ListRow> = []
  #observed: Element | null = null
  #unobserve: Unsubscribe | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #dirty = false
  #templates: MutationObserver | undefined

  /** MIME types and patterns, with `!` for what is left out: `image/*,video/*`, `!image/*`; all files without it. */
  @property({ reflect: true, useDefault: true }) type = ""
  /** `newest`, `oldest`, `name`, `changed` (latest first) or `taken` (latest picture first). */
  @property({ reflect: true, useDefault: true }) order: FileOrder = "newest"
  /** How many files to show at most. */
  @property({ type: Number, reflect: true }) limit: number | null = null

  /** Rows made at once; more are made when a person comes to the end. Default 100. */
  @property({ attribute: "page-size", type: Number, reflect: true }) pageSize: number | null = null
  /** Files can be renamed in place and deleted, which can be undone for some seconds; without a template. */
  @property({ type: Boolean, reflect: true }) editable = false
  /** A click on a file opens it in `<filesync-viewer>`; in a template, one on its `filesync-image`. */
  @property({ type: Boolean, reflect: true }) viewer = false

  /** @readonly Whether there is anything to show: `empty` is said only by an engine that has the records. */
  declare readonly state: ListState
  /** @readonly How many files match, also those whose rows are not made yet. */
  declare readonly count: number

  /** @readonly The records shown now, in order. */
  get records(): ReadonlyArray<FileRecord> {
    return this.#records
  }

  override connectedCallback(): void {
    super.connectedCallback()
    // The parser and frameworks may add the template after the element.
    this.#templates ??= new MutationObserver((mutations) => {
      if (mutations.some(hasTemplate)) this.#refresh()
    })
    this.#templates.observe(this, { childList: true })
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("type") || changed.has("order") || changed.has("limit")) {
      this.#shown = 0
      this.#refresh()
    }
    this.#shown = Math.max(this.#shown, this.#page)
    this.#cards = this.#rowsNow()
    this.#rows.show(this.#cards, this.localize)
  }

  protected override render(): TemplateResult {
    const actions = this.#actions.ofCards
    const own = this.#rows.template === null && this.#cards.length > 0
    const more = this.#records.length - this.#shown
    return html`<slot></slot>
      ${
        own
          ? html`<ul part="list">
              ${repeat(
                this.#cards,
                ({ record }) => record.id,
                (row) => recordView(row, this.localize, actions),
              )}
            </ul>`
          : nothing
      }
      ${
        more > 0
          ? html`<button part="more" class="more" type="button" @click=${this.#showMore}>
              ${this.localize.term("showMore", { count: more })}
            </button>`
          : nothing
      }
      <div class="empty" ?hidden=${this.#cards.length > 0 || this.state !== "empty"}>
        <slot name="empty">${this.localize.term("listEmpty")}</slot>
      </div>`
  }

  protected override updated(): void {
    if (this.viewer) this.#prepareViewer()
    const field = this.shadowRoot?.querySelector<HTMLInputElement>("input.rename")
    if (field && this.shadowRoot?.activeElement !== field) {
      field.focus()
      field.setSelectionRange(0, field.value.replace(/\.[^.]{1,6}$/, "").length)
    }
    // Coming near the end makes more rows.
    const more = this.shadowRoot?.querySelector(".more") ?? null
    if (more === this.#observed) return
    this.#unobserve?.()
    this.#observed = more
    this.#unobserve =
      more === null ? undefined : observeVisibility(more, (isVisible) => isVisible && this.#showMore())
  }

  /** With the attribute an image has a button over it, so that the keyboard reaches it. */
  #prepareViewer(): void {
    void prepareViewer()
    const isInList = "[data-file-id] filesync-image:not([viewer]), filesync-image[data-file-id]:not([viewer])"
    for (const image of this.querySelectorAll(isInList)) {
      // Inside a link or a button of the page, a click has the page's own meaning.
      if (image.closest("a, button") === null) image.setAttribute("viewer", "")
    }
  }

  #rowsNow(): ReadonlyArray<ListRow> {
    return this.#actions.deleted.among(this.#records.slice(0, this.#shown)).map((record) => {
      const isDeleted = this.#actions.deleted.has(record.id)
      const state = this.#fileStateOf(record.id)
      return { record, state, isDeleted, stateKey: stateKeyOf(state, isDeleted) }
    })
  }

  #fileStateOf(fileId: string): FileState | undefined {
    if (!this.#states.has(fileId)) {
      const state = this.#filesync.ask((engine) => engine.getFileState(fileId))
      this.#states.set(fileId, state)
    }
    return this.#states.get(fileId)
  }

  get #page(): number {
    const { pageSize } = this
    return pageSize !== null && pageSize >= 1 ? Math.floor(pageSize) : defaultPageSize
  }

  readonly #showMore = (): void => {
    this.#shown += this.#page
    this.requestUpdate()
  }

  /** Renders the first change at once and coalesces those that follow closely. */
  #schedule(): void {
    if (this.#timer !== undefined) {
      this.#dirty = true
      return
    }
    this.#refresh()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#dirty) this.#schedule()
    }, refreshMs)
    this.#dirty = false
  }

  #refresh(): void {
    const answer = this.#filesync.ask((engine) => engine.listFiles(this.#query))
    const records = answer ?? []
    const before = this.#records
    this.#records = records
    this.#states.clear()
    // Their states may be others, too.
    this.requestUpdate()
    this.setReflected({ state: this.#stateOf(answer), count: records.length })
    const same = records.length === before.length && records.every(({ id }, at) => id === before[at]?.id)
    if (!same) {
      void this.updateComplete.then(() => this.dispatchEvent(new FilesyncChangeEvent(records.length)))
    }
  }

  #stateOf(answer: ReadonlyArray<FileRecord> | undefined): ListState {
    if (answer === undefined) return "loading"
    if (answer.length > 0) return "filled"
    const store = this.#filesync.ask((engine) => engine.getStatus().store)
    return store === "healing" || store === "disposed" ? "loading" : "empty"
  }

  get #query(): FileQuery {
    const { type, order, limit } = this
    return {
      ...(type ? { type } : {}),
      order: orders.has(order) ? order : "newest",
      ...(limit !== null && Number.isFinite(limit) && limit >= 0 ? { limit: Math.floor(limit) } : {}),
    }
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#dirty = false
    this.#actions.deleted.clear()
    this.#unobserve?.()
    this.#unobserve = undefined
    this.#observed = null
    this.#templates?.disconnect()
  }
}

const hasTemplate = ({ addedNodes, removedNodes }: MutationRecord): boolean =>
  [...addedNodes, ...removedNodes].some((node) => node instanceof HTMLTemplateElement)
