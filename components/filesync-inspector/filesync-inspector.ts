import { html, type TemplateResult } from "lit"
import { property } from "lit/decorators.js"
import {
  type FileSyncClient,
  getFileSyncDelay,
  type SyncState,
  type SyncStatus,
  type Unsubscribe,
} from "../../src/client/global-client.js"
import { reasonOf } from "../error-reason.js"
import { FilesyncController } from "../filesync-controller.js"
import { FilesyncElement } from "../filesync-element.js"
import { delayLine } from "../filesync-status/status-messages.js"
import { theme } from "../theme.styles.js"
import { observeVisibility } from "../visibility.js"
import { CheckView } from "./check-view.js"
import { describeEnvironment } from "./environment.js"
import { EventLog } from "./event-log.js"
import { EventsView } from "./events-view.js"
import { FilesView } from "./files-view.js"
import { styles } from "./filesync-inspector.styles.js"
import { type InspectorHost, noFacts } from "./inspector-host.js"
import { type InspectorTerm, InspectorMessages, watchInspectorLocales } from "./inspector-messages.js"
import { RefreshThrottle } from "./refresh-throttle.js"
import { makeReport } from "./make-report.js"
import { ReportView } from "./report-view.js"
import { rowStyles } from "./rows.styles.js"
import { StorageView } from "./storage-view.js"
import { tabList } from "./tab-list.js"
import { TransfersView } from "./transfers-view.js"

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** The parts of the inspector. */
export type InspectorTab = "files" | "transfers" | "events" | "storage" | "report"

const tabTerms: Readonly<Record<InspectorTab, InspectorTerm>> = {
  files: "tabFiles",
  transfers: "tabTransfers",
  events: "tabEvents",
  storage: "tabStorage",
  report: "tabReport",
}

const stateTerms: Readonly<Record<SyncState, InspectorTerm>> = {
  idle: "stateIdle",
  syncing: "stateSyncing",
  offline: "stateOffline",
  paused: "statePaused",
  error: "stateError",
  unsupported: "stateUnsupported",
}

/** How long to wait for an engine before its absence is explained: a slow device needs this to open its store. */
const patienceMs = 10_000

/**
 * @summary Looks into the engine: records, transfers, events and storage, with verify, repair and a report to copy.
 *
 * For developers and for good bug reports; an entry of its own, so that pages without it do not pay for it. It follows
 * events from when it is on the page, also while it is `hidden`.
 *
 * @slot - Further text or controls in the bar at the top.
 *
 * @csspart tabs - The row of tabs.
 * @csspart tab - One tab.
 * @csspart panel - What the chosen tab shows.
 * @csspart list - Files, transfers or events.
 * @csspart item - One of them.
 * @csspart facts - What is known about one file.
 * @csspart search - The box to search in.
 * @csspart action - A button.
 * @csspart progress - A bar.
 * @csspart check-result - What verifying or repairing found.
 * @csspart report - The report's text.
 *
 * @cssproperty --filesync-accent - Colour of the chosen tab, bars and focus rings.
 * @cssproperty --filesync-success - Colour of what is safe.
 * @cssproperty --filesync-warning - Colour of what is only on this device.
 * @cssproperty --filesync-danger - Colour of failures.
 * @cssproperty --filesync-quiet - Colour of secondary text.
 * @cssproperty --filesync-line - Colour of lines, and of what is empty in a bar.
 * @cssproperty --filesync-edge - Colour of the edges of buttons and fields.
 * @cssproperty --filesync-tint - What fills a row or button under the pointer.
 * @cssproperty --filesync-radius - Roundness of lists and boxes.
 *
 * @cssstate idle - Nothing to do.
 * @cssstate syncing - Files move.
 * @cssstate offline - The remote store cannot be reached.
 * @cssstate paused - Paused by a person.
 * @cssstate error - At least one file needs attention.
 * @cssstate unsupported - This browser cannot store files.
 */
export class FilesyncInspector extends FilesyncElement {
  static override styles = [theme, styles, rowStyles]
  static {
    FilesyncInspector.declareReflected({ state: { attribute: "state", initial: "idle" } })
  }

  readonly #messages = new InspectorMessages(this.localize)
  readonly #log = new EventLog()
  // No checks while the element is not visible.
  readonly #pace = new RefreshThrottle(() => {
    if (this.#isVisible || this.#host.status === undefined) this.#look()
  })
  readonly #filesync = new FilesyncController(this, {
    subscribe: (engine, notify) => this.#follow(engine, notify),
    changed: () => this.#pace.changed(),
    stopped: () => this.#stop(),
  })
  readonly #host = this.#makeHost()
  readonly #check = new CheckView(this.#host)
  readonly #report = new ReportView(this.#host, (withNames) => this.report({ withNames }))
  readonly #views: Readonly<Record<InspectorTab, { render(): unknown }>> = {
    files: new FilesView(this.#host),
    transfers: new TransfersView(this.#host),
    events: new EventsView(this.#host, this.#log),
    storage: new StorageView(this.#host, this.#check),
    report: this.#report,
  }
  #news = ""
  #isVisible = false
  #patience: ReturnType<typeof setTimeout> | undefined
  #isPatient = true
  #unwatchWords: Unsubscribe | undefined
  #unobserve: Unsubscribe | undefined

  /** Which part is shown: `files`, `transfers`, `events`, `storage` or `report`. */
  @property({ reflect: true, useDefault: true }) tab: InspectorTab = "files"

  /** @readonly What the engine is doing as a whole. */
  declare readonly state: SyncState

  override connectedCallback(): void {
    super.connectedCallback()
    this.#unwatchWords ??= watchInspectorLocales(() => this.requestUpdate())
    this.#patience ??= setTimeout(() => {
      this.#isPatient = false
      this.requestUpdate()
    }, patienceMs)
    this.#unobserve ??= observeVisibility(this, (isVisible) => {
      const appears = isVisible && !this.#isVisible
      this.#isVisible = isVisible
      if (appears) this.#look()
    })
  }

  /**
   * The report as JSON, such as for the form of a bug tracker: no content, metadata, tokens or addresses, and no names,
   * ids or hashes unless `withNames`.
   */
  report(options: { readonly withNames?: boolean } = {}): string {
    this.#look()
    if (this.#host.status === undefined) return "{}"
    const report = makeReport({
      storeId: this.#filesync.engine?.storeId ?? "",
      status: this.#host.status,
      facts: this.#host.facts,
      stateOf: (fileId) => this.#filesync.ask((engine) => engine.getFileState(fileId)),
      events: this.#log.events,
      verified: this.#check.report,
      withNames: options.withNames === true,
      environment: describeEnvironment(),
    })
    return JSON.stringify(report, undefined, 2)
  }

  protected override render(): TemplateResult {
    const messages = this.#messages
    if (this.#host.status === undefined) return html`<p class="quiet" role="status">${this.#absence}</p>`
    const tabs = (Object.keys(tabTerms) as ReadonlyArray<InspectorTab>).map((key) => ({
      key,
      label: messages.term(tabTerms[key]),
      count: this.#countOf(key),
    }))
    const chosen = Object.hasOwn(tabTerms, this.tab) ? this.tab : "files"
    return html`${this.#top(this.#host.status)}
      ${tabList({ label: messages.term("tabs"), tabs, chosen, choose: (key) => this.#choose(key) })}
      <div part="panel" class="panel" id="panel" role="tabpanel" tabindex="0" aria-labelledby="tab-${chosen}">
        ${this.#views[chosen].render()}
      </div>
      <p class="news" role="status">${this.#news}</p>`
  }

  /** Why there is nothing to look into yet. */
  get #absence(): string {
    const delay = getFileSyncDelay()
    const mayCome = delay !== undefined || (this.#isPatient && this.#filesync.engine === undefined)
    return mayCome ? delayLine(delay, this.localize) : this.#messages.term("noEngine")
  }

  #top(status: SyncStatus): TemplateResult {
    const messages = this.#messages
    const action = (term: InspectorTerm, order: (engine: FileSyncClient) => Promise<unknown>) =>
      html`<button part="action" type="button" @click=${() => this.#host.act(order)}>${messages.term(term)}</button>`
    return html`<div class="top">
      <div class="line">
        <strong>${messages.term(stateTerms[status.state])}</strong>
        <span class="quiet">${messages.term(status.leader ? "thisTabLeads" : "otherTabLeads")}</span>
        <span class="quiet"><bdi>${this.#filesync.engine?.storeId}</bdi></span>
      </div>
      <div class="actions">
        ${status.paused ? action("resume", (engine) => engine.resume()) : action("pause", (engine) => engine.pause())}
        ${status.failed > 0 ? action("retryAll", (engine) => engine.retry()) : ""}
        <slot></slot>
      </div>
    </div>`
  }

  #countOf(tab: InspectorTab): number {
    if (tab === "files") return this.#host.facts.records.length
    return tab === "transfers" ? this.#host.facts.transfers.length : 0
  }

  #choose(tab: InspectorTab): void {
    this.tab = tab
    this.#news = ""
    this.#report.forget()
  }

  #makeHost(): Mutable<InspectorHost> {
    return {
      messages: this.#messages,
      facts: noFacts,
      status: undefined,
      ask: (question) => this.#filesync.ask(question),
      act: (order) => this.#act(order),
      say: (sentence) => {
        this.#news = sentence
        this.requestUpdate()
      },
      requestUpdate: () => this.requestUpdate(),
    }
  }

  async #act(order: (engine: FileSyncClient) => Promise<unknown>): Promise<boolean> {
    const { engine } = this.#filesync
    if (engine === undefined) return false
    try {
      await order(engine)
      this.#news = ""
      return true
    } catch (error) {
      this.#news = this.#messages.term("actionFailed", { reason: reasonOf(error) })
      return false
    } finally {
      this.#look()
    }
  }

  #follow(engine: FileSyncClient, notify: () => void): Unsubscribe {
    const unsubscribe = engine.onEvent((event) => {
      this.#log.add(event, "fileId" in event ? engine.getFile(event.fileId)?.name : undefined)
      this.#pace.changed()
    })
    const listen = engine.subscribe(notify)
    // A new engine's facts replace the old ones at once.
    this.#pace.reset()
    this.#host.status = undefined
    return () => {
      unsubscribe()
      listen()
    }
  }

  #look(): void {
    this.#host.status = this.#filesync.ask((engine) => engine.getStatus())
    this.#host.facts = this.#filesync.ask((engine) => engine.inspect()) ?? noFacts
    this.setReflected({ state: this.#host.status?.state ?? "idle" })
    this.requestUpdate()
  }

  #stop(): void {
    this.#pace.reset()
    clearTimeout(this.#patience)
    this.#patience = undefined
    this.#unwatchWords?.()
    this.#unwatchWords = undefined
    this.#unobserve?.()
    this.#unobserve = undefined
    this.#isVisible = false
  }
}
