import { html, type TemplateResult } from "lit"
import { guard } from "lit/directives/guard.js"
import { repeat } from "lit/directives/repeat.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { UploadItem } from "./upload-item.js"
import { type UploadItemActions, uploadItemView } from "./upload-item-view.js"

/** The rows, each rendered anew only when something about it has changed. */
export const uploadListView = (options: {
  readonly items: ReadonlyArray<UploadItem>
  readonly localize: LocalizeController
  readonly actions: UploadItemActions
  /** A URL of the file's own picture, where there is one. */
  readonly previewOf: (item: UploadItem) => string | undefined
  readonly isDisabled: boolean
}): TemplateResult => {
  const { items, localize, actions, previewOf, isDisabled } = options
  const row = (item: UploadItem): TemplateResult => {
    const url = previewOf(item)
    return html`<li part="item" class="item">
      ${guard([item.version, url, localize.version, isDisabled], () =>
        uploadItemView(item, localize, url, actions, isDisabled),
      )}
    </li>`
  }
  return html`<ul part="list" class="list" aria-label=${localize.term("pickedFiles")} ?hidden=${items.length === 0}>
    ${repeat(items, ({ key }) => key, row)}
  </ul>`
}
