/** What importing an entry of the package adds to an app that has LiveStore, Effect and Lit already. */
import { build } from "esbuild"
import { gzipSync } from "node:zlib"
import { projectRoot } from "./fresh.mjs"

const peers = ["effect", "effect/*", "@effect/*", "@livestore/*", "lit", "lit/*", "node:*", "cloudflare:*"]

/**
 * Gzip bytes of a minified bundle of these statements with all that loads at once. What loads later, and only for
 * some (a language that is not English), is not counted.
 */
export const measureImport = async (statements) => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectRoot,
    // By the package's own name, so that `exports` and `sideEffects` are what decides.
    stdin: { contents: statements, resolveDir: projectRoot, sourcefile: "import.js" },
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    external: peers,
    write: false,
    metafile: true,
    outdir: ".",
    logLevel: "silent",
  })
  const main = Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint === "import.js")
  const needed = [main]
  for (const path of needed) {
    const { imports } = metafile.outputs[path]
    for (const { path: next, kind, external } of imports) {
      if (kind === "import-statement" && external !== true && !needed.includes(next)) needed.push(next)
    }
  }
  const contentOf = (path) =>
    outputFiles.find((file) => file.path.replaceAll("\\", "/").endsWith(`/${path}`)).contents
  return needed.reduce((sum, path) => sum + gzipSync(contentOf(path), { level: 9 }).length, 0)
}

const all = (entry) => `export * from "livestore-filesync${entry}"`

/** What an app with its own store and our backend imports, with the three elements. */
const app = `
export { createFileSync, registerFileSyncServiceWorker } from "livestore-filesync"
export { httpAdapter } from "livestore-filesync/adapters/http"
export { extendSchema } from "livestore-filesync/schema"
import "livestore-filesync/components/filesync-image"
import "livestore-filesync/components/filesync-status"
import "livestore-filesync/components/filesync-upload"
`

/** Statements by the name they are listed under. */
export const measuredImports = {
  "an app: engine, http adapter, schema, three elements": app,
  "its engine alone": 'export { createFileSync } from "livestore-filesync"',
  "its three elements alone": app.replaceAll(/^export.*$/gm, ""),
  "everything in .": all(""),
  "./schema": all("/schema"),
  "./adapters/http": all("/adapters/http"),
  "./adapters/cloudflare": all("/adapters/cloudflare"),
  "./adapters/s3": all("/adapters/s3"),
  "./adapters/memory": all("/adapters/memory"),
  "./adapters/none": all("/adapters/none"),
  "./components": all("/components"),
  "./components/filesync-image": all("/components/filesync-image"),
  "./components/filesync-upload": all("/components/filesync-upload"),
  "./components/filesync-status": all("/components/filesync-status"),
  "./components/filesync-list": all("/components/filesync-list"),
  "./sw": all("/sw"),
}
