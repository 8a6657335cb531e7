import type { Unsubscribe } from "../types/index.js"
import { backgroundUploadsTag } from "./protocol.js"

/** Background Sync, which TypeScript's library does not know: Chromium has it, Firefox and Safari do not. */
interface SyncRegistration extends ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> }
}

/**
 * Whenever this page is left while `isSomethingLeft`, asks the browser to wake the service worker for the uploads.
 * Where there is no Background Sync, or it is forbidden, nothing happens: the next start uploads.
 */
export const uploadInBackground = (
  container: ServiceWorkerContainer,
  isSomethingLeft: () => boolean,
): Unsubscribe => {
  const page = globalThis.window
  const ending = new AbortController()
  // At hand before it is needed: a page that is being closed waits for nothing.
  let registration: SyncRegistration | undefined
  void container.ready.then((ready) => (registration = ready))
  const ask = () => {
    if (registration?.sync === undefined || !isSomethingLeft()) return
    registration.sync.register(backgroundUploadsTag).catch(() => undefined) // A bonus; the next start uploads.
  }
  // Both: a hidden tab that is closed hides no more, and a phone often kills a hidden tab without a word.
  page.addEventListener("pagehide", ask, { signal: ending.signal })
  page.document.addEventListener(
    "visibilitychange",
    () => page.document.visibilityState === "hidden" && ask(),
    { signal: ending.signal },
  )
  return () => ending.abort()
}
