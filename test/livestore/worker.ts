/**
 * LiveStore's worker, as an app has it. Its URL says what it does: `sync` is where the backend is, `reset` begins anew
 * when its storage is damaged, and `thorough` looks closer at it.
 */
import { makeWsSync } from "@livestore/sync-cf/client"
import { makeHealedWorker, steadySync } from "../../src/livestore/index.js"
import { schema } from "./schema.js"

const asked = new URL(self.location.href).searchParams
const channel = new BroadcastChannel("livestore-worker")
const sync = asked.get("sync")

/** LiveStore does not report when it has written; what it confirmed to the page is written within a few tasks of this thread. */
const quietMs = 300

/** Answers the page's `quiet` once nothing was written for that long. */
const answerWhenQuiet = (): void => {
  let writes = 0
  const lookAgain = (before?: number): void => {
    if (writes === before) channel.postMessage({ isQuiet: true })
    else setTimeout(lookAgain, quietMs, writes)
  }
  channel.addEventListener("message", ({ data }) => data === "quiet" && lookAgain())
  // The checks know its type, not that it is a class.
  const { FileSystemSyncAccessHandle: Handle } = globalThis as unknown as {
    readonly FileSystemSyncAccessHandle: { readonly prototype: FileSystemSyncAccessHandle }
  }
  const { write } = Handle.prototype
  Handle.prototype.write = function (...args) {
    writes += 1
    return write.apply(this, args)
  }
}

answerWhenQuiet()

const options = {
  schema,
  sync: {
    ...(sync === null ? {} : { backend: steadySync(makeWsSync({ url: sync })) }),
    initialSyncOptions: { _tag: "Skip" },
    onSyncError: "ignore",
    onBackendIdMismatch: "ignore",
  },
} as const

makeHealedWorker({
  ...options,
  thorough: asked.has("thorough"),
  onReport: (report) => channel.postMessage({ report: JSON.parse(JSON.stringify(report)) }),
  onDamaged: () => (asked.has("reset") ? "reset" : "keep"),
})
