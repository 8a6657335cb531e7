import { html, nothing, type TemplateResult } from "lit"
import type { InspectorMessages } from "./inspector-messages.js"

/** Rows on one page: enough to read on, few enough to render in a frame. */
const pageRows = 50

/** The page that is shown, clamped when rows were removed. */
export const pageOf = <Row>(
  rows: ReadonlyArray<Row>,
  asked: number,
): { readonly page: number; readonly rows: ReadonlyArray<Row> } => {
  const page = Math.max(0, Math.min(asked, Math.ceil(rows.length / pageRows) - 1))
  return { page, rows: rows.slice(page * pageRows, (page + 1) * pageRows) }
}

/** The number of the rows that are shown, and buttons to the other pages. */
export const pager = (
  messages: InspectorMessages,
  page: number,
  total: number,
  go: (page: number) => void,
): TemplateResult | typeof nothing => {
  if (total === 0) return nothing
  const [from, to] = [page * pageRows + 1, Math.min(total, (page + 1) * pageRows)]
  const button = (label: string, arrow: string, target: number, isPossible: boolean) => html`<button
    part="action"
    type="button"
    class="round"
    aria-label=${label}
    title=${label}
    aria-disabled=${isPossible ? "false" : "true"}
    @click=${() => (isPossible ? go(target) : undefined)}
  >
    <span class="arrow" aria-hidden="true">${arrow}</span>
  </button>`
  return html`<div class="pager">
    ${total > pageRows ? button(messages.term("previousPage"), "‹", page - 1, page > 0) : nothing}
    <span>${messages.term("range", { from, to, total })}</span>
    ${total > pageRows ? button(messages.term("nextPage"), "›", page + 1, to < total) : nothing}
  </div>`
}
