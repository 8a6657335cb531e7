import { html, nothing, type TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { EngineFacts, FileRecord, FileState } from "../../src/client/global-client.js"
import { icon } from "../icons.js"
import { fileFacts } from "./file-facts.js"
import type { InspectorHost } from "./inspector-host.js"
import type { InspectorTerm } from "./inspector-messages.js"
import { type FileFilter, type FileOrder, type FileSearch, matchingFiles } from "./matching-files.js"
import { pageOf, pager } from "./pager.js"

const filters: ReadonlyArray<readonly [FileFilter, InspectorTerm]> = [
  ["all", "showAll"],
  ["here", "showHere"],
  ["elsewhere", "showElsewhere"],
  ["only-here", "showOnlyHere"],
  ["moving", "showMoving"],
  ["failed", "showFailed"],
  ["pinned", "showPinned"],
]
const orders: ReadonlyArray<readonly [FileOrder, InspectorTerm]> = [
  ["newest", "orderNewest"],
  ["name", "orderName"],
  ["largest", "orderLargest"],
]

/** Every record a page at a time, with what this device knows about it. */
export class FilesView {
  readonly #host: InspectorHost
  #search: FileSearch = { text: "", filter: "all", order: "newest" }
  #page = 0
  #openId: string | undefined
  #found: ReadonlyArray<FileRecord> = []
  #foundFor: readonly [EngineFacts, FileSearch] | undefined

  constructor(host: InspectorHost) {
    this.#host = host
  }

  render(): TemplateResult {
    const { messages, facts } = this.#host
    const found = this.#findOnce(facts)
    const { page, rows } = pageOf(found, this.#page)
    return html`<div class="tools">
        <input
          type="search"
          part="search"
          aria-label=${messages.term("search")}
          placeholder=${messages.term("search")}
          .value=${this.#search.text}
          @input=${(event: Event) => this.#change({ text: (event.target as HTMLInputElement).value })}
        />
        ${this.#choice("show", filters, this.#search.filter, (filter) => this.#change({ filter }))}
        ${this.#choice("order", orders, this.#search.order, (order) => this.#change({ order }))}
      </div>
      ${
        rows.length === 0
          ? html`<p class="quiet">${messages.term("nothingMatches")}</p>`
          : html`<ul class="rows" part="list">
              ${repeat(
                rows,
                ({ id }) => id,
                (record) => this.#row(record),
              )}
            </ul>`
      }
      ${pager(messages, page, found.length, (asked) => this.#goTo(asked))}`
  }

  #row(record: FileRecord): TemplateResult {
    const { messages } = this.#host
    const state = this.#host.ask((engine) => engine.getFileState(record.id))
    const isOpen = record.id === this.#openId
    return html`<li part="item">
      <button
        type="button"
        class="row"
        aria-expanded=${isOpen ? "true" : "false"}
        @click=${() => {
          this.#openId = isOpen ? undefined : record.id
          this.#host.requestUpdate()
        }}
      >
        <span class="name">${icon(record.mimeType.startsWith("image/") ? "picture" : "file")}<bdi>${record.name}</bdi></span>
        <span class="quiet">${messages.size(record.sizeBytes)}</span>
        ${state === undefined ? nothing : this.#badges(record.id, state)}
      </button>
      ${isOpen && state !== undefined ? fileFacts(this.#host, record, state) : nothing}
    </li>`
  }

  #badges(fileId: string, { local, remote, transfer, error }: FileState): TemplateResult {
    const { messages, facts } = this.#host
    const isMoving = transfer !== "none" && transfer !== "done"
    return html`<span class="badges">
      <span class="badge ${local ? "good" : ""}">${messages.term(local ? "here" : "notHere")}</span>
      <span class="badge ${remote ? "good" : local ? "warning" : ""}">${messages.term(remote ? "remote" : "notRemote")}</span>
      ${facts.pinned.includes(fileId) ? html`<span class="badge">${messages.term("pinned")}</span>` : nothing}
      ${isMoving ? html`<span class="badge ${error === null ? "" : "danger"}">${error === null ? transfer : error.reason}</span>` : nothing}
    </span>`
  }

  #choice<Value extends string>(
    label: InspectorTerm,
    options: ReadonlyArray<readonly [Value, InspectorTerm]>,
    chosen: Value,
    choose: (value: Value) => void,
  ): TemplateResult {
    const { messages } = this.#host
    return html`<select
      aria-label=${messages.term(label)}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as Value)}
    >
      ${options.map(
        ([value, term]) =>
          html`<option value=${value} ?selected=${value === chosen}>${messages.term(term)}</option>`,
      )}
    </select>`
  }

  #change(search: Partial<FileSearch>): void {
    this.#search = { ...this.#search, ...search }
    this.#goTo(0)
  }

  #goTo(page: number): void {
    this.#page = page
    this.#host.requestUpdate()
  }

  #findOnce(facts: EngineFacts): ReadonlyArray<FileRecord> {
    if (this.#foundFor?.[0] !== facts || this.#foundFor[1] !== this.#search) {
      this.#foundFor = [facts, this.#search]
      this.#found = matchingFiles(facts, this.#search, (id) =>
        this.#host.ask((engine) => engine.getFileState(id)),
      )
    }
    return this.#found
  }
}
