import { html, nothing, type TemplateResult } from "lit"
import type { FileRecord, FileState } from "../../src/client/global-client.js"
import { termForError } from "../error-reason.js"
import { type IconName, icon } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import { progressBar } from "../progress-bar.js"
import { type Badge, badgeView } from "../transfer-badge.js"
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

/** What an image element shows now. */
export interface ImageParts {
  readonly state: string
  /** The picture itself, or the one before it. */
  readonly image: HTMLImageElement | undefined
  /** No picture was shown before. */
  readonly isFirst: boolean
  readonly boxStyle: string
  readonly facts: ImageFacts
  readonly error: unknown
  readonly retry: () => void
  /** How far a transfer is; `undefined` without one. */
  readonly progress: number | undefined
  /** Opens the picture large; `undefined` where it cannot be. */
  readonly show: (() => void) | undefined
  readonly badge: Badge
  readonly file: FileState | undefined
}

/** The image, or its placeholder, with the badge and overlays above it. */
export const imageView = (parts: ImageParts): TemplateResult => {
  const { state, image, facts, progress, show } = parts
  const waits = state === "loading" || state === "empty"
  return html`<div class="box" .style=${parts.boxStyle}>
    <slot name="placeholder" class="layer placeholder" ?hidden=${image !== undefined || !waits}
      >${state === "loading" && parts.isFirst ? placeholderView(facts) : nothing}</slot
    >
    ${image === undefined ? nothing : dressed(image, facts.description)}
    <slot name="missing" class="layer message" ?hidden=${state !== "missing"}
      >${state === "missing" ? missingView(facts) : nothing}</slot
    >
    <slot name="error" class="layer message error" ?hidden=${state !== "error"}
      >${state === "error" ? errorView(facts, parts.error, parts.retry) : nothing}</slot
    >
    ${progress === undefined ? nothing : transferView(facts, progress)}
    ${show === undefined ? nothing : openerView(facts, show)} ${badgeView(parts.badge, parts.file, facts.localize)}
  </div>`
}

const dressed = (image: HTMLImageElement, description: string): HTMLImageElement => {
  image.alt = description
  image.part.value = "image"
  return image
}

const openerView = ({ localize, description }: ImageFacts, show: () => void): TemplateResult => {
  const label = localize.term("showFile", { name: description })
  return html`<button part="show" class="layer opener" type="button" aria-label=${label} @click=${show}></button>`
}

/** Only image data inside the record: a synced address would let its author see who looks at the file. */
const dataUrl = /^data:image\/(png|jpeg|webp|avif|gif);base64,[\w+/=]+$/

/** The placeholder of an image that is being loaded. */
const placeholderView = ({
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
const missingView = (facts: ImageFacts): TemplateResult => {
  const term = facts.record === undefined ? "imageMissing" : "imageElsewhere"
  return wordsView(facts, "picture", facts.localize.term(term))
}

/** Says why a picture cannot be shown, with a button where another try may help. */
const errorView = (facts: ImageFacts, error: unknown, retry: () => void): TemplateResult => {
  const { localize } = facts
  return error instanceof NotAPicture
    ? wordsView(facts, "attention", localize.term("imageNotShown"))
    : wordsView(facts, "attention", localize.term(termForError(error)), retry)
}

/** The progress bar of a transfer, on top of the image. */
const transferView = ({ localize, description }: ImageFacts, progress: number): TemplateResult => {
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
