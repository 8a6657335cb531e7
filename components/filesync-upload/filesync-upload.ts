import { html, LitElement, type TemplateResult } from "lit"
import { property, query, state } from "lit/decorators.js"
import { cutNameStyles } from "../cut-name.js"
import { FilesyncErrorEvent } from "../events/filesync-error.js"
import { FilesyncSavedEvent } from "../events/filesync-saved.js"
import { FormAssociatedElement, takeEarly } from "../form-associated-element.js"
import { theme } from "../theme.styles.js"
import { Admissions } from "./admissions.js"
import { DropTarget } from "./drop-target.js"
import { dropZoneView, overlayView, showOverlay } from "./drop-zone-view.js"
import { styles } from "./filesync-upload.styles.js"
import { FormControl } from "./form-control.js"
import { rowsOf, rowsOfIds } from "./form-value.js"
import { gatherFromInput } from "./gather-files.js"
import { PreviewUrls } from "./preview-urls.js"
import { refusalsView } from "./refusals-view.js"
import { RowActions } from "./row-actions.js"
import { uploadListView } from "./upload-list-view.js"
import { UploadAnnouncements } from "./upload-announcements.js"
import { UploadQueue } from "./upload-queue.js"
import { UploadRowsController } from "./upload-rows.js"

/** What an upload element is doing. */
export type UploadState = "idle" | "dragover" | "busy" | "invalid"

/**
 * @summary Takes files by drop, click, paste, folder or camera, and has them on this device at once, also offline.
 *
 * A form control: with a `name` it adds one entry for each saved file's id, valid as soon as the bytes are on this
 * device; they are uploaded in the background afterwards. Files picked before there is an engine wait for it. Finished rows fold
 * into one sentence, which goes as well unless the element has a `name`. While an upload element is on the page, files
 * dropped beside it are ignored; the browser does not open them.
 *
 * @event {FilesyncBeforeSaveEvent} filesync-before-save - A file is about to be taken; cancelable. Set its `fileName`,
 *   `metadata` or `commit` to save more with it.
 * @event {FilesyncSavedEvent} filesync-saved - A file is on this device and its record is committed.
 * @event {FilesyncRejectedEvent} filesync-rejected - A file was refused by type, size or count, or could not be read.
 * @event {FilesyncErrorEvent} filesync-error - A file could not be saved.
 * @event {FilesyncRemovedEvent} filesync-removed - A person cancelled a file or took it off the list.
 * @event {Event} change - The value changed.
 *
 * @slot - Words of the drop zone, in place of "Drop files here or".
 * @slot hint - What is accepted, in place of the sentence made from `accept` and `max-size`.
 *
 * @csspart dropzone - The target.
 * @csspart button - The button that opens the file picker.
 * @csspart message - What was refused and why.
 * @csspart list - The files.
 * @csspart item - One file.
 * @csspart progress - A file's progress bar.
 * @csspart retry - A file's button that tries again.
 * @csspart remove - A file's button: cancels it while it is on its way, else takes it off the list.
 * @csspart more - The button that shows more rows.
 * @csspart summary - The summary of finished files, whose rows were removed.
 * @csspart overlay - What lies over the page while files are held above it; with `drop-target="page"`.
 *
 * @cssproperty --filesync-accent - Colour of the button, bars and focus rings.
 * @cssproperty --filesync-on-accent - Colour of the words on the button.
 * @cssproperty --filesync-danger - Colour of refusals and failures.
 * @cssproperty --filesync-success - Colour of the sign beside what was added.
 * @cssproperty --filesync-radius - Roundness of corners.
 * @cssproperty --filesync-tint - What fills the target.
 * @cssproperty --filesync-line - Colour of lines between files, and of what is empty in a bar.
 * @cssproperty --filesync-quiet - Colour of hints and of a file's status text.
 * @cssproperty --filesync-dropzone-height - Least height of the target.
 *
 * @cssstate idle - Waiting for files.
 * @cssstate dragover - Files are held above the target.
 * @cssstate busy - Files are being saved or uploaded.
 * @cssstate invalid - Files were refused or could not be saved, or a required file is missing.
 */
export class FilesyncUpload extends FormAssociatedElement {
  static override styles = [theme, cutNameStyles, styles]
  static override shadowRootOptions: ShadowRootInit = {
    ...LitElement.shadowRootOptions,
    delegatesFocus: true,
  }
  static {
    FilesyncUpload.declareReflected({ state: { attribute: "state", initial: "idle" } })
  }

  readonly #previews = new PreviewUrls()
  readonly #news = new UploadAnnouncements(() => this.requestUpdate())
  readonly #rows = new UploadRowsController(this)
  readonly #queue = new UploadQueue({
    changed: () => this.#changed(),
    moved: () => this.requestUpdate(),
    saved: (items) => {
      this.#changed()
      for (const { fileId = "", file, name } of items)
        this.dispatchEvent(new FilesyncSavedEvent(fileId, file ?? new File([], name)))
      this.#actions.valueChanged()
    },
    failed: ({ error, file }) => this.dispatchEvent(new FilesyncErrorEvent(error, { file })),
  })
  readonly #admissions = new Admissions(this, {
    changed: () => this.#changed(),
    present: () => this.#queue.items.length,
    replace: () => this.#queue.items.forEach(this.#actions.remove),
    add: (plans) => this.#queue.add(plans),
  })
  readonly #dropTarget = new DropTarget(this, {
    takes: () => !this.#disabled,
    opensFolders: () => this.directory,
    isWholePage: () => this.dropTarget === "page",
    gathered: (gathered) => this.#admissions.take(gathered, this.localize),
  })
  readonly #actions = new RowActions(this, this.#queue, this.#previews)
  /** A form asked for validity; from then on a missing file shows. */
  #asked = false
  readonly #form = new FormControl(this.internals, this.localize)

  @query("input") private readonly input!: HTMLInputElement | null
  @query("[part=button]") private readonly button!: HTMLButtonElement | null

  @state() private disabledByForm = false

  /** What is taken, as in `<input accept>`: extensions, MIME types, `image/*`. */
  @property({ reflect: true, useDefault: true }) accept = ""
  /** Takes any number of files; without it a new file replaces the one before. */
  @property({ type: Boolean, reflect: true }) multiple = false
  /** Largest file taken: bytes, or with a unit such as `5MB`. */
  @property({ attribute: "max-size", reflect: true }) maxSize: string | number | null = null
  /** How many files are taken at most; needs `multiple`. */
  @property({ attribute: "max-files", type: Number, reflect: true }) maxFiles: number | null = null
  /** Picks whole folders; dropped folders are opened. */
  @property({ type: Boolean, reflect: true }) directory = false
  /** Opens the camera on phones: `user` faces the person, `environment` away. */
  @property({ reflect: true }) capture: string | null = null
  /** The form entry's name. */
  @property({ reflect: true, useDefault: true }) name = ""
  /** The form needs at least one file. */
  @property({ type: Boolean, reflect: true }) required = false
  /** Takes no files and is left out of the form. */
  @property({ type: Boolean, reflect: true }) disabled = false
  /** Taking a saved file off the list deletes its record on every device; otherwise it stays in the store. */
  @property({ attribute: "delete-removed", type: Boolean, reflect: true }) deleteRemoved = false

  /** `page` takes files dropped anywhere on the page; `zone` only those dropped on the target. */
  @property({ attribute: "drop-target", reflect: true, useDefault: true }) dropTarget: "zone" | "page" =
    "zone"
  /** Shows the button alone, without the target around it; files can be dropped on it all the same. */
  @property({ type: Boolean, reflect: true }) compact = false

  /** @readonly What the element is doing. */
  declare readonly state: UploadState

  constructor() {
    super()
    const early = takeEarly(this, "value") as ReadonlyArray<string> | undefined
    if (early !== undefined) this.value = early
    this.internals.role = "group"
    this.addEventListener("invalid", () => {
      this.#asked = true
      this.#changed()
    })
    this.addEventListener("click", (event) => {
      // A click on the element itself, not on anything in it, comes from its `<label>` or from `click()`.
      if (event.composedPath()[0] === this) this.showPicker()
    })
  }

  /** Ids of the saved files in the list; set it to show files that are in the store already. */
  get value(): ReadonlyArray<string> {
    return this.#form.fileIds
  }
  set value(fileIds: ReadonlyArray<string> | string | null | undefined) {
    const ids = typeof fileIds === "string" ? [fileIds] : (fileIds ?? [])
    if (ids.join() === this.#form.fileIds.join()) return
    this.#queue.restore(rowsOfIds(ids))
  }

  /** Opens the browser's file picker; the browser allows it only after a click or a key. */
  showPicker(): void {
    if (!this.#disabled) this.input?.click()
  }

  /** Takes files as if a person had dropped them. */
  addFiles(files: Iterable<File>): void {
    if (!this.#disabled) this.#admissions.take(gatherFromInput(files), this.localize)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#queue.attach()
    this.#changed()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // A node that is moved comes back within the same task and keeps its pictures.
    queueMicrotask(() => {
      if (this.isConnected) return
      this.#queue.detach()
      this.#previews.keepOnly([])
    })
  }

  formDisabledCallback(disabled: boolean): void {
    this.disabledByForm = disabled
    // Called in the middle of an update, where its own attribute changes: Lit ignores changes made there.
    queueMicrotask(() => this.requestUpdate())
  }

  formResetCallback(): void {
    this.#asked = false
    this.#admissions.forget()
    this.#queue.clear()
  }

  formStateRestoreCallback(kept: File | string | FormData | null): void {
    this.#queue.restore(rowsOf(kept))
  }

  protected override willUpdate(): void {
    if (this.hasUpdated) this.#updateForm()
    const { items } = this.#queue
    this.#news.follow(items, this.localize)
    const isInvalid = this.#isRefused || items.some(({ phase }) => phase === "failed")
    const isBusy = this.#isGathering || items.some(({ moving }) => moving)
    const calm = isInvalid ? "invalid" : isBusy ? "busy" : "idle"
    this.setReflected({ state: this.#dropTarget.over ? "dragover" : calm })
  }

  protected override firstUpdated(): void {
    // The button to which the browser attaches its message has been rendered by now.
    this.#updateForm()
  }

  protected override updated(): void {
    showOverlay(this.shadowRoot)
  }

  protected override render(): TemplateResult {
    const { items } = this.#queue
    const { rows, more, folded } = this.#rows.arrange(items, this.name !== "")
    this.#previews.keepOnly(rows)
    return html`${dropZoneView({
      rules: this,
      localize: this.localize,
      target: this.#dropTarget,
      isCompact: this.compact,
      isInvalid: this.#isRefused,
      isDisabled: this.#disabled,
      clicked: () => this.showPicker(),
      picked: (files) => this.addFiles(files),
    })}
      <div role="status" id="messages">
        ${refusalsView(this.#admissions.refusals, this.#asked && this.validity.valueMissing, this.localize, this.#dismiss)}
      </div>
      ${uploadListView({
        ...{ rows, more, folded, isOpen: this.#rows.isOpen },
        filesFound: this.#dropTarget.filesFound,
        localize: this.localize,
        actions: this.#actions,
        showMore: this.#rows.showMore,
        toggle: this.#rows.toggle,
        isDisabled: this.#disabled,
        previewOf: (item) => (this.isConnected ? this.#previews.of(item) : undefined),
      })}
      ${overlayView(this.#dropTarget.isOverPage, this.localize)}
      <div class="heard" role="status">${this.#news.sentence}</div>`
  }

  /** Whether a required file is missing or a file was refused. */
  get #isRefused(): boolean {
    const isMissing = this.#asked && this.required && this.#queue.items.length === 0
    return this.#admissions.refusals.length > 0 || isMissing
  }

  get #isGathering(): boolean {
    return this.#admissions.isBusy || this.#dropTarget.filesFound !== undefined
  }

  get #disabled(): boolean {
    return this.disabled || this.disabledByForm
  }

  readonly #dismiss = (): void => {
    this.#asked = false
    this.#admissions.forget()
    this.button?.focus()
    this.#changed()
  }

  #changed(): void {
    this.#updateForm()
    this.requestUpdate()
  }

  #updateForm(): void {
    const { items } = this.#queue
    const { name, required, button } = this
    const isGathering = this.#isGathering
    this.#form.update({ items, name, required, isGathering, anchor: button ?? undefined })
  }
}
