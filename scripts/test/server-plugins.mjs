/** What the test server answers besides files: the I/O worker, the classic service worker, a real backend on demand. */
import { build } from "esbuild"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { textWorkerModule, textWorkers } from "../build/text-workers.mjs"

/** `import source from "virtual:io-worker"` and its like, bundled again for each page so that an edit is seen. */
export const textWorkersPlugin = () => {
  const urlOf = (id) => `/__${id.replace(":", "-")}.js`
  const idOf = new Map(Object.keys(textWorkers).map((id) => [urlOf(id), id]))
  return {
    name: "text-workers",
    resolveImport: ({ source }) => (source in textWorkers ? urlOf(source) : undefined),
    async serve({ path }) {
      const id = idOf.get(path)
      return id === undefined ? undefined : { body: (await textWorkerModule(id)).code, type: "js" }
    },
  }
}

const classicScripts = {
  "/filesync-sw.js": "sw/classic.ts",
  "/filesync-sw-background.js": "sw/background/classic.ts",
}

/** `/filesync-sw.js`: the classic service worker, and what it imports. */
export const classicServiceWorkerPlugin = ({ root }) => ({
  name: "classic-service-worker",
  async serve(context) {
    const entry = classicScripts[context.path]
    if (entry === undefined) return undefined
    const result = await build({
      absWorkingDir: root,
      entryPoints: [join(root, entry)],
      bundle: true,
      format: "iife",
      target: "es2022",
      write: false,
      logLevel: "silent",
    })
    return { body: result.outputFiles[0].text, type: "js" }
  },
})

const startBackend = async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "filesync-test-backend-"))
  // Not at the top: it brings workerd along, and most runs do without.
  const { startLocalBackend } = await import("../../server/local-backend.mjs")
  const backend = await startLocalBackend({ port: 0, dataFolder, allowOrigins: ["*"] })
  return { backend, dataFolder }
}

/** `GET /__backend` answers `{ "url": "http://127.0.0.1:PORT" }` of a local backend, started when first asked for. */
export const backendPlugin = () => {
  let starting
  return {
    name: "backend",
    async serve(context) {
      if (context.path !== "/__backend") return undefined
      starting ??= startBackend()
      const { backend } = await starting
      return { body: JSON.stringify({ url: backend.url }), type: "json" }
    },
    async serverStop() {
      if (starting === undefined) return
      const started = await starting.catch(() => undefined)
      if (started === undefined) return
      await started.backend.stop()
      rmSync(started.dataFolder, { recursive: true, force: true })
    },
  }
}

/** `new Worker(new URL("./x.js", import.meta.url))` finds `x.ts`; plugins rewrite imports, but not such URLs. */
export const typescriptUrls =
  ({ root }) =>
  (context, next) => {
    const { path } = context
    if (path.endsWith(".js") && !path.startsWith("/node_modules/")) {
      const source = join(root, `${path.slice(0, -3)}.ts`)
      if (!existsSync(join(root, path)) && existsSync(source)) {
        context.url = context.url.replace(/\.js(?=$|\?)/, ".ts")
      }
    }
    return next()
  }

/** Service workers anywhere may control the whole origin. */
export const serviceWorkerScope = async (context, next) => {
  await next()
  context.set("Service-Worker-Allowed", "/")
}
