import type { FileRecord } from "../../src/client/global-client.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import { stateWords } from "../transfer-badge.js"
import type { ListRow } from "./list-rows.js"

const mark = "data-file-named"

/**
 * Fills one clone of a list's template with its record:
 * - `filesync-image` gets `file-id`, and the name as `alt` when it has none;
 * - `data-file="name | size | type | date | id | metadata.KEY"` gets that text;
 * - `a[data-file-link]` downloads, `button[data-file-delete]` deletes, each named after its file for screen
 *   readers.
 */
export const bindRecord = (root: Element, record: FileRecord, localize: LocalizeController): void => {
  for (const image of matching(root, "filesync-image")) {
    if (image.getAttribute("file-id") !== record.id) image.setAttribute("file-id", record.id)
    if (isOurs(image, "alt")) image.setAttribute("alt", record.name)
  }
  for (const element of matching(root, "[data-file]:not([data-file=state])")) {
    const text = textOf(record, element.getAttribute("data-file") ?? "", localize)
    if (element.textContent !== text) element.textContent = text
    if (element instanceof HTMLTimeElement) element.dateTime = record.createdAt.toISOString()
  }
  for (const link of matching(root, "a[data-file-link]")) {
    // Only a link with an address can be reached by keyboard; the click is answered by the list.
    if (!link.hasAttribute("href")) link.setAttribute("href", "#")
    nameIt(link, record, localize.term("downloadFile", { name: record.name }))
  }
  for (const button of matching(root, "button[data-file-delete]")) {
    if (!button.hasAttribute("type")) button.setAttribute("type", "button")
    nameIt(button, record, localize.term("deleteFile", { name: record.name }))
  }
}

/**
 * Fills a clone with what the engine is doing with its file: the root reflects `transfer`, `progress`, `remote` and
 * `deleted`; `data-file="state"` gets words; `button[data-file-retry]` is there while the file has failed, and
 * `button[data-file-undo]` while its deletion can be undone.
 */
export const bindState = (root: Element, row: ListRow, localize: LocalizeController): void => {
  const { record, state, isDeleted } = row
  root.setAttribute("transfer", state?.transfer ?? "none")
  root.setAttribute("progress", `${state?.progress ?? 0}`)
  root.toggleAttribute("remote", state?.remote === true)
  root.toggleAttribute("deleted", isDeleted)
  const words = isDeleted ? localize.term("fileDeleted") : stateWords(state, localize)
  for (const element of matching(root, "[data-file=state]"))
    if (element.textContent !== words) element.textContent = words
  const failed = state?.transfer === "error" && !isDeleted
  for (const [selector, isShown, label] of [
    ["button[data-file-retry]", failed, localize.term("retryFile", { name: record.name })],
    ["button[data-file-undo]", isDeleted, localize.term("undoDelete", { name: record.name })],
    ["button[data-file-delete]", !isDeleted, undefined],
  ] as const) {
    for (const button of matching(root, selector)) {
      if (!button.hasAttribute("type")) button.setAttribute("type", "button")
      if (button instanceof HTMLElement) button.hidden = !isShown
      if (label !== undefined) nameIt(button, record, label)
    }
  }
}

const matching = (root: Element, selector: string): ReadonlyArray<Element> =>
  root.matches(selector) ? [root, ...root.querySelectorAll(selector)] : [...root.querySelectorAll(selector)]

const textOf = (record: FileRecord, what: string, localize: LocalizeController): string => {
  switch (what) {
    case "id":
    case "name":
      return record[what]
    case "type":
      return record.mimeType
    case "size":
      return localize.size(record.sizeBytes)
    case "date":
      return localize.date(record.createdAt)
    default: {
      const value = what.startsWith("metadata.")
        ? record.metadata?.[what.slice("metadata.".length)]
        : undefined
      return typeof value === "string" || typeof value === "number" ? String(value) : ""
    }
  }
}

/** Ten buttons that all say “Delete” are no use with a screen reader; the accessible name begins with the visible label. */
const nameIt = (element: Element, { name }: FileRecord, label: string): void => {
  if (!isOurs(element, "aria-label")) return
  const seen = element.textContent?.trim() ?? ""
  if (seen.includes(name)) element.removeAttribute("aria-label")
  else element.setAttribute("aria-label", label.startsWith(seen) ? label : `${seen}: ${name}`)
}

/** Whether the list sets this attribute, because the page did not; the list marks such elements. */
const isOurs = (element: Element, attribute: string): boolean => {
  if (!element.hasAttribute(attribute)) element.setAttribute(mark, "")
  return element.hasAttribute(mark)
}
