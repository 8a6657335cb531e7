import { html, nothing, type TemplateResult } from "lit"
import { property } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import {
  type FileSyncDelay,
  getFileSyncDelay,
  type SyncState,
  type SyncStatus,
} from "../../src/client/filesync.js"
import { termForError } from "../error-reason.js"
import { FilesyncController } from "../filesync-controller.js"
import { FilesyncElement } from "../filesync-element.js"
import { icon, type IconName } from "../icons.js"
import { progressBar, thousandths } from "../progress-bar.js"
import { theme } from "../theme.styles.js"
import { CalmVoice } from "./calm-voice.js"
import { type FailedFile, failedFilesOf } from "./failed-files.js"
import { styles } from "./filesync-status.styles.js"
import { delayLine, newsKey, statusDetails, statusLine } from "./status-words.js"

/**
 * @summary Says in one line how the files are: what moves, what waits, and what is only on this device.
 *
 * Screen readers hear news politely and seldom: a change of state or a failure, never the count of bytes.
 *
 * @slot - More words or controls after the line.
 *
 * @csspart label - The line.
 * @csspart progress - The bar shown while files move.
 * @csspart details - What moves, waits and failed; with `detail`.
 * @csspart actions - Pause, resume and retry; with `detail`.
 * @csspart action - One of these buttons.
 *
 * @cssproperty --filesync-accent - Colour of the bar and focus rings.
 * @cssproperty --filesync-success - Colour of the sign when all is well.
 * @cssproperty --filesync-warning - Colour of the sign when files are only on this device.
 * @cssproperty --filesync-danger - Colour of the sign and words of failures.
 * @cssproperty --filesync-quiet - Colour of the details and of signs without news.
 * @cssproperty --filesync-line - Colour of lines, and of what is empty in a bar.
 * @cssproperty --filesync-edge - Colour of the buttons' edges.
 * @cssproperty --filesync-tint - What fills a button under the pointer.
 * @cssproperty --filesync-status-progress-width - Width of the bar in the line.
 *
 * @cssstate idle - Nothing to do.
 * @cssstate syncing - Files move.
 * @cssstate offline - The remote store cannot be reached.
 * @cssstate paused - Paused by a person.
 * @cssstate error - At least one file needs attention.
 * @cssstate unsupported - This browser cannot store files.
 */
export class FilesyncStatus extends FilesyncElement {
  static override styles = [theme, styles]
  static {
    FilesyncStatus.declareOut({
      state: { attribute: "state", initial: "idle" },
      uploading: { attribute: "uploading", initial: 0 },
      downloading: { attribute: "downloading", initial: 0 },
      queued: { attribute: "queued", initial: 0 },
      failed: { attribute: "failed", initial: 0 },
      onlyHere: { attribute: "only-here", initial: 0 },
      progress: { attribute: "progress", initial: 1 },
    })
  }

  readonly #voice = new CalmVoice(() => this.requestUpdate())
  readonly #filesync = new FilesyncController(this, {
    subscribe: (engine, notify) => engine.subscribe(notify),
    changed: () => this.#refresh(),
    stopped: () => this.#voice.stop(),
  })
  #status: SyncStatus | undefined
  #delay: FileSyncDelay | undefined
  #failedFiles: ReadonlyArray<FailedFile> = []
  #failedFilesFor = ""

  /** Shows what moves, waits and failed, and buttons to pause, resume and retry. */
  @property({ type: Boolean, reflect: true }) detail = false

  /** @readonly What the engine is doing as a whole. */
  declare readonly state: SyncState
  /** @readonly Files being uploaded now. */
  declare readonly uploading: number
  /** @readonly Files being downloaded now. */
  declare readonly downloading: number
  /** @readonly Files that wait for their turn, either way. */
  declare readonly queued: number
  /** @readonly Files that stopped and need attention. */
  declare readonly failed: number
  /** @readonly Files that no other place is known to have. */
  declare readonly onlyHere: number
  /** @readonly Progress of all running transfers, 0 to 1. */
  declare readonly progress: number

  /** Stops all transfers, in every tab. */
  pause(): void {
    void this.#filesync.tell((engine) => engine.pause())
  }

  /** Lets transfers go on. */
  resume(): void {
    void this.#filesync.tell((engine) => engine.resume())
  }

  /** Tries failed files again; without an id, all of them. */
  retry(fileId?: string): void {
    void this.#filesync.tell((engine) => engine.retry(fileId))
  }

  protected override render(): TemplateResult {
    const status = this.#status
    const [sign, mood] = status === undefined ? signOfDelay(this.#delay) : signOf(status)
    const [headline, ...details] =
      this.detail && status !== undefined ? statusDetails(status, this.localize) : [this.#line]
    return html`<div class="line ${mood}">
        ${icon(sign)}
        <span class="words">
          <span part="label" class="label">${headline}</span>
          ${this.detail ? nothing : this.#bar(status)}
        </span>
        <slot></slot>
      </div>
      ${this.detail && status !== undefined ? this.#details(status, details) : nothing}
      <div class="heard" role="status">${this.#voice.sentence}</div>`
  }

  get #line(): string {
    const status = this.#status
    return status === undefined ? delayLine(this.#delay, this.localize) : statusLine(status, this.localize)
  }

  #bar(status: SyncStatus | undefined): TemplateResult | typeof nothing {
    if (status?.state !== "syncing") return nothing
    return progressBar(this.localize.term("statusSyncing"), this.progress)
  }

  #details(status: SyncStatus, details: ReadonlyArray<string>): TemplateResult {
    return html`<div part="details" class="detail">
        ${this.#bar(status)}
        <ul ?hidden=${details.length === 0}>
          ${details.map((detail) => html`<li>${detail}</li>`)}
        </ul>
        ${this.#failures(status)}
      </div>
      <div part="actions" class="actions">
        ${this.#pauseOrResume(status)}
        ${status.failed > 0 ? this.#action("retry", () => this.retry()) : nothing}
      </div>`
  }

  #failures(status: SyncStatus): TemplateResult | typeof nothing {
    const key = `${status.failed} ${this.#filesync.engine?.storeId}`
    const hasFailed = ({ record }: FailedFile) =>
      this.#filesync.ask((engine) => engine.getFileState(record.id))?.transfer === "error"
    if (key !== this.#failedFilesFor || !this.#failedFiles.every(hasFailed)) {
      this.#failedFilesFor = key
      this.#failedFiles = status.failed === 0 ? [] : (this.#filesync.ask(failedFilesOf) ?? [])
    }
    if (this.#failedFiles.length === 0) return nothing
    return html`<ul class="failed">
      ${repeat(
        this.#failedFiles,
        ({ record }) => record.id,
        (file) => this.#failure(file),
      )}
    </ul>`
  }

  #failure({ record, state }: FailedFile): TemplateResult {
    const label = this.localize.term("retryFile", { name: record.name })
    return html`<li>
      <span><bdi>${record.name}</bdi><span class="reason">${this.localize.term(termForError(state.error))}</span></span>
      <button part="action" class="round" type="button" aria-label=${label} title=${label} @click=${() => this.retry(record.id)}>
        ${icon("retry")}
      </button>
    </li>`
  }

  /** One button for both, so that it keeps the focus. */
  #pauseOrResume({ paused, state }: SyncStatus): TemplateResult | typeof nothing {
    if (paused) return this.#action("resume", () => this.resume())
    return state === "unsupported" ? nothing : this.#action("pause", () => this.pause())
  }

  #action(kind: "pause" | "resume" | "retry", act: () => void): TemplateResult {
    return html`<button part="action" type="button" @click=${act}>${icon(kind)}${this.localize.term(kind)}</button>`
  }

  #refresh(): void {
    const status = this.#filesync.ask((engine) => engine.getStatus())
    this.#status = status
    this.#delay = getFileSyncDelay()
    const delayed: SyncState = this.#delay === "failed" ? "error" : "idle"
    const { bytesDone = 0, bytesTotal = 0, state = delayed } = status ?? {}
    const fraction = bytesTotal > 0 ? Math.min(1, bytesDone / bytesTotal) : state === "syncing" ? 0 : 1
    this.setOut({
      state,
      uploading: status?.uploading ?? 0,
      downloading: status?.downloading ?? 0,
      queued: (status?.queuedUploads ?? 0) + (status?.queuedDownloads ?? 0),
      failed: status?.failed ?? 0,
      onlyHere: status?.onlyHere ?? 0,
      progress: thousandths(fraction),
    })
    const news = status === undefined ? this.#delay : newsKey(status)
    if (news !== undefined) this.#voice.tell(news, this.#line)
    this.requestUpdate()
  }
}

type Sign = readonly [IconName, "" | "good" | "warning" | "danger"]

const signOfDelay = (delay: FileSyncDelay | undefined): Sign => {
  switch (delay) {
    case undefined:
      return ["moving", ""]
    case "other-tab":
      return ["pause", ""]
    case "failed":
      return ["attention", "danger"]
  }
}

const signOf = (status: SyncStatus): Sign => {
  switch (status.state) {
    case "syncing":
      return ["moving", ""]
    case "paused":
      return ["pause", ""]
    case "offline":
      return ["offline", "warning"]
    case "error":
      return ["attention", "danger"]
    case "unsupported":
      return ["attention", "danger"]
    case "idle":
      return status.onlyHere > 0 || status.storage === "memory" ? ["device", "warning"] : ["done", "good"]
  }
}
