import { termForError } from "./error-reason.js"
import type { LocalizeController } from "./localize/localize-controller.js"
import type { Term } from "./localize/strings.js"

/** Where the file is that failed: `here` on this device, `page` in the page's memory alone, `elsewhere` not here. */
export type FailedPlace = "here" | "page" | "elsewhere"

/** What a person can do, besides what the sentence about the failure says itself. */
const advice: Partial<Readonly<Record<Term, Term>>> = {
  errorQuota: "adviceSpaceHere",
  errorServerFull: "adviceSpaceThere",
  errorTooLarge: "adviceTooLarge",
  errorForbidden: "adviceAccess",
  errorAddress: "adviceAddress",
  errorRejected: "adviceAgain",
  errorNotFound: "adviceAgain",
  errorDamaged: "adviceAgain",
  errorUnknown: "adviceAgain",
}

const placeTerms: Readonly<Record<FailedPlace, Term | undefined>> = {
  here: "safeHere",
  page: "notSaved",
  elsewhere: undefined,
}

/** What happened; what can be done; and how the file is. Each is a sentence, or empty. */
export const failureSentences = (
  error: unknown,
  place: FailedPlace,
  localize: LocalizeController,
): readonly [reason: string, advice: string, safety: string] => {
  const term = termForError(error)
  const words = (sentence: Term | undefined) => (sentence === undefined ? "" : localize.term(sentence))
  return [words(term), words(advice[term]), words(placeTerms[place])]
}

/** The same in one line. */
export const failureLine = (error: unknown, place: FailedPlace, localize: LocalizeController): string =>
  failureSentences(error, place, localize)
    .filter((sentence) => sentence !== "")
    .join(" ")
