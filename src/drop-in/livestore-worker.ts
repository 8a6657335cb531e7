import { makeWsSync } from "@livestore/sync-cf/client"
import { makeHealedWorker, steadySync } from "../livestore/index.js"
import { postLeaderEvent } from "../utils/leader-events.js"
import { fileSyncSchema } from "../schema/index.js"
import { usePageForSockets } from "./page-sockets.js"
import { watchNetwork } from "./worker-network.js"

// The page says in this script's own URL where the sync backend is; without one, records stay on this device.
const asked = new URL(import.meta.url).searchParams
const syncUrl = asked.get("sync")
const storeId = asked.get("store") ?? ""
const hasTokens = asked.get("token") === "page"
const network = asked.has("network") ? watchNetwork(storeId, asked.get("network") === "off") : undefined

/** The connection to the sync backend; each attempt waits for the page's network switch and carries its present token. */
const connectTo = (url: string): ReturnType<typeof makeWsSync> => {
  const connect = steadySync(makeWsSync({ url }))
  return (options) => {
    if (hasTokens || network !== undefined)
      usePageForSockets({ storeId: options.storeId, hasTokens, network })
    return connect(options)
  }
}

makeHealedWorker({
  schema: fileSyncSchema,
  // A start that failed is tried again with a closer look at LiveStore's storage.
  thorough: asked.get("check") === "thorough",
  onReport: (report) => {
    if (report._tag === "Healed")
      postLeaderEvent(storeId, { type: "healed", repairs: JSON.stringify(report.repairs) })
  },
  // What these events say of files is in the journal until the backend has it, and is committed again from there.
  onDamaged: ({ cause, unsynced }) => {
    postLeaderEvent(storeId, { type: "reset", reason: String(cause), unsynced })
    return "reset"
  },
  sync: {
    ...(syncUrl === null ? {} : { backend: connectTo(syncUrl) }),
    // Waiting for the backend would make a fresh start offline six seconds slower.
    initialSyncOptions: { _tag: "Skip" },
    onSyncError: "ignore",
    // The default throws away everything that was not synced when the backend has a new identity.
    onBackendIdMismatch: "ignore",
  },
})
