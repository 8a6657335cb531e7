import { html, nothing, type TemplateResult } from "lit"
import type { FileState } from "../src/client/global-client.js"
import { failureLine } from "./failure-sentences.js"
import { icon } from "./icons.js"
import type { LocalizeController } from "./localize/localize-controller.js"

/** What a small sign on a file says; `undefined` when all is well. */
export type Badge = "failed" | "only-here" | "sending" | "stale" | undefined

/** The sign for a file's state. A file that waits to be sent is only here; one without any remote needs no sign. */
export const badgeOf = (state: FileState | undefined, isStale = false): Badge => {
  if (state === undefined) return undefined
  if (state.transfer === "error") return isCancelled(state) ? onlyHere(state) : "failed"
  if (state.transfer === "uploading") return "sending"
  if (state.transfer === "queued-upload") return "only-here"
  return isStale ? "stale" : undefined
}

/** The state of a file in a few words; empty when it is everywhere it should be. */
export const stateWords = (state: FileState | undefined, localize: LocalizeController): string => {
  if (state === undefined) return ""
  const percent = localize.percent(state.progress)
  switch (state.transfer) {
    case "error":
      if (isCancelled(state)) return localize.term("errorAborted")
      return failureLine(state.error, state.local ? "here" : "elsewhere", localize)
    case "uploading":
      return `${localize.term("fileUploading")} · ${percent}`
    case "downloading":
      return `${localize.term("fileDownloading")} · ${percent}`
    case "queued-upload":
      return localize.term("fileQueued")
    case "queued-download":
      return localize.term("fileWaiting")
    default:
      return ""
  }
}

/** The sign itself; its part is `badge`. */
export const badgeView = (
  badge: Badge,
  state: FileState | undefined,
  localize: LocalizeController,
): TemplateResult | typeof nothing => {
  if (badge === undefined) return nothing
  const words = badge === "stale" ? localize.term("imageStale") : stateWords(state, localize)
  const drawing = { failed: "attention", "only-here": "device", sending: "moving", stale: "history" } as const
  return html`<span part="badge" class="badge ${badge}" role="img" aria-label=${words} title=${words}>${icon(drawing[badge])}</span>`
}

const isCancelled = ({ error }: FileState): boolean => error?.reason === "Aborted"

const onlyHere = ({ local, remote }: FileState): Badge => (local && !remote ? "only-here" : undefined)
