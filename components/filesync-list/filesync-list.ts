import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { property } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import type { FileQuery, FileRecord } from "../../src/client/filesync.js"
import { FilesyncBeforeDeleteEvent } from "../events/filesync-before-delete.js"
import { FilesyncChangeEvent } from "../events/filesync-change.js"
import { FilesyncErrorEvent } from "../events/filesync-error.js"
import { FilesyncController } from "../filesync-controller.js"
import { FilesyncElement } from "../filesync-element.js"
import { theme } from "../theme.styles.js"
import { downloadFile } from "./download-file.js"
import { styles } from "./filesync-list.styles.js"
import { recordView } from "./record-view.js"
import { fileIdAt, TemplateRows } from "./template-rows.js"

/**
 * While files move the engine reports every frame, mostly about bytes. Asking for the records ten times a second is
 * soon enough for a person and leaves the frames to scrolling. Our choice.
 */
const refreshMs = 100

/** What the list does, as a state. */
export type ListState = "empty" | "filled"

/**
 * @summary Shows every matching file through a `<template>` child, so that a page with no script is a shared gallery.
 *
 * The template is cloned for each record, beside it in the page's own tree, so the page's own CSS applies. Inside it,
 * `filesync-image` gets the `file-id`; `data-file="name"` (or `size`, `type`, `date`, `id`, `metadata.KEY`) gets text;
 * `<a data-file-link>` downloads; `<button data-file-delete>` deletes, after a question when the attribute has one:
 * `data-file-delete="Delete this photo?"`. Every clone has `data-file-id`. Without a template it shows a grid.
 *
 * @event {FilesyncChangeEvent} filesync-change - Other records are shown than before, or in another order.
 * @event {FilesyncBeforeDeleteEvent} filesync-before-delete - A person asked to delete a file; cancelable.
 * @event {FilesyncErrorEvent} filesync-error - A file could not be downloaded or deleted.
 *
 * @slot - A `<template>`, and its clones.
 * @slot empty - Shown while there is no matching file.
 *
 * @csspart list - The grid; without a template.
 * @csspart item - One card; without a template.
 * @csspart download - A card's button; without a template.
 * @csspart image - A card's `<img>`; without a template.
 *
 * @cssproperty --filesync-list-column - Least width of a card.
 * @cssproperty --filesync-list-gap - Space between cards.
 * @cssproperty --filesync-tint - What fills the place of a file that is no picture.
 * @cssproperty --filesync-quiet - Colour of sizes, signs and the words of an empty list.
 * @cssproperty --filesync-radius - Roundness of cards.
 *
 * @cssstate empty - There is no matching file.
 * @cssstate filled - At least one file is shown.
 *
 * @dependency filesync-image
 */
export class FilesyncList extends FilesyncElement {
  static override styles = [theme, styles]
  static {
    FilesyncList.declareOut({
      state: { attribute: "state", initial: "empty" },
      count: { attribute: "count", initial: 0 },
    })
  }

  readonly #rows = new TemplateRows(this)
  readonly #filesync = new FilesyncController(this, {
    subscribe: (engine, notify) => engine.subscribe(notify),
    changed: () => this.#schedule(),
    stopped: () => this.#stop(),
  })
  #records: ReadonlyArray<FileRecord> = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #dirty = false
  #templates: MutationObserver | undefined

  /** A MIME type or a pattern such as `image/*`; all files without it. */
  @property({ reflect: true, useDefault: true }) type = ""
  /** `newest`, `oldest` or `name`. */
  @property({ reflect: true, useDefault: true }) order: NonNullable<FileQuery["order"]> = "newest"
  /** How many files to show at most. */
  @property({ type: Number, reflect: true }) limit: number | null = null

  /** @readonly Whether there is anything to show. */
  declare readonly state: ListState
  /** @readonly How many files are shown. */
  declare readonly count: number

  constructor() {
    super()
    this.addEventListener("click", (event) => this.#clicked(event))
  }

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
    if (changed.has("type") || changed.has("order") || changed.has("limit")) this.#refresh()
    this.#rows.show(this.#records, this.localize)
  }

  protected override render(): TemplateResult {
    const records = this.#records
    const own = this.#rows.template === null && records.length > 0
    return html`<slot></slot>
      ${
        own
          ? html`<ul part="list">
              ${repeat(
                records,
                ({ id }) => id,
                (record) => recordView(record, this.localize, this.#download),
              )}
            </ul>`
          : nothing
      }
      <div class="empty" ?hidden=${records.length > 0 || this.#filesync.engine === undefined}>
        <slot name="empty">${this.localize.term("listEmpty")}</slot>
      </div>`
  }

  /** The first change shows at once; those that follow closely show together. */
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
    const records = this.#filesync.ask((engine) => engine.listFiles(this.#query)) ?? []
    const before = this.#records
    this.#records = records
    if (records !== before) this.requestUpdate()
    this.setOut({ state: records.length === 0 ? "empty" : "filled", count: records.length })
    const same = records.length === before.length && records.every(({ id }, at) => id === before[at]?.id)
    if (!same) {
      void this.updateComplete.then(() => this.dispatchEvent(new FilesyncChangeEvent(records.length)))
    }
  }

  get #query(): FileQuery {
    const { type, order, limit } = this
    return {
      ...(type ? { type } : {}),
      order: order === "oldest" || order === "name" ? order : "newest",
      ...(limit !== null && Number.isFinite(limit) && limit >= 0 ? { limit: Math.floor(limit) } : {}),
    }
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#dirty = false
    this.#templates?.disconnect()
  }

  #clicked(event: Event): void {
    const { target } = event
    if (!(target instanceof Element) || event.defaultPrevented) return
    const asked = target.closest("a[data-file-link], button[data-file-delete]")
    const fileId = asked === null ? undefined : fileIdAt(asked)
    if (asked === null || fileId === undefined || asked.closest("filesync-list") !== this) return
    event.preventDefault()
    if (asked.matches("a")) this.#download(fileId)
    else this.#delete(fileId, asked.getAttribute("data-file-delete") ?? "")
  }

  readonly #download = (fileId: string): void => {
    void this.#try(fileId, (engine) => downloadFile(engine, fileId))
  }

  #delete(fileId: string, question: string): void {
    const record = this.#filesync.ask((engine) => engine.getFile(fileId))
    if (record === undefined || !this.dispatchEvent(new FilesyncBeforeDeleteEvent(fileId, record))) return
    // eslint-disable-next-line no-alert -- the page asked for this question with an attribute
    if (question !== "" && !confirm(question)) return
    void this.#try(fileId, (engine) => engine.deleteFile(fileId))
  }

  async #try(
    fileId: string,
    order: (engine: NonNullable<FilesyncController["engine"]>) => Promise<void>,
  ): Promise<void> {
    const { engine } = this.#filesync
    if (engine === undefined) return
    try {
      await order(engine)
    } catch (error) {
      this.dispatchEvent(new FilesyncErrorEvent(error, { fileId }))
    }
  }
}

const hasTemplate = ({ addedNodes, removedNodes }: MutationRecord): boolean =>
  [...addedNodes, ...removedNodes].some((node) => node instanceof HTMLTemplateElement)
