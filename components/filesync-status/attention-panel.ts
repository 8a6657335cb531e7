import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { FilesyncController } from "../filesync-controller.js"
import { icon } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import { type StoppedFile, stoppedFilesOf } from "./attention-files.js"
import { type StoppedFileActions, stoppedFileView } from "./stopped-file-view.js"

/** Space kept between the panel and the edges of the page. */
const marginPx = 8

/** Events after which the button that opens the panel may be elsewhere on the page. */
const moves = ["resize", "scroll"] as const

/** The files that need attention, in the element or in a panel above the page, with what can be done about each. */
export class AttentionPanel implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element
  readonly #filesync: FilesyncController
  readonly #localize: LocalizeController
  #files: ReadonlyArray<StoppedFile> = []
  #filesFor = ""
  #asked: string | undefined
  #isOpen = false

  constructor(
    host: ReactiveControllerHost & Element,
    filesync: FilesyncController,
    localize: LocalizeController,
  ) {
    this.#host = host
    this.#filesync = filesync
    this.#localize = localize
    host.addController(this)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  hostDisconnected(): void {
    this.#forget()
  }

  hostUpdated(): void {
    this.#placeAgain()
  }

  readonly toggle = (): void => {
    if (this.#isOpen) this.close()
    else void this.#open()
  }

  readonly close = (): void => {
    this.#forget()
    this.#host.requestUpdate()
  }

  #forget(): void {
    this.#isOpen = false
    this.#asked = undefined
    for (const type of moves) removeEventListener(type, this.#placeAgain, true)
  }

  /** The panel above the page; nothing while it is closed. When no file is left in it, it shows the status. */
  panelView(stopped: number, howThingsAre: string): TemplateResult | typeof nothing {
    if (!this.#isOpen) return nothing
    const label = this.#localize.term("attentionTitle")
    const close = this.#localize.term("dismiss")
    return html`<div part="panel" class="panel" popover="auto" role="dialog" aria-label=${label} tabindex="-1" @toggle=${this.#toggled}>
      <div class="head">
        <strong>${label}</strong>
        <button class="round" type="button" aria-label=${close} title=${close} @click=${this.#closeAndReturn}>
          ${icon("remove")}
        </button>
      </div>
      ${stopped === 0 ? html`<p class="more">${howThingsAre}</p>` : this.listView(stopped)}
    </div>`
  }

  /** The files alone, for the element itself. */
  listView(stopped: number): TemplateResult | typeof nothing {
    this.#look(stopped)
    if (this.#files.length === 0) return nothing
    const more = stopped - this.#files.length
    return html`${
      this.#isOpen && this.#files.length > 1
        ? html`<button part="action" class="all" type="button" @click=${() => this.#run((engine) => engine.retry())}>
              ${icon("retry")}${this.#localize.term("retryAll")}
            </button>`
        : nothing
    }
      <ul class="stopped">
        ${repeat(
          this.#files,
          ({ record }) => record.id,
          (file) => html`<li>${stoppedFileView(file, this.#actions, this.#localize)}</li>`,
        )}
      </ul>
      ${more > 0 ? html`<p class="more">${this.#localize.term("andMore", { count: more })}</p>` : nothing}`
  }

  /** Reads the records again only when the number of stopped files has changed, or one of those shown continues. */
  #look(stopped: number): void {
    const key = `${stopped} ${this.#filesync.engine?.storeId}`
    const latest = this.#files.flatMap(({ record }) => {
      const state = this.#filesync.ask((engine) => engine.getFileState(record.id))
      return state?.transfer === "error" ? [{ record, state }] : []
    })
    const isSame = key === this.#filesFor && latest.length === this.#files.length
    this.#filesFor = key
    this.#files = isSame ? latest : stopped === 0 ? [] : (this.#filesync.ask(stoppedFilesOf) ?? [])
  }

  async #open(): Promise<void> {
    this.#isOpen = true
    this.#host.requestUpdate()
    await this.#host.updateComplete
    const panel = this.#panel
    if (panel === null || panel === undefined) return
    panel.showPopover?.()
    for (const type of moves) addEventListener(type, this.#placeAgain, true)
    this.#place(panel)
    panel.focus()
  }

  /** The button may have moved, and the panel may have grown or shrunk. */
  readonly #placeAgain = (): void => {
    const panel = this.#panel
    if (this.#isOpen && panel) this.#place(panel)
  }

  /** Places the panel below the button, or above it where there is more space; never wider or higher than the page. */
  #place(panel: HTMLElement): void {
    const { left, right, top, bottom } = (this.#door ?? this.#host).getBoundingClientRect()
    const { offsetWidth: width } = panel
    const [pageWidth, pageHeight] = [document.documentElement.clientWidth, innerHeight]
    const start = this.#host.matches(":dir(rtl)") ? right - width : left
    const isBelow = pageHeight - bottom > Math.min(320, top)
    Object.assign(panel.style, {
      left: `${Math.max(marginPx, Math.min(start, pageWidth - width - marginPx))}px`,
      top: isBelow ? `${bottom + 4}px` : "auto",
      bottom: isBelow ? "auto" : `${pageHeight - top + 4}px`,
      maxHeight: `${(isBelow ? pageHeight - bottom : top) - 4 - marginPx}px`,
    })
  }

  get #panel(): HTMLElement | null | undefined {
    return this.#host.shadowRoot?.querySelector<HTMLElement>(".panel")
  }

  get #door(): HTMLElement | null | undefined {
    return this.#host.shadowRoot?.querySelector<HTMLElement>(".door")
  }

  readonly #closeAndReturn = (): void => {
    this.#panel?.hidePopover?.()
    this.close()
    this.#door?.focus()
  }

  readonly #toggled = (event: ToggleEvent): void => {
    if (event.newState === "closed") this.close()
  }

  readonly #run = (order: Parameters<FilesyncController["run"]>[0]): void => {
    void this.#filesync.run(order)
  }

  get #actions(): StoppedFileActions {
    return {
      retry: (fileId) => this.#run((engine) => engine.retry(fileId)),
      keepHere: (fileId) => this.#run((engine) => engine.cancel(fileId)),
      remove: (fileId) => {
        this.#asked = undefined
        this.#run((engine) => engine.deleteFile(fileId))
      },
      asked: this.#asked,
      ask: (fileId) => {
        this.#asked = fileId
        this.#host.requestUpdate()
      },
    }
  }
}
