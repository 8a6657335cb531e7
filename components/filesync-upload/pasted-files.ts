import { carriesFiles } from "./gather-files.js"

/**
 * Whether a paste is meant to add files. Copied text often carries a picture of itself, such as cells of a spreadsheet
 * do; and what is pasted while a field has the focus belongs into the field.
 */
export const isMeantAsFiles = (event: ClipboardEvent): boolean => {
  const { clipboardData } = event
  if (clipboardData === null || !carriesFiles(clipboardData) || event.composedPath().some(isEditable))
    return false
  const text = clipboardData.getData("text/plain").trim()
  if (text === "") return true
  // File managers put the names, or the paths, of copied files beside the files.
  const names = Array.from(clipboardData.files, ({ name }) => name)
  return text.split(/[\r\n]+/).every((line) => names.some((name) => line.trim().endsWith(name)))
}

const textInputs = /^(text|search|url|tel|email|password|number|date|time|datetime-local|month|week)$/

const isEditable = (at: EventTarget): boolean =>
  at instanceof HTMLElement &&
  (at.isContentEditable ||
    at instanceof HTMLTextAreaElement ||
    (at instanceof HTMLInputElement && textInputs.test(at.type)))
