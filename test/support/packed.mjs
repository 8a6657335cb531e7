/** The package as npm would publish it, packed from what is built. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))

/** Runs npm, without a shell where that is possible, and gives back what it said; throws when it fails. */
export const npm = (args, { cwd = root } = {}) => {
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
    maxBuffer: 64 * 1024 * 1024,
    // npm hands its own settings down to what it runs, and this may run below `npm test`.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)/i.test(name))),
  })
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${stdout}\n${stderr}`)
  return stdout
}

/** Packs the built package into `folder`; gives back the tarball's path and the names and sizes of its files. */
export const pack = (folder) => {
  const answer = JSON.parse(npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder]))
  const [{ filename, files }] = Array.isArray(answer) ? answer : Object.values(answer)
  return { tarball: join(folder, filename), files }
}
