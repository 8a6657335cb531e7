import type { FileSyncDelay, SyncCause, SyncStatus } from "../../src/client/global-client.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { Term } from "../localize/strings.js"
import type { Progress } from "./session-progress.js"

/** Bytes are counted from this amount on: less is transferred before a person could read the message. */
const worthCountingBytes = 2_000_000

/** One message of the status; with `opensPanel` it is a button that opens the panel of files which need attention. */
export interface StatusMessage {
  readonly words: string
  readonly opensPanel?: boolean
}

/** The facts from which the messages are made. */
export interface StatusFacts {
  readonly status: SyncStatus
  readonly progress: Progress | undefined
  readonly now: number
  readonly localize: LocalizeController
}

/** The message while there is no engine yet: why. */
export const delayLine = (delay: FileSyncDelay | undefined, localize: LocalizeController): string =>
  localize.term(delay === undefined ? "statusStarting" : delayTerms[delay])

const delayTerms = {
  "other-tab": "statusOtherTab",
  failed: "statusNotStarted",
  unsupported: "statusUnsupported",
  healing: "statusHealing",
} as const

/** The status in a few sentences: what is happening, and what the person should know about their files. */
export const statusMessages = (facts: StatusFacts): ReadonlyArray<StatusMessage> => {
  const { status, localize } = facts
  // Where the engine gives no details, an error is counted as one file that needs attention.
  const isBare = status.state === "error" && status.cause === null && status.store === "open"
  const attention = count("statusFailed", Math.max(isBare ? 1 : 0, status.failed), localize)
  const cancelled = count("statusCancelled", status.cancelled, localize)
  const all: ReadonlyArray<StatusMessage> = [
    ...happening(facts).map((words) => ({ words })),
    ...[...attention, ...cancelled].map((words) => ({ words, opensPanel: true })),
    ...risks(status, localize).map((words) => ({ words })),
  ]
  return all.length > 0 ? all : [{ words: localize.term("statusUpToDate") }]
}

/** The status at length, for `detail`: a headline, and a sentence for each thing that moves, waits or is at risk. */
export const statusDetails = (
  facts: StatusFacts,
): readonly [headline: string, ...details: ReadonlyArray<string>] => {
  const { status, localize } = facts
  const { queuedUploads, queuedDownloads, onlyHere, usageBytes, quotaBytes } = status
  const details = [
    ...statusMessages(facts).map(({ words }) => words),
    ...count("statusWaiting", queuedUploads + queuedDownloads, localize),
    ...count("statusOnlyHere", onlyHere, localize),
  ]
  if (!status.persisted && status.storage === "opfs" && onlyHere > 0)
    details.push(localize.term("statusNotPersisted"))
  if (usageBytes > 0) {
    const [used, quota] = [localize.size(usageBytes), localize.size(quotaBytes)]
    details.push(
      quotaBytes > 0 ? localize.term("statusUsedOf", { used, quota }) : localize.term("statusUsed", { used }),
    )
  }
  const [headline = "", ...rest] = new Set(details)
  return [headline, ...rest]
}

/** All bytes and facts are where they should be: nothing moves, waits, failed, or is known here alone. */
export const isAllWell = (status: SyncStatus): boolean =>
  status.state === "idle" &&
  status.saving + status.failed + status.cancelled + status.onlyHere + status.unsynced === 0 &&
  status.store === "open" &&
  status.storage === "opfs"

/**
 * A key that changes when a screen reader should announce the status: another state, a failure, or the end of the
 * transfers.
 */
export const newsKey = ({ state, cause, store, saving, failed, onlyHere, unsynced }: SyncStatus): string => {
  const kind = `${saving > 0 ? "saving" : state} ${cause} ${store} ${failed}`
  return state === "idle" && saving === 0 ? `${kind} ${onlyHere} ${unsynced > 0}` : kind
}

const happening = (facts: StatusFacts): ReadonlyArray<string> => {
  const { status, localize } = facts
  if (status.saving > 0)
    return [localize.term("statusSaving", { count: status.saving }), ...sums(facts, false)]
  if (status.store !== "open")
    return [localize.term(status.store === "healing" ? "statusHealing" : "statusStalled")]
  switch (status.state) {
    case "unsupported":
      return [localize.term("statusUnsupported")]
    case "paused":
      return [localize.term("statusPaused")]
    case "offline":
      return [
        ...hindrance(facts, status.cause ?? "offline"),
        ...count("statusWaiting", status.onlyHere > 0 ? 0 : status.queuedDownloads, localize),
      ]
    case "error":
    case "idle":
      return status.cause === null ? [] : hindrance(facts, status.cause)
    case "syncing":
      return status.cause === null ? moving(facts) : [...hindrance(facts, status.cause), ...waiting(facts)]
  }
}

/** Why files wait, and when the next try is. */
const hindrance = ({ status, now, localize }: StatusFacts, cause: SyncCause): ReadonlyArray<string> => {
  const words = localize.term(causeTerms[cause])
  const seconds = ((status.nextTryAt ?? 0) - now) / 1000
  // Other causes end when the device is online or a person acts: the time of the next try belongs to another file.
  if (seconds <= 0 || !goesOnByTime.has(cause)) return [words]
  return [words, localize.term("statusTryingAgain", { time: localize.seconds(seconds) })]
}

const goesOnByTime: ReadonlySet<SyncCause> = new Set(["unreachable", "server-trouble", "wrong-address"])

const causeTerms: Readonly<Record<SyncCause, Term>> = {
  offline: "statusOffline",
  unreachable: "statusUnreachable",
  "server-trouble": "statusServerTrouble",
  "signed-out": "statusSignedOut",
  "not-allowed": "statusNotAllowed",
  "server-full": "statusServerFull",
  "device-full": "statusDeviceFull",
  "wrong-address": "statusWrongAddress",
}

const waiting = ({ status, localize }: StatusFacts): ReadonlyArray<string> => {
  const { uploading, downloading, queuedUploads, queuedDownloads } = status
  return count("statusWaiting", uploading + downloading + queuedUploads + queuedDownloads, localize)
}

/** `Uploading 3 files`; where there is more to count, `Uploading · 3 of 12 · 41 of 180 MB · about 2 minutes`. */
const moving = (facts: StatusFacts): ReadonlyArray<string> => {
  const { status, localize } = facts
  const [up, down] = [status.uploading + status.queuedUploads, status.downloading + status.queuedDownloads]
  const counted = sums(facts, true)
  if (counted.length > 0) {
    const term = up > 0 && down > 0 ? "statusSyncing" : up > 0 ? "fileUploading" : "fileDownloading"
    return [localize.term(term), ...counted]
  }
  const words = [...count("statusUploading", up, localize), ...count("statusDownloading", down, localize)]
  return words.length > 0 ? words : [localize.term("statusSyncing")]
}

const sums = ({ progress, localize }: StatusFacts, withFiles: boolean): ReadonlyArray<string> => {
  if (progress === undefined || progress.bytesTotal < worthCountingBytes) return []
  const { filesDone, filesTotal, bytesDone, bytesTotal, secondsLeft } = progress
  const words = [localize.sizeOf(bytesDone, bytesTotal)]
  if (withFiles && filesTotal > 1) {
    const [done, total] = [localize.number(filesDone), localize.number(filesTotal)]
    words.unshift(localize.term("doneOf", { done, total }))
  }
  if (secondsLeft !== undefined) words.push(localize.timeLeft(secondsLeft))
  return words
}

/** What a person may want to know before they close the page or lose the device. */
const risks = (status: SyncStatus, localize: LocalizeController): ReadonlyArray<string> => {
  const isQuiet = status.state !== "syncing"
  return [
    ...(isQuiet ? count("statusOnlyHere", status.onlyHere, localize) : []),
    ...(isQuiet && status.state !== "offline" ? count("statusUnsynced", status.unsynced, localize) : []),
    ...(status.storage === "memory" ? [localize.term("statusMemory")] : []),
  ]
}

const count = (term: Term, number: number, localize: LocalizeController): ReadonlyArray<string> =>
  number > 0 ? [localize.term(term, { count: number })] : []
