/**
 * Serves every bare import of the sources from one esbuild build with shared chunks: a test page then loads a handful
 * of modules instead of hundreds, and there is exactly one copy of each package on it.
 */
import { build } from "esbuild"
import { createHash } from "node:crypto"
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs"
import { join } from "node:path"

const specifier =
  /(?:^|[\s;}])(?:import|export)\s+(?!type\b)(?:[\w*{}\s,$]+?\bfrom\s*)?"([^"./][^"]*)"|\bimport\(\s*"([^"./][^"]*)"/g

const sourceFiles = (folder) => {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
}

/** Test commands talk to the running test server, virtual modules have their own plugin. */
const isVendored = (id) => !/^(?:node:|virtual:|https?:|data:|@web\/)/.test(id)

const packageOf = (id) =>
  id
    .split("/")
    .slice(0, id.startsWith("@") ? 2 : 1)
    .join("/")

const bareImports = (root, folders) => {
  const ids = new Set()
  for (const path of folders.flatMap((folder) => sourceFiles(join(root, folder)))) {
    for (const match of readFileSync(path, "utf8").matchAll(specifier)) ids.add(match[1] ?? match[2])
  }
  return [...ids].filter(isVendored).filter((id) => existsSync(join(root, "node_modules", packageOf(id))))
}

const fileName = (id) => id.replaceAll("@", "").replaceAll("/", "__").replace(/\.js$/, "")

const buildVendor = async (root, ids, outdir) => {
  // A private folder first: two runs that start at once must not see each other's half-written chunks.
  const scratch = `${outdir}.${process.pid}`
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(ids.map((id) => [fileName(id), id])),
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    outdir: scratch,
    conditions: ["browser", "production"],
    define: { "process.env.NODE_ENV": '"production"', "import.meta.env": "undefined" },
    logLevel: "error",
  })
  const wasm = join(root, "node_modules/@livestore/wa-sqlite/dist/wa-sqlite.wasm")
  if (existsSync(wasm)) cpSync(wasm, join(scratch, "wa-sqlite.wasm"))
  rmSync(outdir, { recursive: true, force: true })
  try {
    renameSync(scratch, outdir)
  } catch (cause) {
    rmSync(scratch, { recursive: true, force: true })
    if (!existsSync(outdir)) throw cause
  }
}

const forgetOldBuilds = (folder, keep) => {
  const oldMs = 24 * 60 * 60 * 1000
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const path = join(folder, name)
    if (path !== keep && Date.now() - statSync(path).mtimeMs > oldMs)
      rmSync(path, { recursive: true, force: true })
  }
}

/** Builds on start when the set of imports or the installed packages changed; `extraIds` are always in. */
export const vendorPlugin = ({ root, folders, extraIds = [] }) => {
  let ids = new Set()
  let urlPrefix = ""
  return {
    name: "vendor",
    async serverStart() {
      ids = new Set([...bareImports(root, folders), ...extraIds])
      const installed = join(root, "node_modules/.package-lock.json")
      const key = createHash("sha256")
        .update(JSON.stringify([...ids].toSorted()))
        .update(existsSync(installed) ? readFileSync(installed) : "")
        .update(readFileSync(new URL(import.meta.url)))
        .digest("hex")
        .slice(0, 16)
      const parent = join(root, ".cache/vendor")
      const outdir = join(parent, key)
      urlPrefix = `/.cache/vendor/${key}/`
      if (existsSync(outdir)) return
      mkdirSync(parent, { recursive: true })
      await buildVendor(root, [...ids], outdir)
      forgetOldBuilds(parent, outdir)
    },
    resolveImport({ source }) {
      return ids.has(source) ? `${urlPrefix}${fileName(source)}.js` : undefined
    },
  }
}
