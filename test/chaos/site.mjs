/** The page that devices open, and what it loads. */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { staticFiles } from "../../scripts/static-files.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { temporaryFolder } from "../support/started-app.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))

const pageFor = ({ storeId, sw, token }) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Chaos</title>
  <link rel="icon" href="data:,">
  <script type="module" src="/livestore-filesync/filesync.js" data-store-id="${storeId}" data-remote="/api"
          data-sync="/sync"${sw ? ' data-sw="/sw.js"' : ""}${token === null ? "" : ` data-token="${token}"`}></script>
  <filesync-status></filesync-status>
</html>`

/** Answers with a page per store, at `/?storeId=…`, with a service worker for `&sw` and a token for `&token=…`. */
export const makeAssets = () => {
  const files = staticFiles({
    mounts: [{ prefix: "/livestore-filesync/", folder: join(root, "dist/cdn") }],
    files: { "/sw.js": join(root, "dist/filesync-sw.js") },
  })
  return (request) => {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname !== "/") return files(request)
    const page = pageFor({
      storeId: searchParams.get("storeId"),
      sw: searchParams.has("sw"),
      token: searchParams.get("token"),
    })
    return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } })
  }
}

/** Starts a backend in this process, with the pages on the same port and nothing in between. */
export const startBackend = async () => {
  const data = temporaryFolder("chaos-data")
  const backend = await startLocalBackend({ dataFolder: data.path, assets: makeAssets() })
  return {
    url: backend.url,
    stop: async () => {
      await backend.stop()
      data.remove()
    },
  }
}
