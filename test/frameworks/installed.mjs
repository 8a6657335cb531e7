/** A folder with the packed package in it, installed as the README says, and the demos beside it. */
import { spawnSync } from "node:child_process"
import { cpSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { npm, pack } from "../support/packed.mjs"
import { temporaryFolder } from "../support/started-app.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const here = fileURLToPath(new URL(".", import.meta.url))

/** The install command of the README, without `npm install` and our own name. */
export const readmePeers = () => {
  const words = /^npm install livestore-filesync (.+)$/m.exec(readFileSync(join(root, "README.md"), "utf8"))
  if (words === null) throw new Error("The README does not say how to install.")
  return words[1].split(" ")
}

const quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
const rollupParts = [
  "rollup",
  "@rollup/plugin-commonjs",
  "@rollup/plugin-json",
  "@rollup/plugin-node-resolve",
  "@rollup/plugin-replace",
  "@types/node",
  "@types/react",
]

/** Installs the package in an empty folder. Throws what npm says when that does not work with no flags. */
export const installPackage = () => {
  const folder = temporaryFolder("installed")
  const { tarball } = pack(folder.path)
  writeFileSync(join(folder.path, "package.json"), '{ "name": "app", "private": true, "type": "module" }\n')
  npm(["install", tarball, ...readmePeers()], { cwd: folder.path })
  const inFolder = (...path) => join(folder.path, ...path)

  return {
    path: folder.path,
    remove: folder.remove,
    versionOf: (name) =>
      JSON.parse(readFileSync(inFolder("node_modules", name, "package.json"), "utf8")).version,
    /** Adds the demos, the rollup app and the tools they are built with. */
    addApps() {
      for (const name of ["board", "plain", "vue", "svelte", "react"]) {
        cpSync(join(root, "demo", name), inFolder(name), {
          recursive: true,
          filter: (path) => !/[\\/](?:dist|public|node_modules)$/.test(path),
        })
      }
      cpSync(join(here, "rollup-app"), inFolder("rollup-app"), { recursive: true })
      cpSync(join(here, "types"), inFolder("types"), { recursive: true })
      const { dependencies, devDependencies } = JSON.parse(
        readFileSync(join(root, "demo/package.json"), "utf8"),
      )
      const ours = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies
      const wanted = Object.entries({ ...dependencies, ...devDependencies })
        .filter(([name]) => name !== "livestore-filesync" && name !== "miniflare")
        .map(([name, version]) => `${name}@${version}`)
      const forRollup = rollupParts.map((name) => (name in ours ? `${name}@${ours[name]}` : name))
      npm(["install", ...quiet, "--save-dev", ...wanted, ...forRollup], { cwd: folder.path })
    },
    /** Runs an installed program in a folder here; throws with what it printed when it fails. */
    run(program, args, place = ".") {
      const { status, stdout, stderr } = spawnSync("npx", ["--no-install", program, ...args], {
        cwd: inFolder(place),
        encoding: "utf8",
        shell: process.platform === "win32",
      })
      if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}\n${stderr}`)
      return stdout
    },
  }
}
