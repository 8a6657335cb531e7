import { startWebkit } from "./webkit-session.mjs"

/** web-test-runner's launcher for WebKitGTK: one window, one test file after the other. */
export const webkitLauncher = (options) => {
  const active = new Map()
  let starting
  return {
    name: options?.isPrivate ? "WebKitGTK (private)" : "WebKitGTK",
    type: "webkitgtk",
    concurrency: 1,
    async startSession(sessionId, url) {
      starting ??= startWebkit(options)
      const window = await starting
      active.set(sessionId, url)
      await window.open(url)
    },
    isActive: (sessionId) => active.has(sessionId),
    getBrowserUrl: (sessionId) => active.get(sessionId),
    async stopSession(sessionId) {
      active.delete(sessionId)
      const window = await starting
      // Ends the workers of the page and lets go of their files.
      await window.open("about:blank")
      return { errors: [] }
    },
    async startDebugSession() {
      throw new Error("There is no debugging in WebKitGTK.")
    },
    async stop() {
      const window = await starting?.catch(() => undefined)
      await window?.stop()
    },
  }
}
