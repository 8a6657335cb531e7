/** Every page of the site: its Markdown, where it stands, and what comes before and after it. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { projectRoot } from "../ensure-installed.mjs"
import { apiPages } from "./api/api-pages.mjs"
import { sections } from "./table-of-contents.mjs"

const read = (path) => readFileSync(join(projectRoot, path), "utf8")

/** The words of the first heading, without Markdown's signs. */
const titleOf = (text) => (/^# (.+)$/m.exec(text)?.[1] ?? "").replaceAll("`", "")

/** Where a page is on the site, below its root: `docs/guides/vue.md` is at `guides/vue.html`. */
const urlOf = (path) =>
  path
    .replace(/^docs\//, "")
    .replace(/README\.md$/, "index.md")
    .replace(/\.md$/, ".html")

/** What the lists of pages call it. The front page's heading is the package's name, as is the main entry's. */
const nameOf = (path, text) =>
  path === "docs/index.md" ? "Overview" : titleOf(text).replace(/^livestore-filesync\//, "")

const namesIn = (folder, made) =>
  folder === "reference/"
    ? made.filter(({ path }) => path !== "reference/index.md").map(({ path }) => path)
    : readdirSync(join(projectRoot, folder))
        .filter((name) => name.endsWith(".md"))
        .toSorted()
        .map((name) => `${folder}${name}`)

/** The sections with their pages in order: `{ title, pages: [{ path, url, title, text }] }`. */
export const loadSections = () => {
  const made = apiPages()
  const madeText = new Map(made.map(({ path, text }) => [path, text]))
  return sections.map(({ title, pages }) => ({
    title,
    pages: pages
      .flatMap((path) => (path.endsWith("/") ? namesIn(path, made) : [path]))
      .filter((path) => madeText.has(path) || existsSync(join(projectRoot, path)))
      .map((path) => {
        const text = madeText.get(path) ?? read(path)
        return { path, url: urlOf(path), title: nameOf(path, text), text }
      }),
  }))
}
