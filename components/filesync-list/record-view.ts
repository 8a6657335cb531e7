import { html, nothing, type TemplateResult } from "lit"
import type { FileRecord } from "../../src/client/filesync.js"
import { icon } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"

/** How a list without a template shows a record: a picture, or a card with name and size that downloads. */
export const recordView = (
  { id, name, mimeType, sizeBytes }: FileRecord,
  localize: LocalizeController,
  download: (fileId: string) => void,
): TemplateResult => {
  const isPicture = mimeType.startsWith("image/")
  const label = localize.term("downloadFile", { name })
  return html`<li part="item">
    ${
      isPicture
        ? html`<filesync-image file-id=${id} alt=${name} fit="cover" exportparts="image"></filesync-image>`
        : html`<div class="paper">${icon("file")}</div>`
    }
    <div class="about">
      <span class="name" title=${name}><bdi>${name}</bdi></span>
      <span class="size">${sizeBytes > 0 ? localize.size(sizeBytes) : nothing}</span>
      <button part="download" class="round" type="button" aria-label=${label} title=${label} @click=${() => download(id)}>
        ${icon("download")}
      </button>
    </div>
  </li>`
}
