import { html, nothing, type TemplateResult } from "lit"
import { property } from "lit/decorators.js"
import {
  type FileSyncDelay,
  getFileSyncDelay,
  type SyncState,
  type SyncStatus,
} from "../../src/client/global-client.js"
import { FilesyncController } from "../filesync-controller.js"
import { FilesyncElement } from "../filesync-element.js"
import { icon, type IconName } from "../icons.js"
import { LiveRegionAnnouncer } from "../live-region-announcer.js"
import { progressBar, thousandths } from "../progress-bar.js"
import { theme } from "../theme.styles.js"
import { AttentionPanel } from "./attention-panel.js"
import { waitingSaves, watchWaitingSaves } from "../waiting-saves.js"
import { styles } from "./filesync-status.styles.js"
import { type Progress, SessionProgress } from "./session-progress.js"
import {
  delayLine,
  isAllWell,
  newsKey,
  type StatusMessage,
  statusDetails,
  statusMessages,
} from "./status-messages.js"

/**
 * @summary Says in one line how the files are: what moves, what waits, and what is only on this device.
 *
 * What needs attention is a button that opens the files concerned, with what can be done about each. Nothing is said
 * to be well before it is: files that are being saved, records that other devices do not have yet and a store that does
 * not work are all shown.
 *
 * Screen readers announce changes politely and seldom: a change of state or a failure, never the count of bytes.
 *
 * @slot - Further text or controls after the status.
 *
 * @csspart label - The line.
 * @csspart progress - The bar shown while files move.
 * @csspart details - What moves, waits and failed; with `detail`.
 * @csspart actions - Pause, resume and retry; with `detail`.
 * @csspart action - One of these buttons, and of those beside a file.
 * @csspart door - The words that open the files which need attention; without `detail`.
 * @csspart panel - These files, above the page.
 *
 * @cssproperty --filesync-accent - Colour of the bar and focus rings.
 * @cssproperty --filesync-success - Colour of the sign when all is well.
 * @cssproperty --filesync-warning - Colour of the sign when files are only on this device.
 * @cssproperty --filesync-danger - Colour of the sign and words of failures.
 * @cssproperty --filesync-quiet - Colour of the details and of signs without news.
 * @cssproperty --filesync-line - Colour of lines, and of what is empty in a bar.
 * @cssproperty --filesync-radius - Roundness of the panel.
 * @cssproperty --filesync-edge - Colour of the buttons' edges.
 * @cssproperty --filesync-tint - What fills a button under the pointer.
 * @cssproperty --filesync-status-progress-width - Width of the progress bar.
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
    FilesyncStatus.declareReflected({
      state: { attribute: "state", initial: "idle" },
      uploading: { attribute: "uploading", initial: 0 },
      downloading: { attribute: "downloading", initial: 0 },
      queued: { attribute: "queued", initial: 0 },
      failed: { attribute: "failed", initial: 0 },
      onlyHere: { attribute: "only-here", initial: 0 },
      progress: { attribute: "progress", initial: 1 },
    })
  }

  readonly #announcer = new LiveRegionAnnouncer(() => this.requestUpdate())
  readonly #filesync = new FilesyncController(this, {
    subscribe: (engine, notify) => {
      const unsubscribe = [engine.subscribe(notify), watchWaitingSaves(notify)]
      return () => {
        for (const end of unsubscribe) end()
      }
    },
    changed: () => this.#refresh(),
    stopped: () => this.#stop(),
  })
  readonly #attention = new AttentionPanel(this, this.#filesync, this.localize)
  readonly #session = new SessionProgress()
  #progress: Progress | undefined
  #clock: ReturnType<typeof setTimeout> | undefined
  #status: SyncStatus | undefined
  #delay: FileSyncDelay | undefined

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
  /** @readonly Progress of all that moves, 0 to 1; goes back only after everything has come to rest. */
  declare readonly progress: number

  /** Stops all transfers, in every tab. */
  pause(): void {
    void this.#filesync.run((engine) => engine.pause())
  }

  /** Lets transfers go on. */
  resume(): void {
    void this.#filesync.run((engine) => engine.resume())
  }

  /** Tries failed files again; without an id, all of them. */
  retry(fileId?: string): void {
    void this.#filesync.run((engine) => engine.retry(fileId))
  }

  protected override render(): TemplateResult {
    const status = this.#status
    const [sign, mood] = status === undefined ? signOfDelay(this.#delay) : signOf(status)
    return html`<div class="line ${mood}">
        ${icon(sign)}
        <span class="words">
          <span part="label" class="label">${this.#label(status)}</span>
          ${this.detail ? nothing : this.#bar(status)}
        </span>
        <slot></slot>
      </div>
      ${this.detail && status !== undefined ? this.#details(status) : nothing}
      ${status === undefined || this.detail ? nothing : this.#attention.panelView(stoppedIn(status), this.#spoken(status))}
      <div class="heard" role="status">${this.#announcer.sentence}</div>`
  }

  #label(status: SyncStatus | undefined): unknown {
    if (status === undefined) return delayLine(this.#delay, this.localize)
    if (this.detail) return statusDetails(this.#facts(status))[0]
    return statusMessages(this.#facts(status)).map(
      (sentence, at) => html`${at === 0 ? nothing : " · "}${this.#sentence(sentence)}`,
    )
  }

  #sentence({ words, opensPanel = false }: StatusMessage): unknown {
    if (!opensPanel) return words
    return html`<button part="door" class="door" type="button" aria-haspopup="dialog" aria-expanded=${this.#attention.isOpen} @click=${this.#attention.toggle}>${words}</button>`
  }

  #facts(status: SyncStatus) {
    return { status, progress: this.#progress, now: Date.now(), localize: this.localize }
  }

  #bar(status: SyncStatus | undefined): TemplateResult | typeof nothing {
    const isMoving = status?.state === "syncing" || (status?.saving ?? 0) > 0
    return isMoving ? progressBar(this.localize.term("statusSyncing"), this.progress) : nothing
  }

  #details(status: SyncStatus): TemplateResult {
    const [, ...details] = statusDetails(this.#facts(status))
    return html`<div part="details" class="detail">
        ${this.#bar(status)}
        <ul ?hidden=${details.length === 0}>
          ${details.map((detail) => html`<li>${detail}</li>`)}
        </ul>
        ${this.#attention.listView(stoppedIn(status))}
      </div>
      <div part="actions" class="actions">
        ${this.#pauseOrResume(status)}
        ${status.failed > 0 ? this.#action("retry", () => this.retry()) : nothing}
      </div>`
  }

  /** One button for both, so that it keeps the focus. */
  #pauseOrResume({ paused, state, hasRemote }: SyncStatus): TemplateResult | typeof nothing {
    if (paused) return this.#action("resume", () => this.resume())
    // Without a remote nothing ever moves, so there is nothing to pause.
    return state === "unsupported" || !hasRemote ? nothing : this.#action("pause", () => this.pause())
  }

  #action(kind: "pause" | "resume" | "retry", act: () => void): TemplateResult {
    return html`<button part="action" type="button" @click=${act}>${icon(kind)}${this.localize.term(kind)}</button>`
  }

  #refresh(): void {
    const status = withWaiting(this.#filesync.ask((engine) => engine.getStatus()))
    this.#status = status
    this.#delay = getFileSyncDelay()
    const delayed = stateOfDelay(this.#delay)
    this.#progress = status === undefined ? undefined : this.#session.follow(status, performance.now())
    const { state = delayed } = status ?? {}
    const fraction = this.#progress?.fraction ?? 1
    this.setReflected({
      state,
      uploading: status?.uploading ?? 0,
      downloading: status?.downloading ?? 0,
      queued: (status?.queuedUploads ?? 0) + (status?.queuedDownloads ?? 0),
      failed: status?.failed ?? 0,
      onlyHere: status?.onlyHere ?? 0,
      progress: thousandths(fraction),
    })
    const news = status === undefined ? this.#delay : newsKey(status)
    if (news !== undefined) this.#announcer.announce(news, this.#spoken(status))
    this.#keepTime(status)
    this.requestUpdate()
  }

  #spoken(status: SyncStatus | undefined): string {
    if (status === undefined) return delayLine(this.#delay, this.localize)
    return statusMessages(this.#facts(status))
      .map(({ words }) => words)
      .join(" · ")
  }

  /** Counts the seconds to the next try, and only then. */
  #keepTime(status: SyncStatus | undefined): void {
    clearTimeout(this.#clock)
    if ((status?.nextTryAt ?? 0) <= Date.now()) return
    this.#clock = setTimeout(() => {
      this.requestUpdate()
      this.#keepTime(this.#status)
    }, 1000)
  }

  #stop(): void {
    clearTimeout(this.#clock)
    this.#announcer.stop()
  }
}

/** The status with the files that wait on the page counted as being saved: both are in the page's memory alone. */
const withWaiting = (status: SyncStatus | undefined): SyncStatus | undefined => {
  const { files, bytes } = waitingSaves()
  if (status === undefined || files === 0) return status
  return {
    ...status,
    saving: status.saving + files,
    savingBytesTotal: status.savingBytesTotal + bytes,
  }
}

const stateOfDelay = (delay: FileSyncDelay | undefined): SyncState => {
  if (delay === "failed") return "error"
  return delay === "unsupported" ? "unsupported" : "idle"
}

type Sign = readonly [IconName, "" | "good" | "warning" | "danger"]

const signOfDelay = (delay: FileSyncDelay | undefined): Sign => {
  switch (delay) {
    case undefined:
    case "healing":
      return ["moving", ""]
    case "other-tab":
      return ["pause", ""]
    case "failed":
    case "unsupported":
      return ["attention", "danger"]
  }
}

const signOf = (status: SyncStatus): Sign => {
  if (isAllWell(status)) return ["done", "good"]
  if (status.saving > 0) return ["moving", ""]
  if (status.store !== "open") return status.store === "healing" ? ["moving", ""] : ["attention", "danger"]
  switch (status.state) {
    case "paused":
      return ["pause", ""]
    case "offline":
      return ["offline", "warning"]
    case "unsupported":
    case "error":
      return ["attention", "danger"]
    case "syncing":
      return status.cause === null ? ["moving", ""] : ["attention", "warning"]
    case "idle":
      if (status.failed > 0) return ["attention", "danger"]
      return status.onlyHere > 0 || status.storage === "memory" ? ["device", "warning"] : ["moving", ""]
  }
}

/** Files that stopped: failed or cancelled. */
const stoppedIn = ({ failed, cancelled }: SyncStatus): number => failed + cancelled
