/** Makes a page of an element: the element itself in any state, examples to copy, and all there is to know about it. */
import { makeExampleEngine } from "./example-engine.js"
import { examples } from "./examples.js"
import { prose, showReference } from "./reference.js"

const tag = document.documentElement.dataset.element
const { code, states, more, script = "/livestore-filesync/filesync.js" } = examples[tag]
const byId = (id) => document.querySelector(`#${id}`)
const engine = makeExampleEngine()
const original = { ...engine }

/** Resolves once it is so; asked at every change of the engine and every frame. */
engine.when = (isSo) =>
  new Promise((resolve) => {
    const look = () => (isSo() ? resolve() : requestAnimationFrame(look))
    look()
  })

const fromTemplate = (id) => byId(id).content.firstElementChild.cloneNode(true)

/** Markup and what it shows, side by side. */
const showExample = (place, { title, code: markup }) => {
  const example = fromTemplate("example-template")
  example.querySelector("h3").textContent = title ?? ""
  example.querySelector("h3").hidden = title === undefined
  example.querySelector(".stage").innerHTML = markup
  example.querySelector("code").textContent = markup
  const button = example.querySelector("button")
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(markup)
    button.textContent = "Copied"
    setTimeout(() => (button.textContent = "Copy"), 2000)
  })
  place.append(example)
  return example.querySelector(".stage")
}

let turn = 0
const stage = showExample(byId("live"), { code })

/** The engine for as long as `isCurrent`, then one that does nothing: a state may still be drawing when the next one begins. */
const engineWhile = (isCurrent) =>
  new Proxy(engine, {
    get: (_, name) => (isCurrent() ? engine[name] : () => {}),
    set: (_, name, value) => {
      if (isCurrent()) engine[name] = value
      return true
    },
  })

/** Starts over in this state: a fresh element, a fresh engine. */
const enter = async (name) => {
  const mine = (turn += 1)
  engine.clear()
  Object.assign(engine, original)
  stage.innerHTML = code
  for (const button of byId("states").children) {
    button.setAttribute("aria-pressed", String(button.textContent === name))
  }
  await customElements.whenDefined(tag)
  const isCurrent = () => mine === turn
  if (isCurrent()) await states[name](engineWhile(isCurrent), stage.querySelector(tag))
}

for (const name of Object.keys(states)) {
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = name
  button.addEventListener("click", () => enter(name))
  byId("states").append(button)
}
for (const example of more) showExample(byId("more"), example)
byId("scheme").addEventListener("change", ({ target }) => {
  document.documentElement.style.colorScheme = target.value
})
byId("language").addEventListener("change", ({ target }) => {
  for (const place of [byId("live"), byId("more")]) {
    place.lang = target.value
    for (const one of place.querySelectorAll(".stage")) one.dir = target.value === "ar" ? "rtl" : "ltr"
  }
})

const manifest = await fetch("/custom-elements.json").then((answer) => answer.json())
const declaration = manifest.modules
  .flatMap(({ declarations }) => declarations ?? [])
  .find(({ tagName }) => tagName === tag)
byId("summary").append(...prose(declaration.summary))
for (const text of (declaration.description ?? "").split("\n\n")) {
  const paragraph = document.createElement("p")
  paragraph.append(...prose(text))
  byId("about").append(paragraph)
}
showReference(byId("reference"), declaration)

await import(script)
await enter(Object.keys(states)[0])
