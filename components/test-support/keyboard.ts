import { emulateMedia, sendKeys } from "@web/test-runner-commands"
import { rendered } from "./fixture.js"

/** Whether real keys can be pressed here; the automation of WebKitGTK has none. */
export const hasRealKeys = !navigator.vendor.startsWith("Apple")

/** Whether media features can be set here; only Chromium's automation does that. */
export const hasMedia = navigator.vendor.startsWith("Google")

/** Presses a real key, such as `Tab` or `Shift+Tab`, and waits until the element with the focus has rendered. */
export const press = async (key: string): Promise<void> => {
  const before = document.activeElement
  await sendKeys({ press: key })
  for (const element of [before, document.activeElement]) if (element !== null) await rendered(element)
}

/** Sets media features for the page; none of them puts all back. */
export const setMedia = (features: {
  readonly forcedColors?: "active"
  readonly reducedMotion?: "reduce"
}): Promise<void> =>
  emulateMedia({ forcedColors: "none", reducedMotion: "no-preference", ...features } as object)

/** The element that has the focus, also inside shadow roots. */
export const focused = (): Element | null => {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at
}

/** The name of the element that has the focus, as a screen reader would say it, or its tag. */
export const focusedName = (): string => {
  const at = focused()
  const name = at?.getAttribute("aria-label") ?? (at?.matches("button,a,label") ? at.textContent : "")
  return name?.replace(/\s+/g, " ").trim() || at?.id || at?.localName || ""
}

/** Where the Tab key leads from the element with this id to that with the other: the names, in order. */
export const tabStops = async (fromId: string, toId: string, key = "Tab"): Promise<ReadonlyArray<string>> => {
  document.getElementById(fromId)?.focus()
  const names: Array<string> = []
  // More stops than any element here has: a trap, or a way out of the page.
  for (let step = 0; step < 40; step++) {
    await press(key)
    if (document.activeElement?.id === toId) return names
    names.push(focusedName())
  }
  throw new Error(`never left: ${names.join(", ")}`)
}
