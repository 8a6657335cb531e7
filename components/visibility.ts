import type { Unsubscribe } from "../src/client/global-client.js"

/** How far outside the viewport an element counts as visible: half a second of quick scrolling. */
const marginPx = 800

/** Width and height of an element, in CSS pixels. */
export interface SeenBox {
  readonly width: number
  readonly height: number
}

/** `box` is missing where the browser cannot measure without laying out the page. */
type VisibilityListener = (visible: boolean, box: SeenBox | undefined) => void

const listeners = new Map<Element, VisibilityListener>()
let visibility: IntersectionObserver | undefined
let sizes: ResizeObserver | undefined

/**
 * Calls back when the element comes near the viewport, leaves it, and changes its size meanwhile; returns the
 * unsubscribe. All elements share the observers. Where there are none, every element counts as visible.
 */
export const observeVisibility = (element: Element, listener: VisibilityListener): Unsubscribe => {
  if (typeof IntersectionObserver === "undefined") {
    listener(true, undefined)
    return () => {}
  }
  visibility ??= new IntersectionObserver(reportVisibility, { rootMargin: `${marginPx}px` })
  sizes ??= new ResizeObserver(reportSizes)
  listeners.set(element, listener)
  visibility.observe(element)
  return () => {
    listeners.delete(element)
    visibility?.unobserve(element)
    sizes?.unobserve(element)
  }
}

/** How many elements are observed now; for tests that look for leaks. */
export const countObservedElements = (): number => listeners.size

const reportVisibility = (entries: ReadonlyArray<IntersectionObserverEntry>): void => {
  for (const { target, isIntersecting, boundingClientRect } of entries) {
    const listener = listeners.get(target)
    if (listener === undefined) continue
    // Only the sizes of elements near the viewport are observed.
    if (isIntersecting) sizes?.observe(target)
    else sizes?.unobserve(target)
    listener(isIntersecting, boundingClientRect)
  }
}

const reportSizes = (entries: ReadonlyArray<ResizeObserverEntry>): void => {
  for (const { target, contentRect } of entries) listeners.get(target)?.(true, contentRect)
}
