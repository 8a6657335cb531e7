import { html, nothing, type TemplateResult } from "lit"
import type { FileRecord, FileVersion } from "../../src/client/global-client.js"
import { termForError } from "../error-reason.js"
import { cutNameView } from "../cut-name.js"
import { iconOfFile } from "../file-kinds.js"
import { icon, type IconName } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { ContentKind, ViewedContent } from "./viewed-content.js"

/** What a viewer shows now. */
export interface Viewed {
  readonly record: FileRecord | undefined
  readonly kind: ContentKind
  readonly content: ViewedContent | undefined
  readonly error: unknown
  readonly isZoomed: boolean
  /** Its place among the files that can be gone through, from 0, and how many there are. */
  readonly at: number
  readonly count: number
  readonly versions: ReadonlyArray<FileVersion>
  readonly showsVersions: boolean
  readonly canShare: boolean
  readonly localize: LocalizeController
}

/** Callbacks of the viewer's buttons. */
export interface ViewerActions {
  readonly close: () => void
  readonly turn: (step: number) => void
  readonly zoom: () => void
  readonly download: () => void
  readonly share: () => void
  readonly retry: () => void
  readonly toggleVersions: () => void
  readonly restore: (version: FileVersion) => void
}

/** Name, facts and buttons. */
export const barView = (viewed: Viewed, actions: ViewerActions): TemplateResult => {
  const { record, localize, at, count } = viewed
  const place = localize.term("doneOf", { done: localize.number(at + 1), total: localize.number(count) })
  const facts = [
    ...(count > 1 ? [place] : []),
    ...(record === undefined ? [] : [localize.size(record.sizeBytes), localize.date(record.createdAt)]),
  ]
  return html`<header part="bar" class="bar">
    <span class="title" id="title" title=${record?.name ?? ""}>
      ${cutNameView(record?.name ?? "")}<span class="facts">${facts.join(" · ")}</span>
    </span>
    <span class="tools">
      ${
        viewed.versions.length > 0
          ? round("history", localize.term("versions"), actions.toggleVersions, viewed.showsVersions)
          : nothing
      }
      ${viewed.canShare ? round("share", localize.term("share"), actions.share) : nothing}
      ${
        record === undefined
          ? nothing
          : round("download", localize.term("downloadFile", { name: record.name }), actions.download)
      }
      ${round("remove", localize.term("dismiss"), actions.close)}
    </span>
  </header>`
}

/** The buttons to the files before and after. */
export const turnView = ({ at, count, localize }: Viewed, { turn }: ViewerActions): TemplateResult => {
  const button = (kind: "previous" | "next", step: number) => {
    const label = localize.term(kind)
    return html`<button part=${kind} class="round turn ${kind}" type="button" aria-label=${label} title=${label} @click=${() => turn(step)}>${icon(kind)}</button>`
  }
  return html`${at > 0 ? button("previous", -1) : nothing} ${at < count - 1 ? button("next", 1) : nothing}`
}

/** The file itself. */
export const contentView = (viewed: Viewed, actions: ViewerActions): TemplateResult => {
  const { record, kind, content, error, isZoomed, localize } = viewed
  if (record === undefined) return plainView("attention", localize.term("errorNotFound"))
  if (error !== undefined)
    return plainView("attention", localize.term(termForError(error)), retryView(viewed, actions))
  switch (kind) {
    case "image":
      return html`<div class="picture ${isZoomed ? "zoomed" : ""}">
        <filesync-image file-id=${record.id} alt=${record.name} loading="eager" badge="none" ?original=${isZoomed}></filesync-image>
        <button part="picture" type="button" aria-label=${record.name} aria-pressed=${isZoomed} @click=${actions.zoom}></button>
      </div>`
    case "video":
      return content?.url === undefined
        ? waitView(localize)
        : html`<video part="player" src=${content.url} controls playsinline aria-label=${record.name}></video>`
    case "audio":
      return content?.url === undefined
        ? waitView(localize)
        : html`<audio part="player" src=${content.url} controls aria-label=${record.name}></audio>`
    case "text":
      return content?.text === undefined
        ? waitView(localize)
        : html`<pre part="text" dir="auto" tabindex="0" aria-label=${record.name}>${content.text}${content.isCut ? "\n…" : ""}</pre>`
    case "none":
      return html`<div class="plain">
        ${icon(iconOfFile(record.mimeType, record.name))}
        <bdi>${record.name}</bdi>
        <span>${localize.size(record.sizeBytes)}</span>
        <span>${localize.term("cannotShow")}</span>
        <button type="button" @click=${actions.download}>${localize.term("downloadFile", { name: record.name })}</button>
      </div>`
  }
}

/** What the file was before, each with a button that brings it back. */
export const versionsView = (viewed: Viewed, actions: ViewerActions): TemplateResult | typeof nothing => {
  const { versions, showsVersions, localize } = viewed
  if (!showsVersions || versions.length === 0) return nothing
  return html`<section part="versions" class="versions" aria-label=${localize.term("versions")}>
    <strong>${localize.term("versions")}</strong>
    <ul>
      ${versions.map(
        (version) => html`<li>
          <button type="button" data-heir="[aria-expanded]" @click=${() => actions.restore(version)}>
            ${localize.term("restoreVersion", { time: localize.dateTime(version.supersededAt) })}
            · ${localize.size(version.sizeBytes)}
          </button>
        </li>`,
      )}
    </ul>
  </section>`
}

/** Whether the file takes all of the stage, so that the buttons to the others lie above it. */
export const fillsStage = ({ record, kind, error }: Viewed): boolean =>
  record !== undefined && error === undefined && (kind === "image" || kind === "video")

const plainView = (
  sign: IconName,
  words: string,
  action: TemplateResult | typeof nothing = nothing,
): TemplateResult => html`<div class="plain">${icon(sign)}<span>${words}</span>${action}</div>`

const retryView = ({ localize }: Viewed, { retry }: ViewerActions): TemplateResult =>
  html`<button part="retry" class="again" type="button" @click=${retry}>${icon("retry")}${localize.term("retry")}</button>`

const waitView = (localize: LocalizeController): TemplateResult =>
  html`<div class="plain"><span>${localize.term("imageLoading")}</span></div>`

const round = (drawing: IconName, label: string, act: () => void, isOn?: boolean): TemplateResult =>
  html`<button part="action" class="round" type="button" aria-label=${label} title=${label} aria-expanded=${isOn ?? nothing} @click=${act}>${icon(drawing)}</button>`
