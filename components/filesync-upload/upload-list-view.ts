import { html, nothing, type TemplateResult } from "lit"
import { guard } from "lit/directives/guard.js"
import { repeat } from "lit/directives/repeat.js"
import { icon } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { UploadItem } from "./upload-item.js"
import { type UploadItemActions, uploadItemView } from "./upload-item-view.js"

/** What an upload's list shows and does. */
export interface UploadList {
  /** The files that have a row now. */
  readonly rows: ReadonlyArray<UploadItem>
  /** Number of files without a row. */
  readonly more: number
  /** How many finished files are folded into one sentence. */
  readonly folded: number
  /** The folded files are shown as well. */
  readonly isOpen: boolean
  /** Files found so far in folders that are being opened. */
  readonly filesFound: number | undefined
  readonly localize: LocalizeController
  readonly actions: UploadItemActions
  readonly showMore: () => void
  readonly toggle: () => void
  /** A URL of the file's own picture, where there is one. */
  readonly previewOf: (item: UploadItem) => string | undefined
  readonly isDisabled: boolean
}

/** The rows, each rendered again only when it has changed, and the summary of the folded ones. */
export const uploadListView = (list: UploadList): TemplateResult => {
  const { rows, more, localize, actions, previewOf, isDisabled } = list
  const row = (item: UploadItem): TemplateResult => {
    const url = previewOf(item)
    return html`<li part="item" class="item">
      ${guard([item.version, url, localize.version, isDisabled], () =>
        uploadItemView(item, localize, url, actions, isDisabled),
      )}
    </li>`
  }
  return html`<div class="files">
    ${readingView(list)}
    <ul part="list" class="list" aria-label=${localize.term("pickedFiles")} ?hidden=${rows.length === 0}>
      ${repeat(rows, ({ key }) => key, row)}
    </ul>
    ${
      more > 0
        ? html`<button part="more" class="more" type="button" @click=${list.showMore}>
            ${localize.term("showMore", { count: more })}
          </button>`
        : nothing
    }
    ${foldedView(list)}
  </div>`
}

const readingView = ({ filesFound, localize }: UploadList): TemplateResult | typeof nothing =>
  filesFound === undefined
    ? nothing
    : html`<p class="summary">${icon("folder")}<span>${localize.term("readingFolder", { count: filesFound })}</span></p>`

const foldedView = ({ folded, isOpen, localize, toggle }: UploadList): TemplateResult | typeof nothing =>
  folded === 0
    ? nothing
    : html`<p part="summary" class="summary good">
        ${icon("done")}<span>${localize.term("filesAdded", { count: folded })}</span>
        <button type="button" aria-expanded=${isOpen} @click=${toggle}>${localize.term(isOpen ? "hide" : "show")}</button>
      </p>`
