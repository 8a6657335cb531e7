import type { FileSyncWorkerOptions } from "./install.js"

/**
 * What the ready-made script finds out by itself. Hosted as the service worker, it serves nothing but files, so other
 * requests are routed past it. Imported by another script, it may not be alone: only `?only-files` says so. Imported
 * from another origin, it stands in for the shared worker that lies beside it there.
 */
export const classicOptions = (stack: string, workerUrl: string): FileSyncWorkerOptions => {
  const ownUrl = new URL(/https?:[^\s()]+?(?=:\d+:\d)/.exec(stack)?.[0] ?? workerUrl)
  const worker = new URL(workerUrl)
  return {
    onlyFiles: ownUrl.href === worker.href || ownUrl.searchParams.has("only-files"),
    ...(ownUrl.origin === worker.origin ? {} : { sharedWorkerUrl: new URL("shared-worker.js", ownUrl).href }),
  }
}
