/** The ready-made service worker: hosted as it is, or `importScripts("…/filesync-sw.js")` in one line. */
import { classicOptions, findOwnUrl } from "./classic-options.js"
import { installFileSyncServiceWorker } from "./install.js"
import { type ClassicWorkerScope, scope } from "./worker-scope.js"

const self = scope() as ClassicWorkerScope
const ownUrl = findOwnUrl(new Error().stack ?? "")
installFileSyncServiceWorker(self, classicOptions(ownUrl, self.location.href))
try {
  // Background Sync is Chromium's alone; the others need not load what they cannot use.
  if (self.SyncManager) {
    const beside = new URL("filesync-sw-background.js", ownUrl)
    beside.search = new URL(ownUrl ?? "").search
    self.importScripts(beside.href)
  }
} catch {
  // It was not put beside this script: everything else works without.
}
