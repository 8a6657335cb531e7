import type { LocalizeController } from "../localize/localize-controller.js"
import { parseSize, tokensOf } from "./admit-files.js"

/** The attributes that decide what an upload element says. */
export interface UploadRules {
  readonly accept: string
  readonly maxSize: string | number | null
  readonly multiple: boolean
  readonly directory: boolean
  readonly capture: string | null
}

/** What stands above the button. */
export const dropWords = ({ directory, multiple }: UploadRules, localize: LocalizeController): string =>
  directory ? localize.term("dropFolder") : localize.term("dropFiles", { count: multiple ? 2 : 1 })

/** What stands on the button. */
export const buttonWords = (rules: UploadRules, localize: LocalizeController): string => {
  if (rules.directory) return localize.term("chooseFolder")
  // Computers ignore `capture` and open the file picker.
  if (rules.capture !== null && matchMedia("(hover: none)").matches) return localize.term("takePhoto")
  return localize.term("chooseFiles", { count: rules.multiple ? 2 : 1 })
}

/** What is accepted, in a few words; empty when everything is. */
export const hintWords = ({ accept, maxSize }: UploadRules, localize: LocalizeController): string => {
  const sizeBytes = parseSize(maxSize)
  const types = tokensOf(accept).map(readableType).join(", ")
  const hints = types === "" ? [] : [localize.term("hintTypes", { types })]
  if (Number.isFinite(sizeBytes)) hints.push(localize.term("hintSize", { size: localize.size(sizeBytes) }))
  return hints.join(" · ")
}

/** `image/*` as `image`, `application/pdf` as `pdf`, `.docx` as it is. */
const readableType = (token: string): string => {
  const [group = "", kind = ""] = token.split("/")
  return kind === "" || kind === "*" ? group : kind
}
