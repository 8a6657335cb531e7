import { html, nothing, type TemplateResult } from "lit"
import type { FileRecord } from "../../src/client/filesync.js"
import { termForError } from "../error-reason.js"
import { type IconName, icon } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import { progressBar } from "../progress-bar.js"
import { NotAPicture } from "./decode-picture.js"

/** What is known about a picture that is not shown, or not yet. */
export interface ImageFacts {
  readonly localize: LocalizeController
  /** Words for people who cannot see the picture; empty where there are none. */
  readonly description: string
  readonly isDecoration: boolean
  readonly record: FileRecord | undefined
  /** Whether the wait is long enough for the record's own few pixels. */
  readonly showsPreview: boolean
}

/** Only a picture that is part of the record: a synced address would let its author watch who looks. */
const dataUrl = /^data:image\/(png|jpeg|webp|avif|gif);base64,[\w+/=]+$/

/** What keeps the place of a picture on its way. */
export const placeholderView = ({
  localize,
  description,
  isDecoration,
  record,
  showsPreview,
}: ImageFacts): TemplateResult => {
  const preview = showsPreview ? record?.metadata?.["placeholder"] : undefined
  const label = description || localize.term("imageLoading")
  return html`<div class="layer" role="img" aria-label=${label} aria-hidden=${isDecoration ? "true" : nothing}>
    ${
      typeof preview === "string" && dataUrl.test(preview)
        ? html`<img class="blurred" src=${preview} alt="" />`
        : nothing
    }
  </div>`
}

/** Says that there is no such picture here. */
export const missingView = (facts: ImageFacts): TemplateResult => {
  const term = facts.record === undefined ? "imageMissing" : "imageElsewhere"
  return wordsView(facts, "picture", facts.localize.term(term))
}

/** Says why a picture cannot be shown, with a button where another try may help. */
export const errorView = (facts: ImageFacts, error: unknown, retry: () => void): TemplateResult => {
  const { localize } = facts
  return error instanceof NotAPicture
    ? wordsView(facts, "attention", localize.term("imageNotShown"))
    : wordsView(facts, "attention", localize.term(termForError(error)), retry)
}

/** How far a picture is on its way, on top of it. */
export const transferView = ({ localize, description }: ImageFacts, progress: number): TemplateResult => {
  const name = description || localize.term("imageLoading")
  return html`<div class="transfer">
    ${progressBar(localize.term("progressOf", { name }), progress)}
  </div>`
}

const wordsView = (
  { localize, description }: ImageFacts,
  sign: IconName,
  sentence: string,
  retry?: () => void,
): TemplateResult => html`<div class="words">
    ${icon(sign)}
    <span>${description === "" ? nothing : html`<span class="heard">${description}: </span>`}${sentence}</span>
    ${
      retry === undefined
        ? nothing
        : html`<button part="retry" type="button" aria-label=${localize.term("retry")} @click=${retry}>
            ${icon("retry")}<span>${localize.term("retry")}</span>
          </button>`
    }
  </div>`
