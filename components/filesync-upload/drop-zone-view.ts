import { html, nothing, type TemplateResult } from "lit"
import { ifDefined } from "lit/directives/if-defined.js"
import { icon } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { DropTarget } from "./drop-target.js"
import { buttonWords, dropWords, hintWords, type UploadRules } from "./upload-messages.js"

/** What the drop zone shows and does. */
export interface DropZone {
  readonly rules: UploadRules
  readonly localize: LocalizeController
  readonly target: DropTarget
  /** Shows the button alone. */
  readonly isCompact: boolean
  readonly isInvalid: boolean
  readonly isDisabled: boolean
  /** A click in the drop zone outside its buttons and links. */
  readonly clicked: () => void
  readonly picked: (files: ReadonlyArray<File>) => void
}

/** The drop target, its button, and the browser's own file input, which is visually hidden. */
export const dropZoneView = (zone: DropZone): TemplateResult => {
  const { rules, localize, isCompact, isInvalid, isDisabled } = zone
  const { over, drag, leave, drop } = zone.target
  const kinds = `${over ? "over " : ""}${isInvalid ? "invalid " : ""}${isDisabled ? "disabled " : ""}${isCompact ? "compact" : ""}`
  return html`<div
      part="dropzone"
      class="dropzone ${kinds}"
      @click=${(event: MouseEvent) => (isMeantForZone(event) ? zone.clicked() : undefined)}
      @dragenter=${drag}
      @dragover=${drag}
      @dragleave=${leave}
      @drop=${drop}
    >
      ${isCompact ? nothing : icon("add")}
      <span class="drop-words ${over ? "over" : ""}" ?hidden=${isCompact}>
        <span ?hidden=${!over}>${localize.term("dropNow")}</span>
        <span ?hidden=${over}><slot>${dropWords(rules, localize)}</slot></span>
      </span>
      <button part="button" type="button" ?disabled=${isDisabled} aria-describedby="hint messages">
        ${isCompact ? icon("add") : nothing}${buttonWords(rules, localize)}
      </button>
      <span class="hint" id="hint" ?hidden=${isCompact}><slot name="hint">${hintWords(rules, localize)}</slot></span>
    </div>
    <input
      type="file"
      hidden
      aria-hidden="true"
      tabindex="-1"
      accept=${rules.accept || nothing}
      capture=${ifDefined(rules.capture ?? undefined)}
      ?multiple=${rules.multiple || rules.directory}
      ?webkitdirectory=${rules.directory}
      ?disabled=${isDisabled}
      @change=${({ target }: Event) => zone.picked(filesOf(target as HTMLInputElement))}
    />`
}

/** What lies over the page while files are held above it; `showOverlay` puts it into the browser's top layer. */
export const overlayView = (
  isShown: boolean,
  localize: LocalizeController,
): TemplateResult | typeof nothing =>
  isShown
    ? html`<div part="overlay" class="overlay" popover="manual">
        <div>${icon("add")}<span>${localize.term("dropNow")}</span></div>
      </div>`
    : nothing

/** Shows the overlay above everything on the page, where the browser has popovers; else its style has to do. */
export const showOverlay = (root: ShadowRoot | null): void => {
  const overlay = root?.querySelector<HTMLElement>(".overlay:not(.shown)")
  overlay?.classList.add("shown")
  overlay?.showPopover?.()
}

/** Slotted links and fields do what they do elsewhere. */
const isMeantForZone = (event: MouseEvent): boolean => {
  const path = event.composedPath()
  const inner = path.slice(0, path.indexOf(event.currentTarget as EventTarget))
  return !inner.some(
    (at) =>
      at instanceof Element &&
      at.getAttribute("part") !== "button" &&
      at.matches("a,button,input,select,textarea,label"),
  )
}

const filesOf = (input: HTMLInputElement): ReadonlyArray<File> => {
  const files = [...(input.files ?? [])]
  // So that picking the same file again is a change again.
  input.value = ""
  return files
}
