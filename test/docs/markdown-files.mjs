/** The Markdown that people read: the pages of the site that are written by hand, and the README. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { projectRoot } from "../../scripts/ensure-installed.mjs"

const inFolder = (folder) =>
  readdirSync(join(projectRoot, folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".md"))
    .toSorted()

/** `{ path, text }` of each; paths are relative to the project. */
export const markdownFiles = () =>
  [
    "README.md",
    "CONTRIBUTING.md",
    ...inFolder("docs"),
    ...inFolder("decisions"),
    "server/README.md",
    "server/PROTOCOL.md",
  ].map((path) => ({ path, text: readFileSync(join(projectRoot, path), "utf8") }))

/** Those whose samples are compiled. */
export const filesWithSamples = () => markdownFiles().filter(({ path }) => /^(?:docs\/|README)/.test(path))
