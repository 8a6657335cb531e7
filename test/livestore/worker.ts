/**
 * LiveStore's worker, as an app has it. Its URL says what it does: `sync` is where the backend is, `reset` starts over
 * when its storage is damaged, `thorough` looks closer at it, and `stopAt=n` ends the worker before its n-th write to a file.
 */
import { makeWsSync } from "@livestore/sync-cf/client"
import { makeHealedWorker, steadySync } from "../../src/livestore/index.js"
import { schema } from "./schema.js"

const asked = new URL(self.location.href).searchParams
const channel = new BroadcastChannel("livestore-worker")
const sync = asked.get("sync")

/** LiveStore does not report when it has written; what it confirmed to the page is written within a few tasks of this thread. */
const quietMs = 300

// The checks know its type, not that it is a class.
const { FileSystemSyncAccessHandle: Handle } = globalThis as unknown as {
  readonly FileSystemSyncAccessHandle: { readonly prototype: FileSystemSyncAccessHandle }
}

/** Calls `step` before each write to a file, and before each file that is made. */
const beforeEachWrite = (step: () => void): void => {
  const { write, truncate } = Handle.prototype
  Handle.prototype.write = function (...args) {
    step()
    return write.apply(this, args)
  }
  Handle.prototype.truncate = function (...args) {
    step()
    return truncate.apply(this, args)
  }
  const { getFileHandle } = FileSystemDirectoryHandle.prototype
  FileSystemDirectoryHandle.prototype.getFileHandle = async function (...args) {
    if (args[1]?.create === true) step()
    return getFileHandle.apply(this, args)
  }
}

let writes = 0

/** Answers the page's `quiet` with the number of writes, once nothing was written for a while. */
const answerWhenQuiet = (): void => {
  const lookAgain = (before?: number): void => {
    if (writes === before) channel.postMessage({ writes })
    else setTimeout(lookAgain, quietMs, writes)
  }
  channel.addEventListener("message", ({ data }) => data === "quiet" && lookAgain())
}

/** The worker is over: it writes nothing more, sends nothing, and runs no other task. */
const end = (): void => {
  if (writes === stopAt) {
    channel.postMessage({ stopped: writes })
    self.close()
    WebSocket.prototype.send = () => undefined
  }
  throw new Error("The worker was ended")
}

const stopAt = Number(asked.get("stopAt") ?? Number.POSITIVE_INFINITY)
beforeEachWrite(() => {
  writes += 1
  if (writes >= stopAt) end()
})
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
