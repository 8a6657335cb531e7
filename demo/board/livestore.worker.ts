import { makeWorker } from "@livestore/adapter-web/worker"
import { makeWsSync } from "@livestore/sync-cf/client"
import { steadySync } from "livestore-filesync/livestore"
import { schema } from "./schema.js"

makeWorker({
  schema,
  sync: {
    backend: steadySync(makeWsSync({ url: `${location.origin.replace(/^http/, "ws")}/sync` })),
    // The board opens with what this device has; the rest arrives when it arrives.
    initialSyncOptions: { _tag: "Skip" },
    onSyncError: "ignore",
    onBackendIdMismatch: "ignore",
  },
})
