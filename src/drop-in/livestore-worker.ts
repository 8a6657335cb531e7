import { makeWsSync } from "@livestore/sync-cf/client"
import { makeHealedWorker, steadySync } from "../livestore/index.js"
import { fileSyncSchema } from "../schema/index.js"

// The page says in this script's own URL where the sync backend is; without one, records stay on this device.
const asked = new URL(import.meta.url).searchParams
const syncUrl = asked.get("sync")

makeHealedWorker({
  schema: fileSyncSchema,
  // A start that failed is tried again with a closer look at LiveStore's storage.
  thorough: asked.get("check") === "thorough",
  sync: {
    ...(syncUrl === null ? {} : { backend: steadySync(makeWsSync({ url: syncUrl })) }),
    // Waiting for the backend would make a fresh start offline six seconds slower.
    initialSyncOptions: { _tag: "Skip" },
    onSyncError: "ignore",
    // The default throws away everything that was not synced when the backend has a new identity.
    onBackendIdMismatch: "ignore",
  },
})
