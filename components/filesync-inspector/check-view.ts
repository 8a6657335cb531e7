import { html, nothing, type TemplateResult } from "lit"
import type { VerifyReport } from "../../src/client/global-client.js"
import { icon } from "../icons.js"
import type { InspectorHost } from "./inspector-host.js"
import type { InspectorTerm } from "./inspector-messages.js"

type Finding = "missing" | "corrupt" | "notUploaded" | "orphaned"

/** The most serious first. */
const findings: ReadonlyArray<readonly [Finding, mood: string]> = [
  ["corrupt", "danger"],
  ["missing", "danger"],
  ["notUploaded", "warning"],
  ["orphaned", ""],
]

/** Names listed below a finding; the rest is counted. */
const maxListed = 50

/** Verify and repair, and what they found. */
export class CheckView {
  readonly #host: InspectorHost
  #work: "verify" | "repair" | undefined
  #report: VerifyReport | undefined
  #isRepaired = false

  constructor(host: InspectorHost) {
    this.#host = host
  }

  /** What the last check found. */
  get report(): VerifyReport | undefined {
    return this.#report
  }

  render(): TemplateResult {
    const { messages } = this.#host
    const isBusy = this.#work === undefined ? "false" : "true"
    const canRepair = this.#report !== undefined && !this.#isRepaired && needsRepair(this.#report)
    return html`<section class="check" aria-labelledby="check-heading" aria-busy=${isBusy}>
      <h3 id="check-heading">${messages.term("check")}</h3>
      <p class="quiet">${messages.term("checkExplained")}</p>
      <div class="actions">
        <button part="action" type="button" aria-disabled=${isBusy} @click=${() => this.verify()}>
          ${messages.term(this.#work === "verify" ? "verifying" : "verify")}
        </button>
        ${
          canRepair || this.#work === "repair"
            ? html`<button part="action" type="button" aria-disabled=${isBusy} @click=${() => this.repair()}>
                ${messages.term(this.#work === "repair" ? "repairing" : "repair")}
              </button>`
            : nothing
        }
      </div>
      ${canRepair ? html`<p class="quiet">${messages.term("repairExplained")}</p>` : nothing}
      ${this.#report === undefined ? nothing : this.#results(this.#report)}
    </section>`
  }

  /** Compares every stored byte with its hash. */
  verify(): Promise<void> {
    return this.#run("verify", async () => {
      await this.#host.act(async (engine) => {
        this.#report = await engine.verify()
        this.#isRepaired = false
      })
      if (this.#report !== undefined) this.#host.say(this.#summary(this.#report))
    })
  }

  /** Repairs what can be repaired. */
  repair(): Promise<void> {
    return this.#run("repair", async () => {
      const worked = await this.#host.act(async (engine) => {
        this.#report = await engine.repair(this.#report)
        this.#isRepaired = true
      })
      if (worked) this.#host.say(this.#host.messages.term("repaired"))
    })
  }

  async #run(work: "verify" | "repair", effect: () => Promise<void>): Promise<void> {
    if (this.#work !== undefined) return
    this.#work = work
    this.#host.requestUpdate()
    await effect()
    this.#work = undefined
    this.#host.requestUpdate()
  }

  #results(report: VerifyReport): TemplateResult {
    const { messages } = this.#host
    const found = findings.filter(([finding]) => report[finding].length > 0)
    return html`<div part="check-result">
      <p class=${needsRepair(report) ? "" : "good"}>
        ${icon(needsRepair(report) ? "attention" : "done")} ${this.#summary(report)}
        ${this.#isRepaired ? messages.term("repaired") : nothing}
      </p>
      ${found.map(
        ([finding, mood]) => html`<details>
          <summary><span class="badge ${mood}">${report[finding].length}</span> ${messages.term(finding satisfies InspectorTerm)}</summary>
          <ul>
            ${report[finding].slice(0, maxListed).map((id) => html`<li><bdi>${this.#nameOf(id)}</bdi></li>`)}
            ${
              report[finding].length > maxListed
                ? html`<li>${messages.term("andMore", { count: report[finding].length - maxListed })}</li>`
                : nothing
            }
          </ul>
        </details>`,
      )}
    </div>`
  }

  #summary(report: VerifyReport): string {
    const { messages } = this.#host
    const checked = messages.term("checkedFiles", { count: report.checked })
    const bad = findings.filter(([finding]) => report[finding].length > 0)
    if (bad.length === 0) return `${checked} ${messages.term("allGood")}`
    return `${checked} ${bad.map(([finding]) => `${messages.term(finding)}: ${report[finding].length}.`).join(" ")}`
  }

  /** What is named here may be a content that no record has. */
  #nameOf(id: string): string {
    return this.#host.ask((engine) => engine.getFile(id))?.name ?? `${id.slice(0, 12)}…`
  }
}

const needsRepair = ({ missing, corrupt, orphaned }: VerifyReport): boolean =>
  missing.length + corrupt.length + orphaned.length > 0
