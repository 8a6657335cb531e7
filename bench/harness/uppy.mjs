/** Uppy and its tus server are installed on demand, with exact versions; without a network they are left out. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { npmInstall } from "./npm-install.mjs"

const bench = fileURLToPath(new URL("../", import.meta.url))

/** The folder of Uppy, its page and its server: modules find their packages from their own folder. */
export const uppyFolder = join(bench, ".uppy")

const isInstalled = ([name, version]) => {
  const path = join(uppyFolder, "node_modules", name, "package.json")
  return existsSync(path) && JSON.parse(readFileSync(path, "utf8")).version === version
}

/** Installs and copies what is needed; `{ missing }` says why Uppy cannot take part. */
export const prepareUppy = async ({ say }) => {
  mkdirSync(uppyFolder, { recursive: true })
  copyFileSync(join(bench, "uppy/package.json"), join(uppyFolder, "package.json"))
  const { dependencies } = JSON.parse(readFileSync(join(uppyFolder, "package.json"), "utf8"))
  try {
    if (!Object.entries(dependencies).every(isInstalled)) {
      say("installing Uppy and its tus server (first run only) …")
      await npmInstall(uppyFolder)
    }
    cpSync(join(bench, "uppy"), uppyFolder, { recursive: true })
    cpSync(join(bench, "pages/shared"), join(uppyFolder, "pages/shared"), { recursive: true })
    return {}
  } catch (cause) {
    return { missing: cause.message }
  }
}
