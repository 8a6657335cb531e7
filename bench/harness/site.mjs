/** Bundles the subjects' pages and serves them from the real local backend, so that all have one origin and one server. */
import { build } from "esbuild"
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build as buildPackage } from "../../scripts/build.mjs"
import { staticFiles } from "../../scripts/static-files.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { temporaryFolder } from "./temporary-folder.mjs"

const bench = fileURLToPath(new URL("../", import.meta.url))
const root = join(bench, "..")

const page = (subject) => `<!doctype html>
<meta charset="utf-8" />
<title>${subject}</title>
<input type="file" id="picker" multiple />
<script type="module" src="./page.js"></script>
`

const bundle = async (subject, folder, outputFolder, entryPoints) => {
  const outdir = join(outputFolder, "bench", subject)
  mkdirSync(outdir, { recursive: true })
  await build({
    absWorkingDir: folder,
    entryPoints,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: process.env.BENCH_READABLE === undefined,
    outdir,
    entryNames: "[name]",
    conditions: ["browser", "production"],
    define: { "process.env.NODE_ENV": '"production"', "import.meta.env": "undefined" },
    logLevel: "error",
  })
  writeFileSync(join(outdir, "index.html"), page(subject))
  const wasm = join(folder, "node_modules/@livestore/wa-sqlite/dist/wa-sqlite.wasm")
  if (existsSync(wasm)) copyFileSync(wasm, join(outdir, "wa-sqlite.wasm"))
}

const entries = {
  ours: (folder) => ({
    page: join(folder, "bench/pages/ours.js"),
    worker: join(folder, "bench/pages/ours-worker.js"),
    shared: "@livestore/adapter-web/shared-worker",
  }),
  floor: (folder) => ({
    page: join(folder, "bench/pages/floor.js"),
    worker: join(folder, "bench/pages/floor-worker.js"),
    hasher: join(folder, "bench/pages/floor-hasher.js"),
  }),
}

const peerFolder = join(bench, ".peer")

/** Builds the pages of these subjects into a folder of this run, so that a build meanwhile changes nothing. */
const buildPages = async (subjects, parts, say) => {
  await buildPackage({ only: parts, say })
  const outputFolder = temporaryFolder("site")
  for (const subject of subjects) {
    if (subject === "peer") {
      // Beside its own packages, because what a module imports is looked for from where it lies.
      rmSync(join(peerFolder, "pages"), { recursive: true, force: true })
      cpSync(join(bench, "peer/pages"), join(peerFolder, "pages"), { recursive: true })
      cpSync(join(bench, "pages/shared"), join(peerFolder, "pages/shared"), { recursive: true })
      await bundle("peer", peerFolder, outputFolder, {
        page: join(peerFolder, "pages/peer.js"),
        worker: join(peerFolder, "pages/peer-worker.js"),
        shared: "@livestore/adapter-web/shared-worker",
      })
    } else {
      await bundle(subject, root, outputFolder, entries[subject](root))
    }
  }
  return outputFolder
}

/** Builds and serves; gives `url`, `pageOf(subject)`, `folder` of the pages, `dataFolder` and `stop`. */
export const startSite = async ({ subjects, parts, say, assets = () => undefined }) => {
  const folder = await buildPages(subjects, parts, say)
  const dataFolder = temporaryFolder("data")
  const files = staticFiles({
    mounts: [
      { prefix: "/livestore-filesync/", folder: join(root, "dist/cdn") },
      { prefix: "/", folder },
    ],
    files: { "/filesync-sw.js": join(root, "dist/filesync-sw.js") },
    listing: "/listing.json",
  })
  const backend = await startLocalBackend({
    dataFolder,
    assets: async (request) => (await assets(request)) ?? files(request),
  })
  return {
    url: backend.url,
    folder,
    dataFolder,
    pageOf: (subject, base = backend.url) => `${base}/bench/${subject}/`,
    stop: () => backend.stop(),
  }
}
