import type { Unsubscribe } from "../src/filesync.js"

/** How far outside the viewport an element counts as visible: about one flick of a finger, our choice. */
const marginPx = 300

const listeners = new Map<Element, (visible: boolean) => void>()
let observer: IntersectionObserver | undefined

/**
 * Tells when the element comes near the viewport and when it leaves; returns the unsubscribe.
 * All elements share one observer. Where there is none, every element counts as visible.
 */
export const observeVisibility = (element: Element, listener: (visible: boolean) => void): Unsubscribe => {
  if (typeof IntersectionObserver === "undefined") {
    listener(true)
    return () => {}
  }
  observer ??= new IntersectionObserver(report, { rootMargin: `${marginPx}px` })
  listeners.set(element, listener)
  observer.observe(element)
  return () => {
    listeners.delete(element)
    observer?.unobserve(element)
  }
}

/** How many elements are observed now; for tests that look for leaks. */
export const countObservedElements = (): number => listeners.size

const report = (entries: ReadonlyArray<IntersectionObserverEntry>): void => {
  for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting)
}
