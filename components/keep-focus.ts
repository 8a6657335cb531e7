/** Selects what the Tab key reaches. */
const reachable = ":enabled:not([tabindex='-1']), a[href], summary, [tabindex='0']"

/**
 * Updates an element. When the focused node is removed, the focus moves to a node that was beside it, else to the
 * nearest one further out, else to the element itself until it has one again: never back to the top of the page.
 */
export const keepFocus = (host: HTMLElement, update: () => void): void => {
  const { activeElement } = host.getRootNode() as Document | ShadowRoot
  const isHost = activeElement === host
  const inside = isHost ? host.shadowRoot?.activeElement : host.contains(activeElement) && activeElement
  const isParked = isHost && !inside && host.getAttribute("tabindex") === "-1"
  if (!(inside || isParked)) return update()

  const kind = inside && kindOf(inside)
  // A selector for what takes its place, where the element names it.
  const heir = (inside && inside.getAttribute("data-heir")) || undefined
  // The focused node and its ancestors, each with its siblings.
  const near: Array<ParentNode | null> = []
  for (let at = inside || null; at !== null && at !== host; at = at.parentElement) {
    near.push(at, at.nextElementSibling, at.previousElementSibling)
  }
  update()
  if (inside) {
    const isThere = (inside.getRootNode() as Document | ShadowRoot).activeElement === inside
    if (isThere ? isUsable(inside) : document.activeElement !== document.body) return
  }
  const places = [...near, host.shadowRoot].filter((place) => place?.isConnected)
  const reach = (place: ParentNode | null | undefined, selector: string) =>
    place === null || place === undefined
      ? []
      : [place, ...place.querySelectorAll(selector)].filter(
          (one): one is HTMLElement => one instanceof HTMLElement && one.matches(selector) && isUsable(one),
        )
  const named = heir && places.flatMap((place) => reach(place, heir))[0]
  if (named) return named.focus()
  for (const place of places) {
    const found = reach(place, reachable)
    const next = found.find((one) => kindOf(one) === kind) ?? found[0]
    if (next) return next.focus()
  }
  if (isParked) return
  if (!host.hasAttribute("tabindex")) {
    host.tabIndex = -1
    host.addEventListener("blur", () => host.removeAttribute("tabindex"), { once: true })
  }
  host.focus()
}

/** Two buttons of a kind do the same to different things. */
const kindOf = (element: Element): string => element.getAttribute("part") + `${element.textContent?.trim()}`

const isUsable = (element: Element): boolean => !element.matches(":disabled") && element.checkVisibility()
