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
  // Looked up before it is needed, because a page that is being closed cannot wait.
  let registration: SyncRegistration | undefined
  void container.ready.then((ready) => (registration = ready))
  const ask = () => {
    if (registration?.sync === undefined || !isSomethingLeft()) return
    registration.sync.register(backgroundUploadsTag).catch(() => undefined) // Refused: the next start uploads.
  }
  // Both events: closing a hidden tab does not hide it again, and a phone often kills a hidden tab without any event.
  page.addEventListener("pagehide", ask, { signal: ending.signal })
  page.document.addEventListener(
    "visibilitychange",
    () => page.document.visibilityState === "hidden" && ask(),
    { signal: ending.signal },
  )
  return () => ending.abort()
}
