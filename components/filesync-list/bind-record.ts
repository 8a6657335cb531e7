import type { FileRecord } from "../../src/client/filesync.js"
import type { LocalizeController } from "../localize/localize-controller.js"

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
  for (const element of matching(root, "[data-file]")) {
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

/** Ten buttons that all say “Delete” are no use to someone who hears them; what one can see comes first in the name. */
const nameIt = (element: Element, { name }: FileRecord, label: string): void => {
  if (!isOurs(element, "aria-label")) return
  const seen = element.textContent?.trim() ?? ""
  if (seen.includes(name)) element.removeAttribute("aria-label")
  else element.setAttribute("aria-label", seen === "" ? label : `${seen}: ${name}`)
}

/** Whether the page left this attribute to the list, which marks the element so that it knows it again. */
const isOurs = (element: Element, attribute: string): boolean => {
  if (!element.hasAttribute(attribute)) element.setAttribute(mark, "")
  return element.hasAttribute(mark)
}
