import { makeWsSync } from "@livestore/sync-cf/client"
import { makeHealedWorker, steadySync } from "livestore-filesync/livestore"
import { schema } from "./schema.js"

makeHealedWorker({
  schema,
  sync: {
    backend: steadySync(makeWsSync({ url: `${location.origin.replace(/^http/, "ws")}/sync` })),
    // The board opens with what this device has; the rest arrives when it arrives.
    initialSyncOptions: { _tag: "Skip" },
    onSyncError: "ignore",
    onBackendIdMismatch: "ignore",
  },
})
