import { html, nothing, type TemplateResult } from "lit"
import { icon } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import { type Refusal, messagesOf } from "./admission.js"

/** What was not taken and why, and that a file is missing, until the person has read it. */
export const refusalsView = (
  refusals: ReadonlyArray<Refusal>,
  isMissing: boolean,
  localize: LocalizeController,
  dismiss: () => void,
): TemplateResult | typeof nothing => {
  const refused = messagesOf(refusals, localize)
  const sentences = isMissing ? [...refused, localize.term("required")] : refused
  if (sentences.length === 0) return nothing
  const label = localize.term("dismiss")
  return html`<div part="message" class="refusals">
    ${icon("attention")}
    <ul>
      ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
    <button class="round" type="button" aria-label=${label} title=${label} @click=${dismiss}>${icon("remove")}</button>
  </div>`
}
