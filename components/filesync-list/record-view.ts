import { html, nothing, type TemplateResult } from "lit"
import { guard } from "lit/directives/guard.js"
import { badgeOf, badgeView } from "../transfer-badge.js"
import { cutNameView } from "../cut-name.js"
import { endingOf, iconOfFile } from "../file-kinds.js"
import { icon, type IconName } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { ListRow } from "./list-rows.js"

/** Callbacks of a card, implemented by its list. */
export interface RecordActions {
  readonly isEditable: boolean
  /** The file whose name is being changed. */
  readonly renaming: string | undefined
  /** Opens the viewer; `undefined` where the list has none. */
  readonly show: ((fileId: string) => void) | undefined
  readonly download: (fileId: string) => void
  readonly delete: (fileId: string) => void
  readonly retry: (fileId: string) => void
  readonly undo: (fileId: string) => void
  readonly startRename: (fileId: string) => void
  /** Without a name it stays as it is. */
  readonly endRename: (fileId: string, name?: string) => void
}

/**
 * How a list without a template shows a record: a picture or a sheet with its kind, its name and what can be done.
 * Rendered again only when something it shows has changed: a page of rows more must not cost those above it.
 */
export const recordView = (row: ListRow, localize: LocalizeController, actions: RecordActions): unknown => {
  const { name, sizeBytes, mimeType, id } = row.record
  const isRenaming = actions.renaming === id
  const { isEditable, show } = actions
  const shown = [id, name, sizeBytes, mimeType, row.stateKey, localize.version]
  return guard([...shown, isEditable, isRenaming, show === undefined], () =>
    cardView(row, localize, actions, isRenaming),
  )
}

const cardView = (
  row: ListRow,
  localize: LocalizeController,
  actions: RecordActions,
  isRenaming: boolean,
): TemplateResult => {
  const { record, state } = row
  const { name, sizeBytes } = record
  return html`<li
    part="item"
    transfer=${state?.transfer ?? "none"}
    progress=${state?.progress ?? 0}
    ?remote=${state?.remote}
    ?deleted=${row.isDeleted}
  >
    ${row.isDeleted ? ghostView(row, localize, actions) : shownView(row, localize, actions)}
    <div class="about">
      ${
        isRenaming
          ? renameView(row, localize, actions)
          : html`<span class="name" title=${name}>${cutNameView(name)}</span>`
      }
      <span class="size">${localize.size(sizeBytes)}</span>
      ${row.isDeleted || isRenaming ? nothing : buttonsView(row, localize, actions)}
    </div>
  </li>`
}

const shownView = (
  { record: { id, name, mimeType }, state }: ListRow,
  localize: LocalizeController,
  { show }: RecordActions,
): TemplateResult => {
  const content = mimeType.startsWith("image/")
    ? html`<filesync-image file-id=${id} alt=${name} fit="cover" exportparts="image"></filesync-image>`
    : html`<span class="paper">
        ${icon(iconOfFile(mimeType, name))}
        <span class="ending">${endingOf(name)}</span>
        ${badgeView(badgeOf(state), state, localize)}
      </span>`
  if (show === undefined) return html`<div class="sight">${content}</div>`
  const label = localize.term("showFile", { name })
  return html`<button part="show" class="sight" type="button" aria-label=${label} @click=${() => show(id)}>${content}</button>`
}

const ghostView = (
  { record: { id, name } }: ListRow,
  localize: LocalizeController,
  { undo }: RecordActions,
): TemplateResult => html`<div class="sight paper ghost">
  <span>${localize.term("fileDeleted")}</span>
  <button part="undo" data-heir="[part=delete]" type="button" aria-label=${localize.term("undoDelete", { name })} @click=${() => undo(id)}>
    ${localize.term("undo")}
  </button>
</div>`

const buttonsView = (
  { record: { id, name }, state }: ListRow,
  localize: LocalizeController,
  actions: RecordActions,
): TemplateResult => html`<span class="buttons">
  ${
    state?.transfer === "error"
      ? button("retry", "retry", localize.term("retryFile", { name }), () => actions.retry(id))
      : nothing
  }
  ${
    actions.isEditable
      ? html`${button("rename", "rename", localize.term("renameFile", { name }), () => actions.startRename(id))}
        ${button("delete", "trash", localize.term("deleteFile", { name }), () => actions.delete(id))}`
      : nothing
  }
  ${button("download", "download", localize.term("downloadFile", { name }), () => actions.download(id))}
</span>`

const button = (part: string, drawing: IconName, label: string, act: () => void): TemplateResult =>
  html`<button part=${part} class="round" type="button" aria-label=${label} title=${label} @click=${act}>${icon(drawing)}</button>`

const renameView = (
  { record: { id, name } }: ListRow,
  localize: LocalizeController,
  { endRename }: RecordActions,
): TemplateResult => html`<input
  part="name"
  data-heir="[part=rename]"
  class="rename"
  aria-label=${localize.term("renameFile", { name })}
  .value=${name}
  @keydown=${(event: KeyboardEvent) => {
    // While a word is being composed, Enter and Escape belong to the keyboard of that language.
    if (event.isComposing) return
    if (event.key === "Enter") {
      // The focus moves to a button, which the rest of this key press would press.
      event.preventDefault()
      endRename(id, (event.target as HTMLInputElement).value)
    } else if (event.key === "Escape") endRename(id)
  }}
  @blur=${(event: Event) => endRename(id, (event.target as HTMLInputElement).value)}
/>`
