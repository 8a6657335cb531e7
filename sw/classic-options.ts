import type { FileSyncWorkerOptions } from "./install.js"

/** The address of the script that runs, from an error's stack: an imported script does not know its own. */
export const findOwnUrl = (stack: string): string | undefined =>
  /https?:[^\s()]+?(?=:\d+:\d)/.exec(stack)?.[0]

/** The idle timeout in the address of a script (`?idle-timeout-ms`). */
export const idleOption = (ownAddress = ""): { readonly idleTimeoutMs?: number } => {
  const idleTimeoutMs = Number(/[?&]idle-timeout-ms=(\d+)/.exec(ownAddress)?.[1])
  return idleTimeoutMs > 0 ? { idleTimeoutMs } : {}
}

/**
 * Options that the ready-made script determines at run time. Hosted as the service worker, it serves nothing but files, so other
 * requests are routed past it. Imported by another script, it may not be alone: only `?only-files` says so. Imported
 * from another origin, it stands in for the shared worker that lies beside it there. `?idle-timeout-ms` says how long a
 * silent remote is waited for.
 */
export const classicOptions = (ownAddress: string | undefined, workerUrl: string): FileSyncWorkerOptions => {
  if (!ownAddress) return {}
  const ownUrl = new URL(ownAddress)
  return {
    ...idleOption(ownAddress),
    onlyFiles: ownAddress === workerUrl || ownUrl.searchParams.has("only-files"),
    sharedWorkerUrl:
      ownUrl.origin === new URL(workerUrl).origin ? undefined : new URL("shared-worker.js", ownUrl).href,
  }
}
