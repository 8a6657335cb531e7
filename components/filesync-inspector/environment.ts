/** What the browser is and can do, as far as files are concerned; nothing about the person. */
export const describeEnvironment = (): Readonly<Record<string, unknown>> => ({
  userAgent: navigator.userAgent,
  secureContext: globalThis.isSecureContext,
  crossOriginIsolated: globalThis.crossOriginIsolated,
  visible: document.visibilityState === "visible",
  online: navigator.onLine,
  opfs: typeof navigator.storage?.getDirectory === "function",
  locks: "locks" in navigator,
  broadcastChannel: "BroadcastChannel" in globalThis,
  sharedWorker: "SharedWorker" in globalThis,
  serviceWorker: navigator.serviceWorker === undefined ? "none" : controlOf(navigator.serviceWorker),
})

const controlOf = ({ controller }: ServiceWorkerContainer): string =>
  controller === null ? "not in control" : "in control"
