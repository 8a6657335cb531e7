/** Bundles the subjects' pages and serves them from the real local backend, so that all have one origin and one server. */
import { build } from "esbuild"
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build as buildPackage } from "../../scripts/build.mjs"
import { staticFiles } from "../../scripts/static-files.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { peerFolder } from "./peer.mjs"
import { temporaryFolder } from "./temporary-folder.mjs"
import { uppyFolder } from "./uppy.mjs"

const bench = fileURLToPath(new URL("../", import.meta.url))
const root = join(bench, "..")

const page = (title, script) => `<!doctype html>
<meta charset="utf-8" />
<title>${title}</title>
<input type="file" id="picker" multiple />
<script type="module" src="./${script}.js"></script>
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
    // Names stay readable for a profile.
    minify: process.env.BENCH_READABLE === undefined,
    outdir,
    entryNames: "[name]",
    conditions: ["browser", "production"],
    define: { "process.env.NODE_ENV": '"production"', "import.meta.env": "undefined" },
    logLevel: "error",
  })
  writeFileSync(join(outdir, "index.html"), page(subject, "page"))
  if ("listed" in entryPoints) writeFileSync(join(outdir, "listed.html"), page(subject, "listed"))
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
    listed: join(folder, "bench/pages/floor-listed.js"),
    "store-worker": join(folder, "bench/pages/floor-store-worker.js"),
    shared: "@livestore/adapter-web/shared-worker",
  }),
}

/** Builds the pages of these subjects into a folder of this run, so that a build meanwhile changes nothing. */
const buildPages = async (subjects, parts, say) => {
  await buildPackage({ only: parts, say })
  const outputFolder = temporaryFolder("site")
  for (const subject of subjects) {
    if (subject === "uppy") {
      await bundle("uppy", uppyFolder, outputFolder, { page: join(uppyFolder, "pages/uppy.js") })
    } else if (subject === "peer") {
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

/**
 * Builds and serves; gives `pageOf(subject)`, `urlOf(subject)`, the `folder` of the pages, and `stop`. The peer has a
 * backend of its own, of the same kind on the same machine.
 */
export const startSite = async ({ subjects, parts, peer, say }) => {
  const folder = await buildPages(subjects, parts, say)
  const assets = staticFiles({
    mounts: [
      { prefix: "/livestore-filesync/", folder: join(root, "dist/cdn") },
      { prefix: "/", folder },
    ],
    files: { "/filesync-sw.js": join(root, "dist/filesync-sw.js") },
    listing: "/listing.json",
  })
  const start = (options) => startLocalBackend({ dataFolder: temporaryFolder("data"), assets, ...options })
  const backend = await start({})
  const peerBackend = subjects.includes("peer") ? await start({ workerFile: peer.workerFile }) : undefined
  const urlOf = (subject) => (subject === "peer" ? peerBackend : backend).url
  return {
    folder,
    urlOf,
    pageOf: (subject, base = urlOf(subject)) => `${base}/bench/${subject}/`,
    stop: () => Promise.all([backend.stop(), peerBackend?.stop()]),
  }
}
