/** What the keyboard reaches. */
const reachable =
  ":is(button, input, select, textarea):not(:disabled), a[href], summary, [tabindex]:not([tabindex='-1'])"

interface Neighbours {
  readonly element: Element
  readonly next: Element | null
  readonly previous: Element | null
}

/** Where the focus is inside an element, and what is around it. */
export interface FocusPlace {
  readonly had: HTMLElement
  readonly kind: string
  /** The focused element, then what it is in, up to the host. */
  readonly around: ReadonlyArray<Neighbours>
}

/** Where the focus is inside this element, in its shadow or among its children; the element itself counts when parked. */
export const focusPlaceIn = (host: HTMLElement): FocusPlace | undefined => {
  const { activeElement } = host.getRootNode() as Document | ShadowRoot
  if (!host.contains(activeElement)) return undefined
  const had = activeElement === host ? (host.shadowRoot?.activeElement ?? host) : activeElement
  if (!(had instanceof HTMLElement) || (had === host && !parked.has(host))) return undefined
  const around: Array<Neighbours> = []
  for (
    let element: Element | null = had;
    element !== null && element !== host;
    element = element.parentElement
  ) {
    around.push({ element, next: element.nextElementSibling, previous: element.previousElementSibling })
  }
  return { had, kind: kindOf(had), around }
}

/**
 * Puts the focus near where it was when what had it has gone: the same element where that was only moved, else what is
 * beside it, else what is nearest further out, else the host. Does nothing while the focus is where somebody put it.
 */
export const keepFocus = (host: HTMLElement, { had, kind, around }: FocusPlace): void => {
  const isThere = (had.getRootNode() as Document | ShadowRoot).activeElement === had
  if (had !== host && isThere && !had.matches(":disabled") && had.checkVisibility()) return
  if (!isThere && document.activeElement !== document.body) return
  for (const { element, next, previous } of around) {
    for (const near of [element, next, previous]) {
      const found = near?.isConnected === true && firstIn(near, kind)
      if (found) return found.focus()
    }
  }
  const found = host.shadowRoot !== null && firstIn(host.shadowRoot, kind)
  if (found) found.focus()
  else if (had !== host) park(host)
}

const parked = new WeakSet<HTMLElement>()

/** Nothing in the element can have the focus: the element keeps it until the person goes on. */
const park = (host: HTMLElement): void => {
  if (!host.hasAttribute("tabindex")) {
    host.tabIndex = -1
    parked.add(host)
    host.addEventListener(
      "blur",
      () => {
        parked.delete(host)
        host.removeAttribute("tabindex")
      },
      { once: true },
    )
  }
  host.focus()
}

/** Two buttons of a kind do the same to different things. */
const kindOf = (element: Element): string => `${element.getAttribute("part")} ${element.textContent?.trim()}`

const isReachable = (element: Element): element is HTMLElement =>
  element.matches(reachable) && element.checkVisibility()

const firstIn = (place: Element | ShadowRoot, kind: string): HTMLElement | undefined => {
  if (place instanceof Element && isReachable(place)) return place
  const inner = [...place.querySelectorAll(reachable)].filter(isReachable)
  return inner.find((element) => kindOf(element) === kind) ?? inner[0]
}
