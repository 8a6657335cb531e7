import { css, html, type TemplateResult } from "lit"
import { splitName } from "./file-kinds.js"

/** A file's name; of a long one the middle is cut, so that its ending stays to be seen. */
export const cutNameView = (name: string): TemplateResult => {
  const [start, end] = splitName(name)
  return html`<bdi class="cut"><span>${start}</span><span>${end}</span></bdi>`
}

/** Styles of {@link cutNameView}, also for a name whose text direction is not the page's. */
export const cutNameStyles = css`
  .cut {
    display: flex;
    inline-size: fit-content;
    max-inline-size: 100%;
    white-space: pre;
  }
  .cut > span:first-child {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .cut > span:last-child {
    flex: none;
  }
`
