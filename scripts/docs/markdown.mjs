/** Markdown to HTML: headings with anchors, coloured code, links that lead to pages, tables that scroll. */
import GithubSlugger from "github-slugger"
import hljs from "highlight.js/lib/core"
import bash from "highlight.js/lib/languages/bash"
import css from "highlight.js/lib/languages/css"
import ini from "highlight.js/lib/languages/ini"
import json from "highlight.js/lib/languages/json"
import typescript from "highlight.js/lib/languages/typescript"
import xml from "highlight.js/lib/languages/xml"
import MarkdownIt from "markdown-it"

const languages = {
  bash: ["sh", "bash"],
  css: ["css"],
  ini: ["toml", "ini"],
  json: ["json"],
  typescript: ["ts", "tsx", "js", "jsx", "mjs"],
  xml: ["html", "vue", "svelte", "xml"],
}
for (const [name, language] of Object.entries({ bash, css, ini, json, typescript, xml })) {
  hljs.registerLanguage(name, language)
}
const languageOf = (word) => Object.keys(languages).find((name) => languages[name].includes(word))

/** Code with a class on each coloured word, and never a style: the site's own policy forbids those. */
export const highlight = (text, word) => {
  const language = languageOf(word)
  return language === undefined ? escapeHtml(text) : hljs.highlight(text, { language }).value
}

export const escapeHtml = (text) =>
  text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign])

const makeParser = () => {
  const parser = new MarkdownIt({ html: false, linkify: false })
  const { rules } = parser.renderer

  // A table or a line of code may be wider than a phone; only it scrolls then, also by keyboard.
  rules.table_open = () => '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>\n'
  rules.table_close = () => "</table></div>\n"
  rules.fence = (tokens, index) => {
    const { content, info } = tokens[index]
    const [word = "", name = ""] = info.split(/\s+/)
    const isFile = /[./]/.test(name)
    const caption = isFile ? `<figcaption>${escapeHtml(name)}</figcaption>` : ""
    const label = isFile ? name : word === "" ? "Text" : "Code"
    return (
      `<figure class="code">${caption}<pre tabindex="0" role="group" aria-label="${escapeHtml(label)}">` +
      `<code>${highlight(content, word)}</code></pre></figure>\n`
    )
  }
  rules.heading_open = (tokens, index) => {
    const { tag } = tokens[index]
    const id = tokens[index].attrGet("id")
    return id === null ? `<${tag}>` : `<${tag} id="${id}">`
  }
  rules.heading_close = (tokens, index) => {
    const open = tokens.slice(0, index).findLast(({ type }) => type === "heading_open")
    const id = open?.attrGet("id")
    const { tag } = tokens[index]
    if (!id || tag === "h1") return `</${tag}>\n`
    return `<a class="anchor" href="#${id}" aria-label="Link to this section">#</a></${tag}>\n`
  }
  return parser
}

const parser = makeParser()

const plainText = (tokens = []) =>
  tokens
    .map((token) =>
      token.children ? plainText(token.children) : token.type === "softbreak" ? " " : token.content,
    )
    .join("")

/**
 * Parses a page. `toUrl(href, title)` says where a link leads. Gives back the HTML, the headings, the links as they
 * were written, and the text of each section for the search.
 */
export const renderMarkdown = (text, { toUrl = (href) => href } = {}) => {
  const tokens = parser.parse(text, {})
  const slugger = new GithubSlugger()
  const headings = []
  const links = []
  const parts = [{ id: "", title: "", words: [] }]
  const visitLinks = (children) => {
    for (const token of children ?? []) {
      const name = token.type === "link_open" ? "href" : token.type === "image" ? "src" : undefined
      if (name === undefined) continue
      const href = token.attrGet(name)
      const title = token.attrGet("title") ?? undefined
      links.push({ href, title })
      token.attrSet(name, toUrl(href, title))
    }
  }
  for (const [index, token] of tokens.entries()) {
    visitLinks(token.children)
    if (token.type === "heading_open") {
      const title = plainText(tokens[index + 1].children)
      const id = slugger.slug(title)
      token.attrSet("id", id)
      headings.push({ id, title, level: Number(token.tag.slice(1)) })
      parts.push({ id: token.tag === "h1" ? "" : id, title, words: [] })
    } else if (token.type === "inline" && tokens[index - 1]?.type !== "heading_open") {
      parts.at(-1).words.push(plainText(token.children))
    } else if (token.type === "fence") {
      parts.at(-1).words.push(token.content)
    }
    // A corner without words heads nothing.
    if (token.type === "th_open" && tokens[index + 1].content === "") {
      token.tag = "td"
      tokens[index + 2].tag = "td"
    }
    // Alignment would be a style attribute.
    if (token.attrIndex("style") >= 0) token.attrs = token.attrs.filter(([name]) => name !== "style")
  }
  return {
    html: parser.renderer.render(tokens, parser.options, {}),
    headings,
    links,
    parts: parts
      .map(({ id, title, words }) => ({ id, title, text: words.join(" ") }))
      .filter(({ title, text: body }) => title !== "" || body !== ""),
  }
}

/** Every code sample of a page: language, name, text, and the line it begins at. */
export const fencesIn = (text) =>
  parser
    .parse(text, {})
    .filter(({ type }) => type === "fence")
    .map(({ info, content, map }) => {
      const [language = "", ...words] = info.split(/\s+/)
      return { language, words, text: content, line: map[0] + 1 }
    })
