/** Loads the class of each element and registers it, by tag name. */
const elements: Readonly<Record<string, () => Promise<unknown>>> = {
  "filesync-image": () => import("./filesync-image/define.js"),
  "filesync-list": () => import("./filesync-list/define.js"),
  "filesync-status": () => import("./filesync-status/define.js"),
  "filesync-upload": () => import("./filesync-upload/define.js"),
  "filesync-viewer": () => import("./filesync-viewer/define.js"),
}

/**
 * Registers each element when its tag is first seen on the page, now or later, so that a page pays only for what it
 * uses. Elements inside shadow roots of others are seen only if they are given as `root`. Returns the stop.
 */
export const autoloadElements = (root: Document | ShadowRoot | Element = document): (() => void) => {
  const waiting = new Set(Object.keys(elements))
  const observer = new MutationObserver(() => look())
  const look = (): void => {
    for (const name of waiting) {
      if (root.querySelector(name) === null && !isInTemplate(root, name)) continue
      waiting.delete(name)
      // The script could not be loaded, such as offline: the element is registered when its tag is next seen, or by a
      // reload.
      elements[name]?.().catch(() => waiting.add(name))
    }
    if (waiting.size === 0) observer.disconnect()
  }
  observer.observe(root, { childList: true, subtree: true })
  look()
  return () => observer.disconnect()
}

/** A list's template is not part of the document, and its elements are wanted as soon as the list is. */
const isInTemplate = (root: ParentNode, name: string): boolean =>
  Array.from(root.querySelectorAll("template"), ({ content }) => content.querySelector(name)).some(
    (found) => found !== null,
  )
