import { html, nothing, type TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { FileSyncClient, TransferFacts } from "../../src/client/global-client.js"
import { icon } from "../icons.js"
import { progressBar } from "../progress-bar.js"
import type { InspectorHost } from "./inspector-host.js"
import type { InspectorTerm } from "./inspector-messages.js"
import { pageOf, pager } from "./pager.js"

const rank = { failed: 0, running: 1, waiting: 2, queued: 3 } as const
const phaseTerms = {
  failed: "phaseFailed",
  running: "phaseRunning",
  waiting: "phaseWaiting",
  queued: "phaseQueued",
} as const

/** Everything that moves, waits for its turn or its next try, or has stopped: transfers that need attention come first. */
export class TransfersView {
  readonly #host: InspectorHost
  #page = 0
  #sorted: ReadonlyArray<TransferFacts> = []
  #sortedFrom: ReadonlyArray<TransferFacts> | undefined

  constructor(host: InspectorHost) {
    this.#host = host
  }

  render(): TemplateResult {
    const { messages, facts } = this.#host
    const transfers = this.#sortOnce(facts.transfers)
    const { page, rows } = pageOf(transfers, this.#page)
    if (rows.length === 0) return html`<p class="quiet">${messages.term("noTransfers")}</p>`
    return html`<ul class="rows" part="list">
        ${repeat(
          rows,
          ({ kind, contentHash }) => `${kind} ${contentHash}`,
          (transfer) => this.#row(transfer),
        )}
      </ul>
      ${pager(messages, page, transfers.length, (asked) => {
        this.#page = asked
        this.#host.requestUpdate()
      })}`
  }

  #sortOnce(transfers: ReadonlyArray<TransferFacts>): ReadonlyArray<TransferFacts> {
    if (this.#sortedFrom !== transfers) {
      this.#sortedFrom = transfers
      this.#sorted = transfers.toSorted((one, other) => rank[one.phase] - rank[other.phase])
    }
    return this.#sorted
  }

  #row(transfer: TransferFacts): TemplateResult {
    const { messages } = this.#host
    const { kind, phase, bytesDone, bytesTotal, error, fileIds } = transfer
    const [fileId = "", ...others] = fileIds
    const name = this.#host.ask((engine) => engine.getFile(fileId))?.name ?? transfer.contentHash.slice(0, 12)
    const sizes = `${messages.size(bytesDone)} / ${messages.size(bytesTotal)}`
    const fraction = bytesTotal > 0 ? bytesDone / bytesTotal : 0
    return html`<li part="item" class="transfer">
      <span class="name">${icon(phase === "failed" ? "attention" : kind === "upload" ? "add" : "download")}<bdi>${name}</bdi></span>
      <span class="badge ${phase === "failed" ? "danger" : ""}">${messages.term(kind)} · ${messages.term(phaseTerms[phase])}</span>
      <span class="quiet">${sizes}</span>
      <span class="actions">
        ${this.#hurry(phase, name, fileId)}
        ${phase === "failed" ? nothing : this.#action("cancel", name, (engine) => engine.cancel(fileId))}
      </span>
      ${phase === "running" ? progressBar(messages.term("progressOf", { name }), fraction) : nothing}
      ${error === null ? nothing : html`<span class="reason"><bdi>${error.tag} (${error.reason}): ${error.message}</bdi></span>`}
      <span class="quiet">${this.#remarks(transfer, others.length)}</span>
    </li>`
  }

  /** One button for “retry” and “first”, so that it keeps the focus when the transfer changes from stopped to queued. */
  #hurry(phase: TransferFacts["phase"], name: string, fileId: string): TemplateResult | typeof nothing {
    if (phase === "queued") return this.#action("first", name, (engine) => engine.prioritize(fileId))
    return phase === "running" ? nothing : this.#action("retry", name, (engine) => engine.retry(fileId))
  }

  #remarks({ attempt, nextRetryAt }: TransferFacts, others: number): string {
    const { messages } = this.#host
    return [
      ...(attempt > 0 ? [messages.term("tries", { count: attempt })] : []),
      ...(nextRetryAt === null
        ? []
        : [messages.term("nextTryIn", { duration: messages.duration(nextRetryAt - Date.now()) })]),
      ...(others > 0 ? [messages.term("andMore", { count: others })] : []),
    ].join(" · ")
  }

  #action(
    term: InspectorTerm,
    name: string,
    order: (engine: FileSyncClient) => Promise<unknown>,
  ): TemplateResult {
    const { messages } = this.#host
    const action = messages.term(term)
    return html`<button
      part="action"
      type="button"
      aria-label=${messages.term("actionFor", { action, name })}
      @click=${() => this.#host.act(order)}
    >
      ${action}
    </button>`
  }
}
