/** The reference: one page of Markdown for each entry of the package, and one for each element. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { analyzeElements } from "../../build/elements/analyze.mjs"
import { projectRoot } from "../../ensure-installed.mjs"
import { declarationText, kindOf, namesIn } from "./declaration-text.mjs"
import { elementPage } from "./element-page.mjs"
import { docstringOf, exportsOf, findDeclaration, headOf } from "./exports.mjs"

const packageName = "livestore-filesync"
const elementEntry = /^\.\/components\/(filesync-[\w-]+)(\/class)?$/

/** Every entry that has types of its own, with the source that it is built from. */
export const sourceEntries = () => {
  const { exports } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"))
  return Object.entries(exports)
    .filter(([, target]) => typeof target === "object" && target.types?.startsWith("./dist/types/"))
    .map(([entry, { types }]) => ({
      entry,
      name: entry === "." ? packageName : `${packageName}/${entry.slice(2)}`,
      slug: entry === "." ? "main" : entry.slice(2).replaceAll("/", "-"),
      source: join(projectRoot, types.replace("./dist/types/", "").replace(/\.d\.ts$/, ".ts")),
    }))
    .filter(({ source }) => existsSync(source))
}

const kinds = [
  ["function", "Functions"],
  ["value", "Values"],
  ["service", "Services (Effect)"],
  ["class", "Classes"],
  ["error", "Errors"],
  ["type", "Types"],
]

const identity = ({ path, statement, name }) => `${path}:${statement.pos}:${name}`

/** Which page shows a declaration; the main entry's comes first, since most apps import it. */
const homesOf = (entries) => {
  const homes = new Map()
  for (const { slug, source } of entries) {
    for (const one of exportsOf(source).values()) {
      if (!homes.has(identity(one))) homes.set(identity(one), slug)
    }
  }
  return homes
}

/** Types of ours that the declarations on a page name and no entry exports. */
const alsoNamed = (exported, homes) => {
  const extra = new Map()
  const queue = [...exported.values()]
  for (const one of queue) {
    for (const name of namesIn(one)) {
      if (exported.has(name) || extra.has(name)) continue
      const found = findDeclaration(one.path, name)
      if (found === undefined || kindOf(found) !== "type" || homes.has(identity(found))) continue
      extra.set(name, found)
      queue.push(found)
    }
  }
  return extra
}

const fence = (text) => `\`\`\`ts nocheck\n${text}\n\`\`\``

const section = (one, { here, homes }) => {
  const links = [...namesIn(one)]
    .filter((name) => name !== one.name)
    .map((name) => {
      const found = here.get(name) ?? findDeclaration(one.path, name)
      const home = here.has(name) ? "" : found && homes.get(identity(found))
      return home === undefined ? undefined : `[\`${name}\`](${home && `${home}.md`}#${name.toLowerCase()})`
    })
    .filter((link) => link !== undefined)
  const uses = links.length === 0 ? [] : [`Uses ${links.join(" · ")}`]
  return [`### ${one.name}`, docstringOf(one), fence(declarationText(one)), ...uses].join("\n\n")
}

const byName = (a, b) => a.name.localeCompare(b.name, "en")

const entryPage = ({ name, source, slug }, elements, homes) => {
  const exported = exportsOf(source)
  const classes = new Map(elements.map((element) => [element.name, element.tagName]))
  const shown = new Map([...exported].filter(([key]) => !classes.has(key)))
  const extra = alsoNamed(shown, homes)
  const context = { here: new Map([...shown, ...extra]), homes }
  const lines = [`# ${name}`, headOf(source)]
  lines.push(fence(`import { … } from "${name}"`))
  const tags = [...exported.keys()].filter((key) => classes.has(key)).map((key) => classes.get(key))
  if (tags.length > 0) {
    lines.push(
      "Importing it registers the elements, each of which has a page:",
      tags.map((tag) => `- [\`<${tag}>\`](element-${tag}.md)`).join("\n"),
    )
  }
  for (const [kind, heading] of kinds) {
    const ones = [...shown.values()].filter((one) => kindOf(one) === kind).toSorted(byName)
    if (ones.length > 0) lines.push(`## ${heading}`, ...ones.map((one) => section(one, context)))
  }
  if (extra.size > 0) {
    const ones = [...extra.values()].toSorted(byName)
    lines.push(
      "## Shapes that are not exported",
      "The declarations above name these; they have no name to import.",
      ...ones.map((one) => section(one, context)),
    )
  }
  return { path: `reference/${slug}.md`, title: name, text: lines.join("\n\n") }
}

/** What a file is for, which no docstring says. */
const wordsFor = {
  "./filesync.js": "the script tag",
  "./filesync-inspector.js": "the inspector, for a page with the script tag",
  "./filesync-sw.js": "the service worker, to host as it is or to import in one line",
  "./filesync-sw-background.js": "beside it: uploads after the last tab was closed",
  "./worker": "a whole Cloudflare Worker: files in R2, the sync of LiveStore, and the collection of garbage",
  "./cdn/*": "everything that lies beside the script tag",
  "./custom-elements.json": "the custom elements manifest",
  "./vscode.html-custom-data.json": "tags and attributes, for VS Code",
  "./vscode.css-custom-data.json": "custom properties, for VS Code",
  "./web-types.json": "tags, attributes and custom properties, for JetBrains",
  "./integrity.json": "Subresource Integrity of the script tag's files",
  "./vue": "types of the tags for Vue",
  "./svelte": "types of the tags for Svelte",
  "./react": "types of the tags for React",
  "./package.json": "the package's own facts",
}

/** Entries that export nothing to a program. */
const otherEntries = () => {
  const { exports } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"))
  return Object.entries(exports)
    .filter(([, target]) => typeof target === "string" || target.types?.startsWith("./dist/frameworks/"))
    .map(([entry]) => entry)
}

const indexPage = (entries, elements) => ({
  path: "reference/index.md",
  title: "Reference",
  text: [
    "# Reference",
    "Made from the docstrings in the source. One page for each entry of the package; every export is on it.",
    "| entry | what it gives |\n| --- | --- |\n" +
      entries
        .filter(({ entry }) => !elementEntry.test(entry))
        .map(({ name, slug, source }) => {
          const names = [...exportsOf(source).keys()].filter((key) => /^[a-z]/.test(key))
          const shown = names.slice(0, 6).map((key) => `\`${key}\``)
          return `| [\`${name}\`](${slug}.md) | ${shown.join(", ")}${names.length > 6 ? ", …" : ""} |`
        })
        .join("\n"),
    "## Elements",
    "| element | what it is |\n| --- | --- |\n" +
      elements
        .map(({ tagName, summary }) => `| [\`<${tagName}>\`](element-${tagName}.md) | ${summary} |`)
        .join("\n"),
    "## Files and types of tags",
    "| entry | what it is |\n| --- | --- |\n" +
      otherEntries()
        .map((entry) => `| \`${packageName}/${entry.slice(2)}\` | ${wordsFor[entry] ?? ""} |`)
        .join("\n"),
  ].join("\n\n"),
})

/** Every page of the reference, as Markdown. */
export const apiPages = () => {
  const entries = sourceEntries()
  const elements = analyzeElements()
    .modules.flatMap(({ declarations }) => declarations)
    .filter(({ tagName }) => tagName !== undefined)
  const homes = homesOf(entries)
  const pages = entries
    .filter(({ entry }) => !elementEntry.test(entry))
    .map((entry) => entryPage(entry, elements, homes))
  return [indexPage(entries, elements), ...pages, ...elements.map(elementPage)]
}
