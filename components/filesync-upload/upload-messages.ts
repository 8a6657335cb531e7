import type { LocalizeController } from "../localize/localize-controller.js"
import type { Term } from "../localize/strings.js"
import { parseSize, tokensOf } from "./admit-files.js"

/** The attributes that decide an upload element's texts. */
export interface UploadRules {
  readonly accept: string
  readonly maxSize: string | number | null
  readonly multiple: boolean
  readonly directory: boolean
  readonly capture: string | null
}

/** The text above the button. */
export const dropWords = ({ directory, multiple }: UploadRules, localize: LocalizeController): string =>
  directory ? localize.term("dropFolder") : localize.term("dropFiles", { count: multiple ? 2 : 1 })

/** The button's label. */
export const buttonWords = (rules: UploadRules, localize: LocalizeController): string => {
  if (rules.directory) return localize.term("chooseFolder")
  // Computers ignore `capture` and open the file picker.
  if (rules.capture !== null && matchMedia("(hover: none)").matches) return localize.term("takePhoto")
  return localize.term("chooseFiles", { count: rules.multiple ? 2 : 1 })
}

/** What is accepted, in a few words; empty when everything is. */
export const hintWords = ({ accept, maxSize }: UploadRules, localize: LocalizeController): string => {
  const sizeBytes = parseSize(maxSize)
  const types = kindsOf(accept, localize).join(", ")
  const hints = types === "" ? [] : [localize.term("hintTypes", { types })]
  if (Number.isFinite(sizeBytes)) hints.push(localize.term("hintSize", { size: localize.size(sizeBytes) }))
  return hints.join(" · ")
}

const kinds: Readonly<Record<string, Term>> = {
  "image/*": "kindImage",
  "video/*": "kindVideo",
  "audio/*": "kindAudio",
  "text/*": "kindText",
}

/** `image/*` in the reader's words, `image/png` and `.png` as PNG; types no person knows by name are left out. */
const kindsOf = (accept: string, localize: LocalizeController): ReadonlyArray<string> => {
  const names = tokensOf(accept).map((token) => {
    const kind = kinds[token]
    return kind === undefined ? token.replace(/^\.|^.*\//, "").toUpperCase() : localize.term(kind)
  })
  return [...new Set(names)].filter((name) => name !== "*" && !/[.+]|.{9}/.test(name))
}
