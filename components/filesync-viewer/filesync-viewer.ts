import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { property } from "lit/decorators.js"
import type { FileRecord, FileVersion } from "../../src/client/global-client.js"
import { cutNameStyles } from "../cut-name.js"
import { downloadFile } from "../download-file.js"
import { FilesyncCloseEvent } from "../events/filesync-close.js"
import { FilesyncErrorEvent } from "../events/filesync-error.js"
import { FilesyncShowEvent } from "../events/filesync-show.js"
import { FilesyncController } from "../filesync-controller.js"
import { FilesyncElement } from "../filesync-element.js"
import { theme } from "../theme.styles.js"
import { styles } from "./filesync-viewer.styles.js"
import { TurnGestures } from "./turn-gestures.js"
import { ContentLoader, kindOf } from "./viewed-content.js"
import {
  barView,
  contentView,
  fillsStage,
  turnView,
  versionsView,
  type Viewed,
  type ViewerActions,
} from "./viewer-views.js"

/** What a viewer is doing. */
export type ViewerState = "closed" | "loading" | "ready" | "missing" | "error"

/**
 * @summary Shows a file large, over the whole page: pictures, video, sound and text, from this device and offline.
 *
 * Call `show(fileId, { ids })`, or put `viewer` on `<filesync-image>` or `<filesync-list>`. Video and sound play while
 * they download where the service worker controls the page. What could run as a page, such as HTML or PDF, is never
 * opened here: it has its name, size and a download. Arrow keys, swipes and buttons go through `ids`; a click on a
 * picture zooms; Escape closes, and the focus returns to where it was.
 *
 * @event {FilesyncShowEvent} filesync-show - A file is shown; again for each one that is gone to.
 * @event {FilesyncCloseEvent} filesync-close - The viewer was closed.
 * @event {FilesyncErrorEvent} filesync-error - A file could not be shown, downloaded, shared or restored.
 *
 * @csspart dialog - The whole.
 * @csspart bar - Name and buttons.
 * @csspart action - A button in the bar.
 * @csspart previous - The button to the file before.
 * @csspart next - The button to the file after.
 * @csspart stage - Where the file is.
 * @csspart picture - The button over a picture that zooms it.
 * @csspart retry - The button that tries again, where a file could not be loaded.
 * @csspart player - The video or the sound.
 * @csspart text - The text.
 * @csspart versions - What the file was before.
 *
 * @cssproperty --filesync-viewer-background - What is behind the file.
 * @cssproperty --filesync-radius - Roundness of the list of versions.
 *
 * @cssstate closed - Nothing is shown.
 * @cssstate loading - The file is on its way.
 * @cssstate ready - The file is shown.
 * @cssstate missing - There is no such file.
 * @cssstate error - The file could not be loaded.
 *
 * @dependency filesync-image
 */
export class FilesyncViewer extends FilesyncElement {
  static override styles = [theme, cutNameStyles, styles]
  static {
    FilesyncViewer.declareReflected({ state: { attribute: "state", initial: "closed" } })
  }

  readonly #loader = new ContentLoader(() => this.#refresh())
  readonly #filesync = new FilesyncController(this, {
    subscribe: (engine, notify) => (this.#isOpen ? engine.subscribeFile(this.fileId, notify) : undefined),
    changed: () => this.#refresh(),
    stopped: () => this.close(),
  })
  readonly #gestures = new TurnGestures({
    isReversed: () => this.matches(":dir(rtl)"),
    isZoomed: () => this.#isZoomed,
    turn: (step) => this.#turn(step),
  })
  #isOpen = false
  #ids: ReadonlyArray<string> = []
  /** Close events that are on their way because of this element. */
  #closesItself = 0
  #isZoomed = false
  #showsVersions = false
  #reportedError: unknown

  /** The file that is shown, or that `show()` shows. */
  @property({ attribute: "file-id", reflect: true, useDefault: true }) fileId = ""

  /** @readonly What the viewer is doing. */
  declare readonly state: ViewerState

  /** Shows a file; `ids` are the files that can be gone through, in their order. */
  show(fileId: string = this.fileId, { ids = [fileId] }: { readonly ids?: Iterable<string> } = {}): void {
    this.#ids = [...ids]
    this.#isOpen = true
    this.#goTo(fileId)
    void this.#open()
  }

  /** Closes the viewer; the focus returns to where it was. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#loader.clear()
    this.#closeDialog()
    this.#filesync.resubscribe()
    this.dispatchEvent(new FilesyncCloseEvent(this.fileId))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#closeDialog()
  }

  #closeDialog(): void {
    if (this.dialog?.open !== true) return
    this.#closesItself++
    this.dialog.close()
  }

  /** The dialog's `close` event is asynchronous, and by then another file may be shown. */
  readonly #closed = (): void => {
    if (this.#closesItself === 0) this.close()
    else this.#closesItself--
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("fileId") && this.#isOpen) this.#filesync.resubscribe()
  }

  protected override render(): TemplateResult {
    const viewed = this.#viewed
    return html`<dialog
      part="dialog"
      class=${fillsStage(viewed) ? "filled" : ""}
      aria-label=${this.localize.term("viewer")}
      @close=${this.#closed}
      @keydown=${this.#gestures.pressed}
      @touchstart=${this.#gestures.touched}
      @touchend=${this.#gestures.swiped}
    >
      ${
        this.#isOpen
          ? html`${barView(viewed, this.#actions)}
              <div part="stage" class="stage" aria-live="polite">${contentView(viewed, this.#actions)}</div>
              ${turnView(viewed, this.#actions)} ${versionsView(viewed, this.#actions)}`
          : nothing
      }
    </dialog>`
  }

  private get dialog(): HTMLDialogElement | null {
    return this.shadowRoot?.querySelector("dialog") ?? null
  }

  get #record(): FileRecord | undefined {
    const record = this.#filesync.ask((engine) => engine.getFile(this.fileId))
    return record?.deletedAt == null ? record : undefined
  }

  get #viewed(): Viewed {
    const record = this.#record
    return {
      record,
      kind: record === undefined ? "none" : kindOf(record),
      content: this.#loader.content,
      error: this.#loader.error,
      isZoomed: this.#isZoomed,
      at: Math.max(0, this.#ids.indexOf(this.fileId)),
      count: this.#ids.length,
      versions: this.#filesync.ask((engine) => engine.listVersions(this.fileId)) ?? [],
      showsVersions: this.#showsVersions,
      canShare: record !== undefined && typeof navigator.canShare === "function",
      localize: this.localize,
    }
  }

  readonly #actions: ViewerActions = {
    close: () => this.close(),
    turn: (step) => this.#turn(step),
    zoom: () => {
      this.#isZoomed = !this.#isZoomed
      this.requestUpdate()
      void this.updateComplete.then(() => this.#center())
    },
    download: () => void this.#try((engine) => downloadFile(engine, this.fileId)),
    share: () => void this.#try((engine) => this.#share(engine)),
    retry: () => {
      this.#loader.clear()
      this.#reportedError = undefined
      void this.#filesync.run((engine) => engine.retry(this.fileId))
      this.#refresh()
    },
    toggleVersions: () => {
      this.#showsVersions = !this.#showsVersions
      this.requestUpdate()
    },
    restore: (version: FileVersion) => {
      this.#showsVersions = false
      this.requestUpdate()
      void this.#try((engine) => engine.restoreVersion(this.fileId, version.contentHash))
    },
  }

  async #open(): Promise<void> {
    await this.updateComplete
    const { dialog } = this
    if (this.#isOpen && dialog !== null && !dialog.open) dialog.showModal()
  }

  #goTo(fileId: string): void {
    this.#isZoomed = false
    this.#showsVersions = false
    this.#reportedError = undefined
    this.fileId = fileId
    this.#filesync.resubscribe()
    this.#refresh()
    this.dispatchEvent(new FilesyncShowEvent(fileId))
  }

  #turn(step: number): void {
    const next = this.#ids[this.#ids.indexOf(this.fileId) + step]
    if (next !== undefined) this.#goTo(next)
  }

  #refresh(): void {
    this.requestUpdate()
    const record = this.#record
    const { engine } = this.#filesync
    if (!this.#isOpen || engine === undefined || record === undefined) {
      this.#loader.clear()
      this.setReflected({ state: this.#isOpen ? (engine === undefined ? "loading" : "missing") : "closed" })
      return
    }
    const kind = kindOf(record)
    const isHere = this.#filesync.ask((asked) => asked.getFileState(record.id))?.local === true
    this.#loader.load(engine, record, kind, isHere)
    const { content, error } = this.#loader
    const isThere = kind === "image" || kind === "none" || content !== undefined
    this.setReflected({ state: error === undefined ? (isThere ? "ready" : "loading") : "error" })
    if (error === undefined || error === this.#reportedError) return
    this.#reportedError = error
    this.dispatchEvent(new FilesyncErrorEvent(error, { fileId: this.fileId }))
  }

  async #share(engine: NonNullable<FilesyncController["engine"]>): Promise<void> {
    const files = [await engine.readFile(this.fileId)]
    if (!navigator.canShare({ files })) return downloadFile(engine, this.fileId)
    await navigator.share({ files })
  }

  async #try(order: (engine: NonNullable<FilesyncController["engine"]>) => Promise<void>): Promise<void> {
    const { engine } = this.#filesync
    if (engine === undefined) return
    try {
      await order(engine)
    } catch (error) {
      // A person who closes the system's own window for sharing has changed their mind.
      if ((error as Partial<Error> | null)?.name === "AbortError") return
      this.dispatchEvent(new FilesyncErrorEvent(error, { fileId: this.fileId }))
    }
  }

  /** Scrolls a zoomed image to its centre. */
  #center(): void {
    const stage = this.shadowRoot?.querySelector(".stage")
    if (!stage || !this.#isZoomed) return
    stage.scrollTo((stage.scrollWidth - stage.clientWidth) / 2, (stage.scrollHeight - stage.clientHeight) / 2)
  }
}
