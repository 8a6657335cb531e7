import { html, nothing, type TemplateResult } from "lit"
import { cutNameView } from "../cut-name.js"
import { failureLine } from "../failure-sentences.js"
import { icon } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { Term } from "../localize/strings.js"
import { progressBar } from "../progress-bar.js"
import type { UploadItem } from "./upload-item.js"

/** Callbacks of a row, implemented by its element. */
export interface UploadItemActions {
  /** Leaving the list deletes the file. */
  readonly deletes: () => boolean
  readonly cancel: (item: UploadItem) => void
  readonly retry: (item: UploadItem) => void
  readonly remove: (item: UploadItem) => void
  readonly previewBroken: (item: UploadItem) => void
}

/** One row: picture, name, what is happening, and what can be done about it. */
export const uploadItemView = (
  item: UploadItem,
  localize: LocalizeController,
  previewUrl: string | undefined,
  actions: UploadItemActions,
  isDisabled: boolean,
): TemplateResult => {
  const { name } = item
  const failed = item.hasFailed
  const progress = progressOf(item)
  return html`
    <span class="preview" inert>${preview(item, previewUrl, actions)}</span>
    <div class="about">
      <span class="name" title=${name}>${cutNameView(name)}</span>
      <span class="fact ${failed ? "failed" : ""}">${factOf(item, localize)}</span>
      ${progress === undefined ? nothing : progressBar(localize.term("progressOf", { name }), progress)}
    </div>
    <span class="tools">
      ${failed || item.isCancelled ? action("retry", localize.term("retryFile", { name }), () => actions.retry(item)) : nothing}
      ${ending(item, localize, actions, isDisabled)}
    </span>
  `
}

/**
 * The button that removes a row: while the file is on its way it cancels, and the file was never added; afterwards it
 * only takes the file off the list, unless the page has `delete-removed`.
 */
const ending = (
  item: UploadItem,
  localize: LocalizeController,
  actions: UploadItemActions,
  isDisabled: boolean,
): TemplateResult => {
  const { name } = item
  if (item.isOwn && !item.isFinished && !item.hasFailed && !item.isCancelled) {
    return action("remove", localize.term("cancelFile", { name }), () => actions.cancel(item), isDisabled)
  }
  const term = actions.deletes() && item.fileId !== undefined ? "deleteFile" : "removeFile"
  return action("remove", localize.term(term, { name }), () => actions.remove(item), isDisabled)
}

const preview = (item: UploadItem, url: string | undefined, actions: UploadItemActions) => {
  if (url !== undefined) {
    return html`<img src=${url} alt="" decoding="async" loading="lazy" @error=${() => actions.previewBroken(item)} />`
  }
  // From an earlier visit: `<filesync-image>` shows it, if the page has loaded that element.
  return item.file === undefined && item.mimeType.startsWith("image/")
    ? html`${icon("picture")}<filesync-image file-id=${item.fileId ?? ""} fit="cover" alt=""></filesync-image>`
    : icon(item.mimeType.startsWith("image/") ? "picture" : "file")
}

// While the element is disabled, files cannot be removed; trying again is still possible.
const action = (drawing: "retry" | "remove", label: string, act: () => void, isDisabled = false) =>
  html`<button
    part=${drawing}
    class="round"
    type="button"
    aria-label=${label}
    title=${label}
    ?disabled=${isDisabled}
    @click=${act}
  >
    ${icon(drawing)}
  </button>`

/** 0 to 1 while something moves. */
const progressOf = (item: UploadItem): number | undefined => {
  if (item.phase === "saving") return item.sizeBytes === 0 ? 0 : item.savedBytes / item.sizeBytes
  return item.transfer?.transfer === "uploading" ? item.transfer.progress : undefined
}

/** Each fact in an element of its own: in right-to-left text, the numbers of one fact would run into the next. */
const factOf = (item: UploadItem, localize: LocalizeController) => {
  const { sizeBytes, transfer, speed } = item
  const size = localize.size(sizeBytes)
  if (item.hasFailed) return failureOf(item, localize)
  if (item.isCancelled) return localize.term("errorAborted")
  const facts = [localize.term(termOf(item)), size]
  if (transfer?.transfer === "uploading") {
    facts.splice(1, 0, localize.percent(transfer.progress))
    if (speed > 0) facts.push(localize.speed(speed))
  }
  return facts.map((fact, at) => html`${at === 0 ? nothing : " · "}<bdi>${fact}</bdi>`)
}

/** What went wrong, what can be done, and whether it is on this device already. */
const failureOf = ({ error, transfer, phase }: UploadItem, localize: LocalizeController): string =>
  failureLine(error ?? transfer?.error, phase === "saved" ? "here" : "page", localize)

const termOf = ({ phase, transfer }: UploadItem): Term => {
  if (phase === "waiting") return "fileWaiting"
  if (phase === "saving") return "fileSaving"
  if (transfer?.transfer === "uploading") return "fileUploading"
  if (transfer?.transfer === "queued-upload") return "fileQueued"
  return transfer?.remote ? "fileDone" : "fileSaved"
}
