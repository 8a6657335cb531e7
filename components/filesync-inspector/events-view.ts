import { html, nothing, type TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { FileSyncEvent } from "../../src/client/global-client.js"
import { type EventLog, isProblem, type LoggedEvent } from "./event-log.js"
import type { InspectorHost } from "./inspector-host.js"
import { pageOf, pager } from "./pager.js"

/** What the engine did, newest first. */
export class EventsView {
  readonly #host: InspectorHost
  readonly #log: EventLog
  #problemsOnly = false
  #page = 0

  constructor(host: InspectorHost, log: EventLog) {
    this.#host = host
    this.#log = log
  }

  render(): TemplateResult {
    const { messages } = this.#host
    const all = this.#log.events
    const shown = this.#problemsOnly ? all.filter(({ event }) => isProblem(event)) : all
    const { page, rows } = pageOf(shown, this.#page)
    return html`<p class="quiet">${messages.term("eventsSince")}</p>
      <div class="tools">
        <label>
          <input
            type="checkbox"
            .checked=${this.#problemsOnly}
            @change=${(event: Event) => {
              this.#problemsOnly = (event.target as HTMLInputElement).checked
              this.#goTo(0)
            }}
          />
          ${messages.term("problemsOnly")}
        </label>
        <button
          part="action"
          type="button"
          aria-disabled=${all.length === 0 ? "true" : "false"}
          @click=${() => {
            this.#log.clear()
            this.#goTo(0)
          }}
        >
          ${messages.term("clear")}
        </button>
      </div>
      ${
        rows.length === 0
          ? html`<p class="quiet">${messages.term("noEvents")}</p>`
          : html`<ol class="rows events" part="list">
              ${repeat(
                rows,
                ({ at }) => at,
                (logged) => this.#row(logged),
              )}
            </ol>`
      }
      ${pager(messages, page, shown.length, (asked) => this.#goTo(asked))}`
  }

  #row({ timeMs, event, name }: LoggedEvent): TemplateResult {
    const time = new Date(timeMs)
    return html`<li part="item" class="event">
      <time datetime=${time.toISOString()}>${clockOf(time)}</time>
      <span class="badge ${isProblem(event) ? "danger" : ""}">${event.type}</span>
      <span class="name"><bdi>${name ?? this.#subject(event)}</bdi></span>
      ${event.type === "transfer-failed" ? this.#failure(event) : nothing}
    </li>`
  }

  #subject(event: FileSyncEvent): string {
    if ("fileIds" in event) return this.#host.messages.term("filesCounted", { count: event.fileIds.length })
    if ("fileId" in event) return event.fileId
    if (!("contentHash" in event)) return ""
    const { records } = this.#host.facts
    const known = records.find(({ contentHash }) => contentHash === event.contentHash)
    return known?.name ?? `${event.contentHash.slice(0, 12)}…`
  }

  #failure({ kind, error, retryInMs }: FileSyncEvent & { readonly type: "transfer-failed" }): TemplateResult {
    const { messages } = this.#host
    const next =
      retryInMs === null
        ? messages.term("stoppedForGood")
        : messages.term("retryIn", { duration: messages.duration(retryInMs) })
    return html`<span class="reason">${messages.term(kind)}: <bdi>${error.tag} (${error.reason}): ${error.message}</bdi> · ${next}</span>`
  }

  #goTo(page: number): void {
    this.#page = page
    this.#host.requestUpdate()
  }
}

/** The local time of day to the millisecond, as logs have it. */
const clockOf = (time: Date): string => {
  const two = (value: number) => String(value).padStart(2, "0")
  const thousandths = String(time.getMilliseconds()).padStart(3, "0")
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${thousandths}`
}
