import { html, nothing, type TemplateResult } from "lit"
import { progressBar } from "../progress-bar.js"
import type { CheckView } from "./check-view.js"
import type { InspectorHost } from "./inspector-host.js"
import type { InspectorTerm } from "./inspector-messages.js"

/** Space on this device, and whether what is stored is what should be. */
export class StorageView {
  readonly #host: InspectorHost
  readonly #check: CheckView

  constructor(host: InspectorHost, check: CheckView) {
    this.#host = host
    this.#check = check
  }

  render(): TemplateResult | typeof nothing {
    const { messages, facts, status } = this.#host
    if (status === undefined) return nothing
    const { usageBytes, quotaBytes } = status
    const { usedBytes, maxBytes } = facts.cache
    const rows: ReadonlyArray<readonly [InspectorTerm, string]> = [
      ["usedBySite", this.#usedOf(usageBytes, quotaBytes > 0 ? quotaBytes : null)],
      ["usedByFiles", messages.size(usedBytes)],
      ["budget", maxBytes === null ? messages.term("noBudget") : this.#usedOf(usedBytes, maxBytes)],
      ["storageKind", messages.term(status.storage === "opfs" ? "kindOpfs" : "kindMemory")],
      ["persisted", messages.term(status.persisted ? "yes" : "no")],
      ["recordsHere", this.#countHere()],
      ["onlyHere", String(status.onlyHere)],
      ["pinnedCount", String(facts.pinned.length)],
      ["freedCount", String(facts.evicted.length)],
    ]
    return html`${quotaBytes > 0 ? progressBar(messages.term("usedBySite"), usageBytes / quotaBytes) : ""}
      <dl class="storage">
        ${rows.map(([term, value]) => html`<div><dt>${messages.term(term)}</dt> <dd>${value}</dd></div>`)}
      </dl>
      ${this.#check.render()}`
  }

  #usedOf(usedBytes: number, limitBytes: number | null): string {
    const { messages } = this.#host
    if (limitBytes === null) return messages.size(usedBytes)
    return messages.term("usedOfQuota", { used: messages.size(usedBytes), quota: messages.size(limitBytes) })
  }

  #countHere(): string {
    const { records } = this.#host.facts
    const count =
      this.#host.ask((engine) => records.filter(({ id }) => engine.getFileState(id).local).length) ?? 0
    return this.#host.messages.term("countedOf", { count, total: records.length })
  }
}
