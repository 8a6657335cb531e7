/**
 * LiveStore's worker, as an app has it. Its URL says what it does: `sync` is where the backend is, `heal=no` leaves LiveStore's
 * storage as it is, and `stopAt=n` stops the worker for good before its n-th write to a file, as if it were killed there.
 */
import { makeWorker } from "@livestore/adapter-web/worker"
import { makeWsSync } from "@livestore/sync-cf/client"
import { makeHealedWorker, steadySync } from "../../src/livestore/index.js"
import { schema } from "./schema.js"

const asked = new URL(self.location.href).searchParams
const channel = new BroadcastChannel("livestore-worker")
const sync = asked.get("sync")

/** LiveStore writes what it tells the page in the next tasks; what was told this long ago is written. */
const quietMs = 300

/** Counts what is written; the page ends the worker once it has stopped. */
const countWrites = (stopAt: number | undefined): void => {
  let count = 0
  const step = (): void => {
    count += 1
    if (count !== stopAt) return
    channel.postMessage({ stopped: count })
    for (;;);
  }
  const tellQuiet = (countBefore?: number): void => {
    if (count === countBefore) channel.postMessage({ isQuiet: true })
    else setTimeout(tellQuiet, quietMs, count)
  }
  channel.addEventListener("message", ({ data }) => {
    if (data === "count") channel.postMessage({ count })
    if (data === "quiet") tellQuiet()
  })
  // The checks know its type, not that it is a class.
  const { FileSystemSyncAccessHandle: Handle } = globalThis as unknown as {
    readonly FileSystemSyncAccessHandle: { readonly prototype: FileSystemSyncAccessHandle }
  }
  const { write, truncate } = Handle.prototype
  Handle.prototype.write = function (...args) {
    step()
    return write.apply(this, args)
  }
  Handle.prototype.truncate = function (...args) {
    step()
    return truncate.apply(this, args)
  }
}

const stopAt = asked.get("stopAt")
countWrites(stopAt === null ? undefined : Number(stopAt))

const options = {
  schema,
  sync: {
    ...(sync === null ? {} : { backend: steadySync(makeWsSync({ url: sync })) }),
    initialSyncOptions: { _tag: "Skip" },
    onSyncError: "ignore",
    onBackendIdMismatch: "ignore",
  },
} as const

if (asked.get("heal") === "no") makeWorker(options)
else {
  makeHealedWorker({
    ...options,
    thorough: asked.has("thorough"),
    onReport: (report) => channel.postMessage({ report: JSON.parse(JSON.stringify(report)) }),
    onDamaged: () => (asked.has("reset") ? "reset" : "keep"),
  })
}
