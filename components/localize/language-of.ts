import { watchLocales } from "./locales.js"

/** The language an element's words are in: the closest `lang`, through shadow roots, else the browser's. */
export const languageOf = (element: Element): string => {
  let at: Element | null = element
  while (at !== null) {
    const closest: Element | null = at.closest("[lang]")
    if (closest !== null) return closest.getAttribute("lang") || browserLanguage()
    const root: Node = at.getRootNode()
    at = root instanceof ShadowRoot ? root.host : null
  }
  return browserLanguage()
}

const watchers = new Set<() => void>()
let stop: (() => void) | undefined

/** Called when a `lang` on the page or the strings of a language change; one observer serves all elements. */
export const watchLanguage = (watcher: () => void): (() => void) => {
  watchers.add(watcher)
  stop ??= startWatching()
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    stop?.()
    stop = undefined
  }
}

const startWatching = (): (() => void) => {
  const observer = new MutationObserver(notify)
  observer.observe(document.documentElement, { subtree: true, attributeFilter: ["lang"] })
  const unwatchLocales = watchLocales(notify)
  return () => {
    observer.disconnect()
    unwatchLocales()
  }
}

const notify = (): void => {
  for (const watcher of watchers) watcher()
}

const browserLanguage = (): string => globalThis.navigator?.language || "en"
