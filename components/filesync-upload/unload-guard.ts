/** Asks before the page is left, while leaving would lose something. The listener is there only then: it has a cost. */
export class UnloadGuard {
  #isOn = false

  set(isOn: boolean): void {
    if (isOn === this.#isOn) return
    this.#isOn = isOn
    if (isOn) addEventListener("beforeunload", this.#ask)
    else removeEventListener("beforeunload", this.#ask)
  }

  readonly #ask = (event: BeforeUnloadEvent): void => {
    event.preventDefault()
    // Older browsers ask only when there is a return value.
    event.returnValue = ""
  }
}
