import type { FileSyncWorkerOptions } from "./install.js"

/**
 * What the ready-made script finds out by itself. Hosted as the service worker, it serves nothing but files, so other
 * requests are routed past it. Imported by another script, it may not be alone: only `?only-files` says so. Imported
 * from another origin, it stands in for the shared worker that lies beside it there.
 */
export const classicOptions = (stack: string, workerUrl: string): FileSyncWorkerOptions => {
  const [found] = /https?:[^\s()]+?(?=:\d+:\d)/.exec(stack) ?? []
  if (!found) return {}
  const ownUrl = new URL(found)
  return {
    onlyFiles: found === workerUrl || ownUrl.searchParams.has("only-files"),
    sharedWorkerUrl:
      ownUrl.origin === new URL(workerUrl).origin ? undefined : new URL("shared-worker.js", ownUrl).href,
  }
}
