import type { LocalizeController } from "../localize/localize-controller.js"
import { formEntries, formState } from "./form-value.js"
import type { UploadItem } from "./upload-item.js"

/** The state of the element that its form value and validity depend on. */
export interface FormFacts {
  readonly items: ReadonlyArray<UploadItem>
  readonly name: string
  readonly required: boolean
  /** Dropped files are still being read. */
  readonly isGathering: boolean
  /** The element to which the browser attaches its validation message; must be rendered. */
  readonly anchor: HTMLElement | undefined
}

/** Keeps value and validity of a form control in step with its rows. */
export class FormControl {
  readonly #internals: ElementInternals
  readonly #localize: LocalizeController
  #fileIds: ReadonlyArray<string> = []
  #name = ""

  constructor(internals: ElementInternals, localize: LocalizeController) {
    this.#internals = internals
    this.#localize = localize
  }

  /** Ids of the saved files, in the order of the rows. */
  get fileIds(): ReadonlyArray<string> {
    return this.#fileIds
  }

  update({ items, name, required, isGathering, anchor }: FormFacts): void {
    const fileIds = items.flatMap(({ fileId }) => fileId ?? [])
    if (name !== this.#name || !isSameList(fileIds, this.#fileIds)) {
      this.#name = name
      this.#fileIds = fileIds
      this.#internals.setFormValue(formEntries(name, fileIds), formState(items))
    }
    this.#internals.ariaRequired = String(required)
    const valueMissing = required && items.length === 0 && !isGathering
    const message = valueMissing ? this.#localize.term("required") : this.#obstacle(items, isGathering)
    if (message === undefined) this.#internals.setValidity({})
    else this.#internals.setValidity({ valueMissing, customError: !valueMissing }, message, anchor)
  }

  /** Why the form may not be sent with these rows. */
  #obstacle(items: ReadonlyArray<UploadItem>, isGathering: boolean): string | undefined {
    const count = items.filter(({ phase }) => phase === "failed").length
    if (count > 0) return this.#localize.term("someFailed", { count })
    // A form sent now would lack the ids of these files.
    const saving = isGathering || items.some((item) => item.isAtRisk)
    return saving ? this.#localize.term("stillSaving") : undefined
  }
}

const isSameList = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((entry, at) => entry === b[at])
