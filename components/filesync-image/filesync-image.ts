import type { PropertyValues, TemplateResult } from "lit"
import { property } from "lit/decorators.js"
import type { FileRecord, FileState, TransferState } from "../../src/client/global-client.js"
import { warnDeveloper } from "../development-warning.js"
import { FilesyncController } from "../filesync-controller.js"
import { FilesyncElement, setCustomState } from "../filesync-element.js"
import { badgeStyles } from "../badge.styles.js"
import { openViewer, prepareViewer } from "../open-viewer.js"
import { type Badge, badgeOf } from "../transfer-badge.js"
import { thousandths } from "../progress-bar.js"
import { theme } from "../theme.styles.js"
import type { SeenBox } from "../visibility.js"
import { NotAPicture } from "./decode-picture.js"
import { styles } from "./filesync-image.styles.js"
import { boxStyle, isFit, length, ownSizeOf } from "./image-box.js"
import { ImageLoader, isSame, type PictureKey } from "./image-loader.js"
import { imageView } from "./image-views.js"
import { InView } from "./in-view.js"
import { OutcomeEvents } from "./outcome-events.js"
import { worthwhilePixels } from "./target-size.js"

/** What an image element shows. */
export type ImageState = "empty" | "loading" | "ready" | "missing" | "error"

/**
 * @summary A picture from the file store: from this device when it is here, downloaded when it comes into view.
 *
 * Size it with CSS like any element. Left alone it takes the size in its attributes or the record's `metadata.width`
 * and `metadata.height`, so that nothing on the page moves when it arrives. A data URL in `metadata.placeholder` is
 * shown, blurred, until then. A picture much larger than its place is shown by a smaller copy, made and kept on this
 * device, which is replaced when the place grows.
 *
 * @event {FilesyncLoadEvent} filesync-load - A picture is decoded and shown; again for every new content.
 * @event {FilesyncErrorEvent} filesync-error - The picture cannot be shown.
 * @event {FilesyncWarningEvent} filesync-warning - A mistake in the page, such as a missing `alt`.
 *
 * @slot placeholder - Shown while the picture is on its way.
 * @slot missing - Shown when no device has uploaded the image yet, or the file does not exist.
 * @slot error - Shown when loading failed, in place of a sentence and a button to try again.
 *
 * @csspart image - The `<img>`.
 * @csspart progress - The bar that shows upload or download.
 * @csspart retry - The button that tries again.
 * @csspart show - The button over the picture that opens it large; with `viewer`.
 * @csspart badge - The sign on a picture that failed to upload, is only here, or is an earlier version.
 *
 * @cssproperty --filesync-image-background - What fills the box before there is a picture.
 * @cssproperty --filesync-accent - Colour of focus rings.
 * @cssproperty --filesync-danger - Colour of the error sign.
 * @cssproperty --filesync-tint - What fills the box when there is no picture to come.
 * @cssproperty --filesync-quiet - Colour of the words there.
 * @cssproperty --filesync-edge - Colour of the button's edge.
 *
 * @cssstate empty - No `file-id` is set.
 * @cssstate loading - The picture is on its way, or waits to come into view.
 * @cssstate ready - A picture is shown.
 * @cssstate missing - There is no such file, or no place has its bytes yet.
 * @cssstate stale - An earlier version is shown, because the new one is not here yet.
 * @cssstate error - The picture could not be loaded or decoded.
 */
export class FilesyncImage extends FilesyncElement {
  static override styles = [theme, badgeStyles, styles]
  static {
    FilesyncImage.declareReflected({
      state: { attribute: "state", initial: "empty" },
      transfer: { attribute: "transfer", initial: "none" },
      progress: { attribute: "progress", initial: 0 },
    })
  }

  readonly #loader = new ImageLoader(() => this.#refresh())
  readonly #outcome = new OutcomeEvents(this, this.#loader)
  readonly #filesync = new FilesyncController(this, {
    subscribe: (engine, notify) => {
      this.#followed = this.fileId
      return this.fileId ? engine.subscribeFile(this.fileId, notify) : undefined
    },
    changed: () => this.#refresh(),
    stopped: () => this.#stop(),
  })
  readonly #inView = new InView(this, (change) => this.#seen(change))
  #record: FileRecord | undefined
  #file: FileState | undefined
  #prioritized: string | undefined
  /** The record the subscription is for. */
  #followed = ""

  /** The record to show. */
  @property({ attribute: "file-id", reflect: true, useDefault: true }) fileId = ""
  /** What the picture shows, for people who cannot see it; empty when it is only decoration. */
  @property({ reflect: true }) alt: string | null = null
  /** `lazy` waits until the picture comes near the viewport, `eager` does not. */
  @property({ reflect: true, useDefault: true }) loading: "lazy" | "eager" = "lazy"
  /** How the picture fills its box: any value of CSS `object-fit`. */
  @property({ reflect: true, useDefault: true }) fit = "contain"
  /** Always shows the picture itself, never a smaller copy; for pictures that people zoom into or keep. */
  @property({ type: Boolean, reflect: true }) original = false
  /** `none` leaves out the small sign for what failed, is only here or is an earlier version. */
  @property({ reflect: true, useDefault: true }) badge: "auto" | "none" = "auto"
  /** A click opens the picture in `<filesync-viewer>`. */
  @property({ type: Boolean, reflect: true }) viewer = false
  /** Width in CSS pixels. */
  @property({ reflect: true }) width: number | string | null = null
  /** Height in CSS pixels. */
  @property({ reflect: true }) height: number | string | null = null

  /** @readonly What the element shows now. */
  declare readonly state: ImageState
  /** @readonly What the file is waiting for or doing on the wire. */
  declare readonly transfer: TransferState
  /** @readonly Progress of the transfer, 0 to 1. */
  declare readonly progress: number

  override connectedCallback(): void {
    super.connectedCallback()
    this.#inView.start()
  }

  /** Tries again to load the picture. */
  retry(): void {
    this.#loader.forgetFailure()
    this.#prioritized = undefined
    void this.#filesync.run((engine) => engine.retry(this.fileId))
    this.#refresh()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("fileId")) {
      this.#prioritized = undefined
      if (this.fileId !== this.#followed) this.#filesync.resubscribe()
    } else if (changed.has("loading") || changed.has("original") || changed.has("fit")) this.#refresh()
  }

  protected override updated(): void {
    if (this.viewer) void prepareViewer()
    if (this.alt !== null || !this.fileId) return
    warnDeveloper(this, 'needs an `alt` attribute; use `alt=""` when the picture is only decoration.')
  }

  protected override render(): TemplateResult {
    const { shown, isSlow, failure } = this.#loader
    const { state, transfer } = this
    const image = state === "ready" || state === "loading" ? shown?.image : undefined
    const isMoving = transfer === "uploading" || transfer === "downloading"
    return imageView({
      state,
      image,
      isFirst: shown === undefined,
      boxStyle: this.#boxStyle(image === undefined ? undefined : shown),
      facts: {
        localize: this.localize,
        description: this.#description,
        isDecoration: this.alt === "",
        record: this.#record,
        showsPreview: isSlow,
      },
      error: failure?.error,
      retry: () => this.retry(),
      progress: isMoving ? this.progress : undefined,
      show: this.viewer && state === "ready" ? () => void openViewer(this, this.fileId) : undefined,
      badge: this.badge === "none" || state !== "ready" ? undefined : this.#badge,
      file: this.#file,
    })
  }

  get #badge(): Badge {
    const badge = badgeOf(this.#file, this.#isStale)
    // The progress bar shows already that it is being sent.
    return badge === "sending" ? undefined : badge
  }

  /** Whether an earlier content of the file is shown. */
  get #isStale(): boolean {
    const { shown } = this.#loader
    return shown?.fileId === this.fileId && shown.contentHash !== this.#record?.contentHash
  }

  #seen(change: "visibility" | "size"): void {
    // A place that has grown may want more of the picture than a copy has.
    if (change === "size") return this.#loader.shown === undefined ? undefined : this.#refresh()
    const { isVisible } = this.#inView
    const lost = this.#loader.failure
    // Scrolling back to an image that failed loads it again.
    if (isVisible && lost !== undefined && !(lost.error instanceof NotAPicture)) this.#loader.forgetFailure()
    if (!isVisible && this.loading !== "eager") this.#loader.stop()
    this.#prioritized = undefined
    this.#refresh()
  }

  #refresh(): void {
    const { engine } = this.#filesync
    const record = this.#filesync.ask((asked) => asked.getFile(this.fileId))
    const file = this.#filesync.ask((asked) => asked.getFileState(this.fileId))
    if (record !== this.#record) this.requestUpdate()
    this.#record = record
    const state = this.#stateFor(record, file)
    this.setReflected({
      state,
      transfer: file?.transfer ?? "none",
      progress: thousandths(file?.progress ?? 0),
    })
    this.#file = file
    setCustomState(this.internals, "stale", state === "ready" && this.#isStale)
    if (state === "ready" || state === "loading") this.requestUpdate()
    if (engine !== undefined && file !== undefined) this.#outcome.report(state)
  }

  #stateFor(record: FileRecord | undefined, file: FileState | undefined): ImageState {
    const { engine } = this.#filesync
    const loader = this.#loader
    if (!this.fileId || engine === undefined) {
      loader.clear()
      return this.fileId ? "loading" : "empty"
    }
    if (record === undefined || record.deletedAt !== null || file === undefined) {
      loader.clear()
      return "missing"
    }
    const key = { engine, fileId: this.fileId, contentHash: record.contentHash }
    const { shown } = loader
    // Another record: the old picture stays only for a moment, in case the new one loads quickly.
    if (shown !== undefined && (shown.fileId !== key.fileId || shown.engine !== engine) && !file.local)
      loader.clear()
    const sized = { ...key, longSidePx: this.#longSidePx(record, key) }
    if (loader.shows(sized)) {
      loader.stop()
      return "ready"
    }
    if (isSame(loader.failure, key)) {
      const arrivedSince = file.local && !(loader.failure?.error instanceof NotAPicture)
      if (!arrivedSince || this.#retriedLocally === key.contentHash) return "error"
      this.#retriedLocally = key.contentHash
    }
    if (
      !file.local &&
      !file.remote &&
      file.transfer !== "downloading" &&
      file.transfer !== "queued-download"
    ) {
      loader.stop()
      return loader.shown === undefined ? "missing" : "ready"
    }
    const { isVisible, wasSeen } = this.#inView
    if (isVisible || (wasSeen && this.loading === "eager")) this.#load(sized, file.local)
    return loader.shown === undefined ? "loading" : "ready"
  }

  /** Content whose failed load was tried again because its bytes had arrived meanwhile. */
  #retriedLocally: string | undefined

  /** How much of the picture is worth showing here; infinite for the picture itself. */
  #longSidePx(record: FileRecord, key: PictureKey): number {
    const { shown } = this.#loader
    const own: Partial<SeenBox> =
      ownSizeOf(record) ?? (shown !== undefined && isSame(shown, key) ? shown : {})
    if (this.original) return Number.POSITIVE_INFINITY
    return worthwhilePixels({ box: this.#inView.box, own, fit: this.#fit, density: devicePixelRatio })
  }

  #load(key: PictureKey & { readonly longSidePx: number }, local: boolean): void {
    this.#loader.load(key, local)
    if (local || !this.#inView.isVisible || this.#prioritized === key.contentHash) return
    this.#prioritized = key.contentHash
    void this.#filesync.run((engine) => engine.prioritize(key.fileId))
  }

  #stop(): void {
    this.#inView.stop()
    this.#outcome.forget()
    this.#prioritized = undefined
    this.#record = undefined
    this.#loader.clear()
    this.setReflected({ state: this.fileId ? "loading" : "empty", transfer: "none", progress: 0 })
    this.requestUpdate()
  }

  /** The text for people who cannot see the image; without `alt` its file name, as in browsers. */
  get #description(): string {
    return this.alt ?? this.#record?.name ?? ""
  }

  #boxStyle(shown: SeenBox | undefined): string {
    return boxStyle(
      {
        asked: { width: length(this.width), height: length(this.height) },
        own: (this.#record === undefined ? undefined : ownSizeOf(this.#record)) ?? shown ?? {},
      },
      this.#fit,
    )
  }

  get #fit(): string {
    return isFit(this.fit) ? this.fit : "contain"
  }
}
