/** A backend and devices on it: browsers with profiles of their own, which are closed and killed. */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { staticFiles } from "../../scripts/static-files.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { openDevice } from "../support/device.mjs"
import { temporaryFolder } from "../support/started-app.mjs"
import { diagnose, look, runOperations } from "./in-page.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const engineKey = "livestore-filesync"
/** Not what is tested: a busy machine may take a minute to start a browser. */
const openTimeoutMs = 180_000

const pageFor = ({ storeId, sw }) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Chaos</title>
  <link rel="icon" href="data:,">
  <script type="module" src="/livestore-filesync/filesync.js" data-store-id="${storeId}"
          data-remote="/api" data-sync="/sync"${sw ? ' data-sw="/sw.js"' : ""}></script>
  <filesync-status></filesync-status>
</html>`

/** Starts the backend with a page per store, at `?storeId=…` and, with a service worker, `&sw`. */
export const startBackend = async () => {
  const data = temporaryFolder("chaos-data")
  const files = staticFiles({
    mounts: [{ prefix: "/livestore-filesync/", folder: join(root, "dist/cdn") }],
    files: { "/sw.js": join(root, "dist/filesync-sw.js") },
  })
  const backend = await startLocalBackend({
    dataFolder: data.path,
    assets: (request) => {
      const { pathname, searchParams } = new URL(request.url)
      if (pathname !== "/") return files(request)
      const page = pageFor({ storeId: searchParams.get("storeId"), sw: searchParams.has("sw") })
      return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } })
    },
  })
  return {
    url: backend.url,
    stop: async () => {
      await backend.stop()
      data.remove()
    },
  }
}

/** One device, opened and ended as often as asked. `onMessage` gets what its page prints. */
export const makeDevice = (name, { url, onMessage }) => {
  const profile = temporaryFolder(`chaos-${name}`)
  let opened
  const device = {
    name,
    page: () => opened.page,
    context: () => opened.context,
    open: async ({ untilReady = true } = {}) => {
      opened = await openDevice(name, { url, profile, untilReady, timeoutMs: openTimeoutMs })
      opened.page.on("console", (message) => onMessage(device, message.text()))
      opened.page.on("pageerror", (error) => onMessage(device, `page error: ${error.message}`))
    },
    /** `close`, `kill` or `reload`. */
    end: (kind) => opened[kind](),
    run: (operations, known) => opened.page.evaluate(runOperations, [engineKey, operations, known]),
    look: () => opened.page.evaluate(look, engineKey).catch((cause) => ({ failure: String(cause) })),
    diagnose: (storeId) => opened.page.evaluate(diagnose, storeId).catch(String),
    remove: async () => {
      await opened?.close().catch(() => undefined)
      profile.remove()
    },
  }
  return device
}
