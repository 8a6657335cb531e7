import { makeWorker } from "@livestore/adapter-web/worker"
import { makeWsSync } from "@livestore/sync-cf/client"
import { schema } from "./peer-schema.js"
import { patientPing } from "./shared/patient-ping.js"

const syncUrl = new URL(import.meta.url).searchParams.get("sync")

makeWorker({
  schema,
  sync: {
    ...(syncUrl === null ? {} : { backend: makeWsSync({ url: syncUrl, ping: patientPing }) }),
    initialSyncOptions: { _tag: "Skip" },
    onSyncError: "ignore",
  },
})
