import { termForError } from "./error-reason.js"
import type { LocalizeController } from "./localize/localize-controller.js"
import type { Term } from "./localize/strings.js"

/**
 * Where the bytes of a failed file are: `here` on this device, `page` only in the page's memory, `elsewhere` not on
 * this device.
 */
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

/**
 * Three sentences about a failure, each of which may be empty: what happened, what can be done, and whether the file is
 * safe.
 */
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
