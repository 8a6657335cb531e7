import { html, type TemplateResult } from "lit"
import type { InspectorHost } from "./inspector-host.js"

/** A report to read before it is sent, and to copy or save. */
export class ReportView {
  readonly #host: InspectorHost
  readonly #make: (withNames: boolean) => string
  #withNames = false
  #text: string | undefined

  constructor(host: InspectorHost, make: (withNames: boolean) => string) {
    this.#host = host
    this.#make = make
  }

  /** Makes a new report the next time it is shown. */
  forget(): void {
    this.#text = undefined
  }

  render(): TemplateResult {
    const { messages } = this.#host
    this.#text ??= this.#make(this.#withNames)
    return html`<p class="quiet">${messages.term("reportExplained")}</p>
      <div class="tools">
        <label>
          <input
            type="checkbox"
            .checked=${this.#withNames}
            @change=${(event: Event) => {
              this.#withNames = (event.target as HTMLInputElement).checked
              this.#renew()
            }}
          />
          ${messages.term("withNames")}
        </label>
      </div>
      <textarea part="report" readonly rows="16" spellcheck="false" aria-label=${messages.term("reportText")} .value=${this.#text}></textarea>
      <div class="actions">
        <button part="action" type="button" @click=${(event: Event) => this.#copy(event)}>${messages.term("copy")}</button>
        <button part="action" type="button" @click=${() => this.#save()}>${messages.term("save")}</button>
        <button part="action" type="button" @click=${() => this.#renew()}>${messages.term("refresh")}</button>
      </div>`
  }

  #renew(): void {
    this.forget()
    this.#host.requestUpdate()
  }

  async #copy(event: Event): Promise<void> {
    const root = (event.currentTarget as HTMLElement).getRootNode() as ShadowRoot
    const { messages } = this.#host
    try {
      await navigator.clipboard.writeText(this.#text ?? "")
      this.#host.say(messages.term("copied"))
    } catch {
      // No permission, or an insecure page: the person can still copy what is selected.
      root.querySelector("textarea")?.select()
      this.#host.say(messages.term("notCopied"))
    }
  }

  #save(): void {
    const url = URL.createObjectURL(new Blob([this.#text ?? ""], { type: "application/json" }))
    const link = document.createElement("a")
    link.href = url
    link.download = "filesync-report.json"
    link.click()
    URL.revokeObjectURL(url)
  }
}
