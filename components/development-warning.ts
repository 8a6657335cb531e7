import { FilesyncWarningEvent } from "./events/filesync-warning.js"

const alreadySaid = new Set<string>()

/**
 * Reports a mistake in the page to its developer, each message once per page.
 * An uncancelled `filesync-warning` event ends on the console, and only on a development machine's address.
 */
export const warnDeveloper = (element: Element, message: string): void => {
  if (alreadySaid.has(message)) return
  alreadySaid.add(message)
  if (!element.dispatchEvent(new FilesyncWarningEvent(message)) || !isDevelopment()) return
  // The one place where a line on the console is the message: its reader is the page's author, not its user.
  // oxlint-disable-next-line no-console
  console.warn(`<${element.localName}>: ${message}`, element)
}

const isDevelopment = (): boolean => {
  const { hostname } = globalThis.location ?? { hostname: "" }
  return hostname === "" || /(^|\.)localhost$|^127\.|^\[::1\]$|\.local$/.test(hostname)
}
