import { FilesyncElement } from "./filesync-element.js"

/** The members every form control has, passed on to the browser's own bookkeeping. */
export abstract class FormAssociatedElement extends FilesyncElement {
  static readonly formAssociated = true

  /** @readonly The form this element belongs to. */
  get form(): HTMLFormElement | null {
    return this.internals.form
  }

  /** @readonly The `<label>` elements for this one. */
  get labels(): NodeList {
    return this.internals.labels
  }

  /** @readonly Why the element is valid or not. */
  get validity(): ValidityState {
    return this.internals.validity
  }

  /** @readonly Why the element is not valid, in its language. */
  get validationMessage(): string {
    return this.internals.validationMessage
  }

  /** @readonly Whether the form asks this element for validity. */
  get willValidate(): boolean {
    return this.internals.willValidate
  }

  /** Whether the element is valid; fires `invalid` when it is not. */
  checkValidity(): boolean {
    return this.internals.checkValidity()
  }

  /** As `checkValidity`, and shows the person what is missing. */
  reportValidity(): boolean {
    return this.internals.reportValidity()
  }
}

/** Takes what a page had assigned before the element was defined: it would hide the real property for good. */
export const takeEarly = (element: HTMLElement, property: string): unknown => {
  const early: unknown = Object.getOwnPropertyDescriptor(element, property)?.value
  Reflect.deleteProperty(element, property)
  return early
}
