/** The page that is photographed: shows one scene at a time on a stage of its own. */
import "../../components/index.js"
import { InMemoryFileSync } from "../../components/test-support/in-memory-file-sync.js"
import { setFileSync, setFileSyncDelay } from "../../src/client/global-client.js"
import { imageScenes } from "./scenes/image.js"
import { inspectorScenes } from "./scenes/inspector.js"
import { listScenes } from "./scenes/list.js"
import type { Scenes, Stage } from "./scenes/scene.js"
import { statusScenes } from "./scenes/status.js"
import { uploadScenes } from "./scenes/upload.js"
import { viewerScenes } from "./scenes/viewer.js"

const sheets: Readonly<Record<string, Scenes>> = {
  image: imageScenes,
  inspector: inspectorScenes,
  list: listScenes,
  status: statusScenes,
  upload: uploadScenes,
  viewer: viewerScenes,
}

/** Longer than anything takes; a scene that never gets there fails. */
const patienceMs = 10_000

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))

const until: Stage["until"] = async (condition) => {
  const deadline = performance.now() + patienceMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never became true: ${condition}`)
    await nextFrame()
  }
}

const renderedAll = async (root: ParentNode): Promise<void> => {
  for (const element of root.querySelectorAll("*")) {
    await (element as Partial<{ updateComplete: Promise<unknown> }>).updateComplete
    if (element.shadowRoot !== null) await renderedAll(element.shadowRoot)
  }
}

/** Shows a scene; resolves with the place to photograph, in CSS pixels. */
const showScene = async (sheet: string, name: string) => {
  document.querySelector("main")?.remove()
  await nextFrame()
  setFileSyncDelay(undefined)
  const engine = new InMemoryFileSync()
  setFileSync(engine)
  const main = document.createElement("main")
  const heading = document.createElement("h2")
  heading.textContent = name
  heading.lang = "en"
  heading.dir = "ltr"
  const place = document.createElement("div")
  main.append(heading, place)
  document.body.append(main)
  await sheets[sheet]?.[name]?.({
    engine,
    until,
    mount: async <Made extends HTMLElement>(markup: string) => {
      place.innerHTML = markup
      return place.firstElementChild as Made
    },
  })
  await renderedAll(main)
  // The words of another language load when they are first needed.
  await until(() => document.documentElement.lang === "en" || !/[a-z]{4}/i.test(wordsIn(place)))
  await nextFrame()
  await nextFrame()
  const { width, height } = main.getBoundingClientRect()
  return { width: Math.ceil(width), height: Math.ceil(height) }
}

/** The buttons' words: those that no page or file name brings. */
const wordsIn = (root: ParentNode): string =>
  [...root.querySelectorAll("*")]
    .map(({ shadowRoot }) => shadowRoot?.querySelector("button[part=button]")?.textContent ?? "")
    .join(" ")

/** How wide the fonts here draw a sentence: baselines of other fonts cannot be compared. */
const measureFonts = () => {
  const context = new OffscreenCanvas(1, 1).getContext("2d") as OffscreenCanvasRenderingContext2D
  return ["system-ui", "monospace", "sans-serif"].map((family) => {
    context.font = `16px ${family}`
    return ["Sphinx of black quartz, judge my vow.", "مرحبا بالعالم", "日本語"].map((text) =>
      Number(context.measureText(text).width.toFixed(2)),
    )
  })
}

Object.assign(globalThis, {
  showScene,
  measureFonts,
  sceneNames: Object.fromEntries(
    Object.entries(sheets).map(([sheet, scenes]) => [sheet, Object.keys(scenes)]),
  ),
})
