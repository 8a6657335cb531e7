/** The search: its index is loaded on first use and searched in this page. */
import MiniSearch from "./minisearch.js"
import { searchOptions } from "./search-options.js"

const root = document.body.dataset.root
const form = document.querySelector(".search")
const input = form.querySelector("input")
const list = form.querySelector("ul")
const count = form.querySelector(".count")
const most = 12

let loading
const load = () => {
  loading ??= fetch(new URL("search-index.json", import.meta.url))
    .then((answer) => answer.text())
    .then((text) => MiniSearch.loadJSON(text, searchOptions))
  return loading
}

const element = (name, text) => {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

const show = (isShown) => {
  list.hidden = !isShown
  input.setAttribute("aria-expanded", String(isShown))
  if (!isShown) input.removeAttribute("aria-activedescendant")
}

const select = (item) => {
  for (const one of list.children) one.setAttribute("aria-selected", String(one === item))
  if (item === undefined) return
  input.setAttribute("aria-activedescendant", item.id)
  item.scrollIntoView({ block: "nearest" })
}

const selected = () => list.querySelector('[aria-selected="true"]')

const open = (item) => {
  if (item) location.href = root + item.dataset.url
}

const search = async () => {
  const query = input.value.trim()
  if (query.length < 2) {
    count.textContent = ""
    return show(false)
  }
  const index = await load()
  // The query changed meanwhile.
  if (input.value.trim() !== query) return
  const results = index.search(query).slice(0, most)
  list.replaceChildren(
    ...results.map(({ title, page, url, excerpt }, at) => {
      const item = document.createElement("li")
      item.id = `result-${at}`
      item.setAttribute("role", "option")
      item.dataset.url = url
      item.append(
        element("strong", title),
        element("small", `${page === title ? "" : `${page} · `}${excerpt}`),
      )
      return item
    }),
  )
  count.textContent = results.length === 0 ? `Nothing about ${query}` : `${results.length} results`
  if (results.length === 0) list.append(element("li", `Nothing about “${query}”`))
  show(true)
  select(results.length === 0 ? undefined : list.firstElementChild)
}

const move = (by) => {
  const items = [...list.querySelectorAll('[role="option"]')]
  const at = items.indexOf(selected())
  select(items[(at + by + items.length) % items.length])
}

input.addEventListener("focus", () => void load())
input.addEventListener("input", () => void search())
input.addEventListener("keydown", (event) => {
  if (event.key === "Escape") show(false)
  if (list.hidden) return
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault()
    move(event.key === "ArrowDown" ? 1 : -1)
  }
})
form.addEventListener("submit", (event) => {
  event.preventDefault()
  open(selected())
})
list.addEventListener("click", (event) => open(event.target.closest("[data-url]")))
document.addEventListener("click", (event) => {
  if (!form.contains(event.target)) show(false)
})
document.addEventListener("keydown", (event) => {
  const isTyping = /^(?:INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "")
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  input.focus()
})
form.hidden = false

// Wide screens show the list of pages whatever the menu says; where the browser cannot, the menu is opened.
const menu = document.querySelector(".menu")
const wide = matchMedia("(width > 56rem)")
const follow = () => {
  menu.open = wide.matches
}
wide.addEventListener("change", follow)
follow()
// By hand: `scrollIntoView` would scroll the page too, and end its way to the heading in the address.
const here = document.querySelector(".pages [aria-current]")
const pages = document.querySelector(".pages")
if (here !== null && wide.matches) pages.scrollTop = here.offsetTop - pages.clientHeight / 2
