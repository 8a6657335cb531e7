/** The peer is installed on demand, with the exact versions it needs; without a network it is left out. */
import { build } from "esbuild"
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { npmInstall } from "./npm-install.mjs"

const bench = fileURLToPath(new URL("../", import.meta.url))

/** The folder of the peer and its pages: modules find their packages from their own folder. */
export const peerFolder = join(bench, ".peer")

/** Installs and copies what is needed; `{ missing }` says why the peer cannot take part. */
export const preparePeer = async ({ say }) => {
  mkdirSync(peerFolder, { recursive: true })
  copyFileSync(join(bench, "peer/package.json"), join(peerFolder, "package.json"))
  try {
    if (!existsSync(join(peerFolder, "node_modules/@livestore-filesync/core/package.json"))) {
      say("installing the peer (first run only) …")
      await npmInstall(peerFolder)
    }
    rmSync(join(peerFolder, "pages"), { recursive: true, force: true })
    cpSync(join(bench, "peer/pages"), join(peerFolder, "pages"), { recursive: true })
    cpSync(join(bench, "pages/shared"), join(peerFolder, "pages/shared"), { recursive: true })
    return { workerFile: await buildWorker() }
  } catch (cause) {
    return { missing: cause.message }
  }
}

const buildWorker = async () => {
  const outfile = join(peerFolder, "server.mjs")
  await build({
    absWorkingDir: peerFolder,
    entryPoints: [join(peerFolder, "pages/peer-server.js")],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*", "node:*"],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  })
  return outfile
}
