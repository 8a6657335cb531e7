#!/usr/bin/env node
/** Builds the documentation as a site of plain files in `dist/docs`: `npm run docs`. */
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, extname, join, posix } from "node:path"
import { fileURLToPath } from "node:url"
import MiniSearch from "minisearch"
import { projectRoot } from "../ensure-installed.mjs"
import { isSourceFile, isThere, lineOfTitle, readLink } from "./links.mjs"
import { escapeHtml, highlight, renderMarkdown } from "./markdown.mjs"
import { renderPage } from "./page-template.mjs"
import { loadSections } from "./pages.mjs"
import { searchOptions } from "./search-options.mjs"

const here = fileURLToPath(new URL(".", import.meta.url))
const version = () => JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")).version

const relativeUrl = (from, to) => posix.relative(posix.dirname(from), to) || posix.basename(to)

/** Pages of the demo, which `npm start` serves at `/`, one level above the site. */
export const isServedBeside = (target) => /^demo\/(?:elements\/)?[\w-]+\.html$/.test(target)

const sourceUrl = (path) => `source/${path}.html`

/** Says where links of a page lead on the site, and notes which other files the site must then hold. */
const linkResolver = (page, { urls, sources, images }) => {
  return (href, title) => {
    const { kind, target, fragment } = readLink(page.path, href)
    if (kind === "away") return href
    const hash = fragment === undefined ? "" : `#${fragment}`
    const path = isThere(posix.join(target, "README.md")) ? posix.join(target, "README.md") : target
    if (urls.has(path)) return relativeUrl(page.url, urls.get(path)) + hash
    if (/\.(?:png|svg)$/.test(target)) {
      images.add(target)
      return relativeUrl(page.url, `assets/${posix.basename(target)}`)
    }
    if (isServedBeside(target)) return relativeUrl(page.url, target.replace("demo/", "../"))
    if (isSourceFile(target)) {
      sources.add(target)
      const line = title === undefined ? 0 : lineOfTitle(target, title)
      return relativeUrl(page.url, sourceUrl(target)) + (line === 0 ? hash : `#L${line}`)
    }
    // A folder without a page of its own, such as the demos.
    return relativeUrl(page.url, urls.get("docs/index.md"))
  }
}

/** A source file with numbered lines, so that a link can lead to a test. */
const sourcePage = (path) => {
  const text = readFileSync(join(projectRoot, path), "utf8")
  const lines = splitLines(highlight(text, extname(path).slice(1)))
  const html = lines.map((line, at) => `<span class="line" id="L${at + 1}">${line}\n</span>`).join("")
  return {
    url: sourceUrl(path),
    title: path,
    html: `<h1>${escapeHtml(path)}</h1><figure class="code"><pre tabindex="0" role="group" aria-label="Source"><code class="numbered">${html}</code></pre></figure>`,
  }
}

/** Cuts coloured code into lines; what is open at a line's end is closed there and opened again. */
const splitLines = (html) => {
  const open = []
  return html.split("\n").map((line) => {
    const before = open.join("")
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
      if (tag === "</span>") open.pop()
      else open.push(tag)
    }
    return before + line + "</span>".repeat(open.length)
  })
}

/** One entry for each section of each page. */
const searchIndex = (pages) => {
  const index = new MiniSearch(searchOptions)
  let id = 0
  for (const { url, title, parts } of pages) {
    for (const part of parts) {
      index.add({
        id: id++,
        page: title,
        title: part.title,
        url: part.id === "" ? url : `${url}#${part.id}`,
        text: part.text,
        excerpt: part.text.slice(0, 110),
      })
    }
  }
  return JSON.stringify(index)
}

/** Builds the site into a folder, which is emptied first. Gives back the pages. */
export const buildDocs = (out = join(projectRoot, "dist/docs")) => {
  const sections = loadSections()
  const pages = sections.flatMap((section) => section.pages)
  const urls = new Map(pages.map(({ path, url }) => [path, url]))
  // The README is the front page of the project, and this page is that of the site.
  urls.set("README.md", "index.html")
  const found = { urls, sources: new Set(), images: new Set() }
  rmSync(out, { recursive: true, force: true })
  const write = (url, text) => {
    mkdirSync(dirname(join(out, url)), { recursive: true })
    writeFileSync(join(out, url), text)
  }
  const rendered = pages.map((page) => ({
    ...page,
    ...renderMarkdown(page.text, { toUrl: linkResolver(page, found) }),
  }))
  const shell = { sections, version: version() }
  for (const page of rendered) write(page.url, renderPage({ page, ...shell }))
  for (const path of found.sources) write(sourceUrl(path), renderPage({ page: sourcePage(path), ...shell }))
  cpSync(join(here, "assets"), join(out, "assets"), { recursive: true })
  for (const path of found.images)
    copyFileSync(join(projectRoot, path), join(out, "assets", posix.basename(path)))
  copyFileSync(join(projectRoot, "demo/icon.svg"), join(out, "assets/icon.svg"))
  const require = createRequire(import.meta.url)
  copyFileSync(
    require.resolve("minisearch").replace(/cjs.index\.cjs$/, "es/index.js"),
    join(out, "assets/minisearch.js"),
  )
  copyFileSync(join(here, "search-options.mjs"), join(out, "assets/search-options.js"))
  write("assets/search-index.json", searchIndex(rendered))
  return rendered
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = buildDocs()
  console.log(`${pages.length} pages in dist/docs`)
}
