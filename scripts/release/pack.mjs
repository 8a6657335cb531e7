/**
 * The package as it goes out: what `npm pack` takes, with guides whose links lead somewhere. In the repository they also
 * lead to tests, decisions and the made reference; the package has the reference, and names the others.
 */
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { apiPages } from "../docs/api/api-pages.mjs"
import { readLink } from "../docs/links.mjs"
import { projectRoot } from "../ensure-installed.mjs"

/** Runs npm, without a shell where that is possible, and gives back what it said; throws when it fails. */
export const npm = (args, { cwd = projectRoot } = {}) => {
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

/** A Markdown link: its text, its address and, in quotes, its title. */
const link = /\[((?:[^\][]|\[[^\]]*\])*)\]\(([^\s)]+)(?: "[^"]*")?\)/g

/** A page whose links to what `isShipped` does not know are exchanged for their words and the name of the file. */
const withoutDeadLinks = (path, text, isShipped) =>
  text.replaceAll(link, (whole, words, href) => {
    const { kind, target } = readLink(path, href)
    if (kind === "away" || isShipped(target.replace(/\/$/, ""))) return whole
    return words.includes(target.split("/").at(-1)) ? words : `${words} (\`${target}\`)`
  })

/** Copies what `files` in package.json names, so that npm packs the copy; npm itself leaves out what has a `*`. */
const copyFiles = (path) => {
  const { files } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"))
  const left = new Set(
    files.filter((name) => name.startsWith("!")).map((name) => join(projectRoot, name.slice(1))),
  )
  for (const name of ["package.json", ...files.filter((one) => !one.startsWith("!"))]) {
    cpSync(join(projectRoot, name), join(path, name), {
      recursive: true,
      filter: (from) => !left.has(from) && basename(from) !== "node_modules",
    })
  }
}

const namesIn = (path) =>
  readdirSync(path, { recursive: true }).map((name) => String(name).replaceAll("\\", "/"))

/**
 * Packs what is built. `folder` gets the tarball, and in `package` the same as a folder, which is `path`; `files` are the
 * names and sizes of what is in the tarball.
 */
export const packPackage = (folder) => {
  const path = join(folder, "package")
  copyFiles(path)
  mkdirSync(join(path, "docs/reference"), { recursive: true })
  for (const page of apiPages()) writeFileSync(join(path, "docs", page.path), page.text)
  const names = namesIn(path)
  const shipped = new Set(names)
  for (const name of names.filter((one) => one.endsWith(".md"))) {
    const text = readFileSync(join(path, name), "utf8")
    writeFileSync(
      join(path, name),
      withoutDeadLinks(name, text, (target) => shipped.has(target)),
    )
  }
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder]
  const answer = JSON.parse(npm(args, { cwd: path }))
  // Older versions of npm answer with a list.
  const [{ filename, files }] = Array.isArray(answer) ? answer : Object.values(answer)
  return { tarball: join(folder, filename), path, files }
}
