/** The frame around every page of the site. */
import { posix } from "node:path"
import { escapeHtml } from "./markdown.mjs"

/** No other origin, no inline script, no inline style. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'"

const relativeUrl = (from, to) => {
  const path = posix.relative(posix.dirname(from), to)
  return path === "" ? posix.basename(to) : path
}

const sidebar = (sections, url) =>
  sections
    .filter(({ pages }) => pages.length > 0)
    .map(({ title, pages }) => {
      const items = pages.map((page) => {
        const here = page.url === url ? ' aria-current="page"' : ""
        return `<li><a href="${relativeUrl(url, page.url)}"${here}>${escapeHtml(page.title)}</a></li>`
      })
      return `<p class="section">${title}</p><ul>${items.join("")}</ul>`
    })
    .join("\n")

/** Sections of this page; short pages need none. */
const outline = (headings) => {
  const shown = headings.filter(({ level }) => level === 2 || level === 3)
  if (shown.filter(({ level }) => level === 2).length < 2) return ""
  const items = shown.map(
    ({ id, title, level }) => `<li class="level-${level}"><a href="#${id}">${escapeHtml(title)}</a></li>`,
  )
  return `<nav class="outline" aria-label="On this page"><p class="section">On this page</p><ul>${items.join("")}</ul></nav>`
}

const neighbours = (order, url) => {
  const at = order.findIndex((page) => page.url === url)
  if (at < 0) return ""
  const link = (page, rel, words) =>
    page === undefined
      ? "<span></span>"
      : `<a rel="${rel}" href="${relativeUrl(url, page.url)}"><small>${words}</small> ${escapeHtml(page.title)}</a>`
  return `<nav class="neighbours" aria-label="Previous and next page">${link(order[at - 1], "prev", "Previous")}${link(order[at + 1], "next", "Next")}</nav>`
}

/** A whole HTML document. `page`: `{ url, title, html, headings }`. */
export const renderPage = ({ page, sections, version }) => {
  const { url, title, html, headings = [] } = page
  const to = (path) => relativeUrl(url, path)
  const order = sections.flatMap(({ pages }) => pages)
  const heading = title === "Overview" ? "livestore-filesync" : `${title} · livestore-filesync`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(heading)}</title>
<link rel="stylesheet" href="${to("assets/docs.css")}">
<link rel="icon" href="${to("assets/icon.svg")}" type="image/svg+xml">
<script type="module" src="${to("assets/docs.js")}"></script>
</head>
<body data-root="${to("index.html").replace(/index\.html$/, "")}">
<a class="skip" href="#content">Skip to the text</a>
<header class="bar">
<a class="home" href="${to("index.html")}">livestore-filesync</a>
<form class="search" role="search" hidden>
<input type="search" aria-label="Search the documentation" placeholder="Search" autocomplete="off" role="combobox" aria-expanded="false" aria-controls="results" aria-autocomplete="list">
<ul id="results" role="listbox" aria-label="Results" hidden></ul>
<p class="count" role="status"></p>
</form>
<span class="version">${escapeHtml(version)}</span>
</header>
<div class="columns">
<nav class="pages" aria-label="Pages">
<details class="menu"><summary>Pages</summary>
<div class="list">
${sidebar(sections, url)}
</div>
</details>
</nav>
<main id="content" tabindex="-1">
<article>
${html}
</article>
${neighbours(order, url)}
</main>
${outline(headings)}
</div>
</body>
</html>
`
}
