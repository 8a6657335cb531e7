import { FilesyncBeforeSaveEvent } from "../events/filesync-before-save.js"
import { FilesyncRejectedEvent } from "../events/filesync-rejected.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import { type AdmissionRules, type RejectionReason, refuse } from "./admit-files.js"
import type { Gathered } from "./gather-files.js"
import type { SavePlan } from "./upload-item.js"

/** Messages shown in full; further ones are only counted. */
const maxRefusals = 3

/** A file that was refused, and the rules at that moment. */
export interface Refusal {
  readonly file: File
  readonly reason: RejectionReason
  readonly rules: AdmissionRules
}

/** The result of checking the files of a drop, a paste or a choice. */
export interface Admission {
  readonly plans: ReadonlyArray<SavePlan>
  readonly refusals: ReadonlyArray<Refusal>
}

/**
 * Asks the rules and then the page about every file, in the order they were given, and reports what was refused; `taken`
 * counts those of the same drop that were taken before these.
 */
export const admit = (
  element: Element,
  { files, refusedFolders, unreadable }: Gathered,
  rules: AdmissionRules,
  localize: LocalizeController,
  taken = 0,
): Admission => {
  const plans: Array<SavePlan> = []
  const refusals: Array<Refusal> = []
  const reject = (file: File, reason: RejectionReason) => {
    const refusal = { file, reason, rules }
    refusals.push(refusal)
    element.dispatchEvent(new FilesyncRejectedEvent(file, reason, sentenceOf(refusal, localize)))
  }
  for (const name of refusedFolders) reject(new File([], name), "directory")
  for (const name of unreadable) reject(new File([], name), "unreadable")
  for (const { file, relativePath } of files) {
    const reason = refuse(file, rules, taken + plans.length)
    if (reason !== undefined) {
      reject(file, reason)
      continue
    }
    const event = new FilesyncBeforeSaveEvent(file, relativePath)
    if (!element.dispatchEvent(event)) continue
    plans.push({ file, name: event.fileName, metadata: event.metadata, commit: event.commit })
  }
  return { plans, refusals }
}

/** The sentences a person sees: the first few in full, the rest as a number. */
export const messagesOf = (
  refusals: ReadonlyArray<Refusal>,
  localize: LocalizeController,
): ReadonlyArray<string> => {
  const sentences = refusals.slice(0, maxRefusals).map((refusal) => sentenceOf(refusal, localize))
  const count = refusals.length - maxRefusals
  return count > 0 ? [...sentences, localize.term("rejectedMore", { count })] : sentences
}

const sentenceOf = (
  { file: { name, size }, reason, rules }: Refusal,
  localize: LocalizeController,
): string => {
  if (reason === "type") return localize.term("rejectedType", { name })
  if (reason === "unreadable") return localize.term("rejectedUnreadable", { name })
  if (reason === "directory") return localize.term("rejectedDirectory", { name })
  if (reason === "count") return localize.term("rejectedCount", { name, count: rules.limit })
  return localize.term("rejectedSize", {
    name,
    size: localize.size(size),
    limit: localize.size(rules.maxSizeBytes),
  })
}
