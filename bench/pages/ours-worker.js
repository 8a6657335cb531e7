import { makeWsSync } from "@livestore/sync-cf/client"
import { makeHealedWorker } from "../../dist/livestore.js"
import { fileSyncSchema } from "../../dist/schema.js"
import { patientPing } from "./shared/patient-ping.js"

const syncUrl = new URL(import.meta.url).searchParams.get("sync")

makeHealedWorker({
  schema: fileSyncSchema,
  onReport: (report) => {
    if (!["Sound", "NotChecked"].includes(report._tag)) console.warn("LiveStore's storage:", report)
  },
  sync: {
    ...(syncUrl === null ? {} : { backend: makeWsSync({ url: syncUrl, ping: patientPing }) }),
    initialSyncOptions: { _tag: "Skip" },
    onSyncError: "ignore",
    onBackendIdMismatch: "ignore",
  },
})
