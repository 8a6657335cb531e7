import { FilesyncBeforeSaveEvent } from "../events/filesync-before-save.js"
import { FilesyncRejectedEvent } from "../events/filesync-rejected.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import { type AdmissionRules, type RejectionReason, refuse } from "./admit-files.js"
import type { Gathered } from "./gather-files.js"
import type { SavePlan } from "./upload-item.js"

/** More sentences than this are counted, not read. */
const maxRefusals = 3

/** What came of a drop, a paste or a choice. */
export interface Admission {
  readonly plans: ReadonlyArray<SavePlan>
  /** Sentences for the person. */
  readonly refusals: ReadonlyArray<string>
}

/** Asks the rules and then the page about every file, in the order they were given, and tells what was refused. */
export const admit = (
  element: Element,
  { files, refusedFolders }: Gathered,
  rules: AdmissionRules,
  localize: LocalizeController,
): Admission => {
  const plans: Array<SavePlan> = []
  const refusals: Array<string> = []
  const reject = (file: File, reason: RejectionReason) => {
    const message = refusalOf(file, reason, rules, localize)
    refusals.push(message)
    element.dispatchEvent(new FilesyncRejectedEvent(file, reason, message))
  }
  for (const name of refusedFolders) reject(new File([], name), "directory")
  for (const { file, relativePath } of files) {
    const reason = refuse(file, rules, plans.length)
    if (reason !== undefined) {
      reject(file, reason)
      continue
    }
    const event = new FilesyncBeforeSaveEvent(file, relativePath)
    if (!element.dispatchEvent(event)) continue
    plans.push({ file, name: event.fileName, metadata: event.metadata, commit: event.commit })
  }
  const more = refusals.length - maxRefusals
  const shown =
    more > 0 ? [...refusals.slice(0, maxRefusals), localize.term("rejectedMore", { count: more })] : refusals
  return { plans, refusals: shown }
}

const refusalOf = (
  { name, size }: File,
  reason: RejectionReason,
  { maxSizeBytes, limit }: AdmissionRules,
  localize: LocalizeController,
): string => {
  if (reason === "type") return localize.term("rejectedType", { name })
  if (reason === "directory") return localize.term("rejectedDirectory", { name })
  if (reason === "count") return localize.term("rejectedCount", { name, count: limit })
  return localize.term("rejectedSize", {
    name,
    size: localize.size(size),
    limit: localize.size(maxSizeBytes),
  })
}
