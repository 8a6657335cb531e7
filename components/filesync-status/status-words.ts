import type { FileSyncDelay, SyncStatus } from "../../src/client/filesync.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { Term } from "../localize/strings.js"

/** The status in one line: what is happening, and what the person should know about their files. */
export const statusLine = (status: SyncStatus, localize: LocalizeController): string =>
  sentencesOf(status, localize).join(" · ")

/** Why there is no status yet, in one line. */
export const delayLine = (delay: FileSyncDelay | undefined, localize: LocalizeController): string =>
  localize.term(delay === undefined ? "statusStarting" : delayTerms[delay])

const delayTerms = { "other-tab": "statusOtherTab", failed: "statusNotStarted" } as const

/** The status at length, for `detail`: a headline, and a sentence for each thing that moves, waits or is at risk. */
export const statusDetails = (
  status: SyncStatus,
  localize: LocalizeController,
): readonly [headline: string, ...details: ReadonlyArray<string>] => {
  const { queuedUploads, queuedDownloads, onlyHere, usageBytes, quotaBytes } = status
  const details = [
    ...sentencesOf(status, localize),
    ...present([
      ["statusWaiting", queuedUploads + queuedDownloads],
      ["statusOnlyHere", onlyHere],
    ]).map((fact) => words(fact, localize)),
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

/** Changes when there is news worth interrupting for: another state, a failure, or the end of what was moving. */
export const newsKey = ({ state, failed, onlyHere }: SyncStatus): string =>
  state === "syncing" ? `${state} ${failed}` : `${state} ${failed} ${onlyHere}`

type Fact = readonly [term: Term, count?: number]

const factsOf = (status: SyncStatus): ReadonlyArray<Fact> => {
  const { onlyHere, queuedDownloads } = status
  const risk: ReadonlyArray<Fact> = [
    ...present([["statusOnlyHere", onlyHere]]),
    ...(status.storage === "memory" ? [["statusMemory"] as const] : []),
  ]
  switch (status.state) {
    case "unsupported":
      return [["statusUnsupported"], ...risk]
    case "paused":
      return [["statusPaused"], ...risk]
    case "offline":
      return [["statusOffline"], ...present([["statusWaiting", onlyHere > 0 ? 0 : queuedDownloads]]), ...risk]
    case "error":
      return [["statusFailed", Math.max(1, status.failed)], ...risk]
    case "syncing": {
      const moving = present([
        ["statusUploading", status.uploading + status.queuedUploads],
        ["statusDownloading", status.downloading + queuedDownloads],
      ])
      return [
        ...(moving.length > 0 ? moving : [["statusSyncing"] as const]),
        ...present([["statusFailed", status.failed]]),
      ]
    }
    case "idle":
      return risk.length > 0 ? risk : [["statusUpToDate"]]
  }
}

const present = (facts: ReadonlyArray<readonly [Term, number]>): ReadonlyArray<Fact> =>
  facts.filter(([, count]) => count > 0)

const sentencesOf = (status: SyncStatus, localize: LocalizeController): ReadonlyArray<string> =>
  factsOf(status).map((fact) => words(fact, localize))

const words = ([term, count]: Fact, localize: LocalizeController): string =>
  localize.term(term, count === undefined ? {} : { count })
