/** Where a link in a Markdown file leads: to a page, to a source file that becomes a page, or away. */
import { existsSync, readFileSync, statSync } from "node:fs"
import { join, posix } from "node:path"
import { projectRoot } from "../ensure-installed.mjs"

/** A link as what it means. `target` is a path in the project. */
export const readLink = (from, href) => {
  if (/^[a-z][a-z+.-]*:/i.test(href)) return { kind: "away" }
  const [path = "", fragment] = href.split("#")
  const target = path === "" ? from : posix.join(posix.dirname(from), path)
  return { kind: "inside", target, fragment }
}

/** Whether there is such a file or folder in the project. */
export const isThere = (target) => existsSync(join(projectRoot, target))

/** Whether a link to it can become a page that shows its text. */
export const isSourceFile = (target) =>
  /\.(?:ts|tsx|mjs|js|json|toml|vue|svelte|html|css|sh)$/.test(target) &&
  isThere(target) &&
  statSync(join(projectRoot, target)).isFile()

/** The line of a source file in which a title stands, from 1; 0 when it is not in there. */
export const lineOfTitle = (target, title) => {
  const lines = readFileSync(join(projectRoot, target), "utf8").split("\n")
  return lines.findIndex((line) => line.includes(title)) + 1
}
