/** Gives `startLocalBackend` from `server/local-backend`, which may be TypeScript: Node 20 cannot load that by itself. */
import { build } from "esbuild"
import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const root = fileURLToPath(new URL("../", import.meta.url))

/** The module `server/local-backend`. */
export const loadLocalBackend = async () => {
  const plain = join(root, "server/local-backend.mjs")
  if (existsSync(plain)) return import(pathToFileURL(plain).href)
  const outfile = join(root, ".cache/local-backend.mjs")
  mkdirSync(join(root, ".cache"), { recursive: true })
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, "server/local-backend.ts")],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    outfile,
    logLevel: "error",
  })
  return import(pathToFileURL(outfile).href)
}
