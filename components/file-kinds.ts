import type { IconName } from "./icons.js"

/** The icon for a file by its type, or by its extension where the type is unknown. */
export const iconOfFile = (mimeType: string, name: string): IconName => {
  const type = mimeType.toLowerCase()
  const [kind = ""] = type.split("/")
  if (kind === "image") return "picture"
  if (kind === "video") return "video"
  if (kind === "audio") return "audio"
  const ending = endingOf(name).toLowerCase()
  if (/zip|compressed|x-tar|x-rar|gzip|7z/.test(type) || /^(zip|rar|7z|tar|gz|tgz)$/.test(ending))
    return "archive"
  if (/spreadsheet|ms-excel|csv/.test(type) || /^(xlsx?|ods|csv|numbers)$/.test(ending)) return "sheet"
  if (
    kind === "text" ||
    /pdf|word|document|rtf/.test(type) ||
    /^(pdf|docx?|odt|rtf|txt|md|pages)$/.test(ending)
  )
    return "text"
  return "file"
}

/** `PDF` of `letter.pdf`; empty where there is no ending that a person would know. */
export const endingOf = (name: string): string =>
  /[^.]\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toUpperCase() ?? ""

/** A name in two parts: of a long one the middle is cut, so that its ending stays to be seen. */
export const splitName = (name: string): readonly [start: string, end: string] => {
  const characters = [...name]
  if (characters.length < 16) return [name, ""]
  const kept = Math.min(12, Math.max(6, endingOf(name).length + 4))
  return [characters.slice(0, -kept).join(""), characters.slice(-kept).join("")]
}
