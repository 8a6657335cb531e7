import assert from "node:assert/strict"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, posix } from "node:path"
import { before, describe, it } from "node:test"
import { parse } from "parse5"
import { buildDocs, isServedBeside } from "../../scripts/docs/build-docs.mjs"
import { isThere, lineOfTitle, readLink } from "../../scripts/docs/links.mjs"
import { renderMarkdown } from "../../scripts/docs/markdown.mjs"
import { apiPages } from "../../scripts/docs/api/api-pages.mjs"
import { temporaryFolder } from "../support/started-app.mjs"
import { markdownFiles } from "./markdown-files.mjs"

const files = markdownFiles()
/** The reference is generated: its pages exist on the site, but not on GitHub. */
const made = new Map(apiPages().map(({ path, text }) => [path, text]))
const texts = new Map([...files.map(({ path, text }) => [path, text]), ...made])
/** Links from `docs/guides/x.md` to the reference go to `docs/reference/…`, which is where the site has it. */
const onSite = (target) => (made.has(target.replace(/^docs\//, "")) ? target.replace(/^docs\//, "") : target)

const headings = new Map()
const headingsOf = (path) => {
  if (!headings.has(path))
    headings.set(
      path,
      renderMarkdown(texts.get(path)).headings.map(({ id }) => id),
    )
  return headings.get(path)
}

describe("links in the documentation", () => {
  for (const { path, text } of files) {
    it(`of ${path} lead to something`, () => {
      const broken = []
      for (const { href } of renderMarkdown(text).links) {
        const { kind, target, fragment } = readLink(path, href)
        if (kind === "away") continue
        const page = onSite(target)
        if (!texts.has(page) && !isThere(target)) broken.push(href)
        else if (fragment !== undefined && !texts.has(page)) broken.push(`${href}: only pages have headings`)
        else if (fragment !== undefined && !headingsOf(page).includes(fragment)) broken.push(href)
      }
      assert.deepEqual(broken, [])
    })
  }
})

describe("the page of guarantees", () => {
  const path = "docs/guarantees.md"
  const text = texts.get(path)
  /** Each item of a list, as one line. */
  const items = text.split(/\n(?=- )/).filter((part) => part.startsWith("- "))
  const lines = items.map((item) => item.split(/\n\n/)[0].replaceAll("\n", " "))

  it("links each line to a test, or says that there is none", () => {
    assert.ok(lines.length > 40)
    assert.deepEqual(
      lines.filter((line) => !/\]\([^)]+\)|No test/.test(line)),
      [],
    )
  })

  it("names, for each test it links to, words that are in that file", () => {
    const wrong = []
    for (const { href, title } of renderMarkdown(text).links) {
      const { kind, target } = readLink(path, href)
      if (kind === "away" || target.endsWith(".md")) continue
      if (title === undefined) wrong.push(`${href} names no test`)
      else if (!isThere(target) || lineOfTitle(target, title) === 0) wrong.push(`${href} has no "${title}"`)
    }
    assert.deepEqual(wrong, [])
  })
})

describe("the built site", () => {
  const folder = temporaryFolder("docs-site")
  const pages = new Map()

  before(() => {
    buildDocs(folder.path)
    for (const name of readdirSync(folder.path, { recursive: true }).map(String)) {
      if (!name.endsWith(".html")) continue
      const path = name.replaceAll("\\", "/")
      pages.set(path, readPage(readFileSync(join(folder.path, name), "utf8")))
    }
  })

  /** Ids and addresses of a page, and what a strict policy would refuse. */
  const readPage = (html) => {
    const page = { ids: new Set(), urls: [], inline: [] }
    const visit = (node) => {
      for (const { name, value } of node.attrs ?? []) {
        if (name === "id") page.ids.add(value)
        if (name === "href" || name === "src") page.urls.push(value)
        if (name === "style" || name.startsWith("on")) page.inline.push(`${node.tagName} ${name}`)
      }
      if (node.tagName === "style") page.inline.push("style")
      if (node.tagName === "script" && !node.attrs.some(({ name }) => name === "src"))
        page.inline.push("script")
      for (const child of node.childNodes ?? []) visit(child)
    }
    visit(parse(html))
    return page
  }

  const isFile = (path) => {
    try {
      return statSync(join(folder.path, path)).isFile()
    } catch {
      return false
    }
  }

  it("has every page, heading and file that its pages lead to", () => {
    const broken = []
    for (const [path, { urls }] of pages) {
      for (const url of urls) {
        if (/^https?:/.test(url)) continue
        const [file, fragment] = url.split("#")
        const target = file === "" ? path : posix.join(posix.dirname(path), file)
        // The demo is served one level above the site.
        if (target.startsWith("../") && isServedBeside(posix.join("demo", target.slice(3)))) continue
        if (!isFile(target)) broken.push(`${path}: ${url}`)
        else if (fragment && !pages.get(target)?.ids.has(fragment)) broken.push(`${path}: ${url}`)
      }
    }
    folder.remove()
    assert.deepEqual(broken, [])
    assert.ok(pages.size > 40)
  })

  it("has no script or style in its pages", () => {
    assert.deepEqual(
      [...pages].filter(([, { inline }]) => inline.length > 0).map(([path]) => path),
      [],
    )
  })
})
