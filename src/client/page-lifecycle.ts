import type { Client } from "./client.js"

/**
 * Follows the page's lifecycle: a page that is frozen or put into the back/forward cache lets another tab transfer, and
 * takes part again when it comes back; a page that becomes visible claims leadership from a hidden one; after a change
 * of the network the remote is probed at once. Returns the unsubscribe.
 */
export const followPageLifecycle = (
  client: Pick<Client, "start" | "stop" | "probe" | "claim">,
): (() => void) => {
  const page = globalThis.window
  if (page === undefined) return () => undefined
  const ending = new AbortController()
  const { signal } = ending
  let isSuspended = false
  const quietly = (call: Promise<unknown>): void => void call.catch(() => undefined) // Only after disposal.
  const suspend = (): void => {
    if (isSuspended) return
    isSuspended = true
    quietly(client.stop())
  }
  const resume = (): void => {
    if (!isSuspended) return
    isSuspended = false
    quietly(client.start())
  }
  page.addEventListener("pagehide", (event) => event.persisted && suspend(), { signal })
  page.addEventListener("pageshow", (event) => event.persisted && resume(), { signal })
  page.document.addEventListener("freeze", suspend, { signal })
  page.document.addEventListener("resume", resume, { signal })
  const { document } = page
  document.addEventListener(
    "visibilitychange",
    () => document.visibilityState === "visible" && quietly(client.claim()),
    { signal },
  )
  page.addEventListener("online", () => quietly(client.probe()), { signal })
  page.addEventListener("offline", () => quietly(client.probe()), { signal })
  return () => ending.abort()
}
