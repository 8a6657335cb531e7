import { Effect } from "effect"
import { setFileSyncDelay } from "../client/global-client.js"
import type { LeaderEvent } from "../utils/leader-events.js"

/** Dispatched on `window` when LiveStore's storage had to be reset; `detail` is `{ storeId, reason, unsynced }`. */
const resetEvent = "livestore-filesync-store-reset"

/** Reports a recovery of LiveStore's storage in the log, by an event on `window` and in the elements. */
export const reportRecovery = (storeId: string, news: LeaderEvent): void => {
  if (news.type === "stopped") return
  if (news.type === "healed") {
    Effect.runSync(Effect.logWarning("LiveStore's storage was repaired before it was opened", news.repairs))
    return
  }
  const { reason, unsynced } = news
  setFileSyncDelay("healing")
  const sentence = "LiveStore's storage could not be read, and is rebuilt from the sync backend"
  Effect.runSync(Effect.annotateLogs(Effect.logWarning(sentence, unsynced), { reason, storeId }))
  dispatchEvent(new CustomEvent(resetEvent, { detail: { storeId, reason, unsynced } }))
}
