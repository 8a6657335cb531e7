/** What must hold of every element in each of the states that the pictures in `test/visual` show. */
import { expect } from "@esm-bundle/chai"
import { setViewport } from "@web/test-runner-commands"
import "../../components/index.js"
import {
  clearFixtures,
  expectAccessible,
  fixture,
  rendered,
  until,
} from "../../components/test-support/fixture.js"
import { InMemoryFileSync } from "../../components/test-support/in-memory-file-sync.js"
import { hasMedia, hasRealKeys, setMedia } from "../../components/test-support/keyboard.js"
import { setFileSync, setFileSyncDelay } from "../../src/client/global-client.js"
import { imageScenes } from "../visual/scenes/image.js"
import { inspectorScenes } from "../visual/scenes/inspector.js"
import { listScenes } from "../visual/scenes/list.js"
import type { Scene, Scenes } from "../visual/scenes/scene.js"
import { statusScenes } from "../visual/scenes/status.js"
import { uploadScenes } from "../visual/scenes/upload.js"
import { viewerScenes } from "../visual/scenes/viewer.js"

const elements: Readonly<Record<string, Scenes>> = {
  image: imageScenes,
  upload: uploadScenes,
  status: statusScenes,
  list: listScenes,
  viewer: viewerScenes,
  inspector: inspectorScenes,
}

// Higher than a phone: what is far below waits to be seen.
const phone = { width: 390, height: 2000 }
/** As wide as a phone's page at 200 % zoom. */
const zoomed = { width: 195, height: 2000 }

const interactive = "button, input, select, textarea, summary, a[href], [tabindex='0']"

const everythingIn = (root: ParentNode): ReadonlyArray<Element> =>
  [...root.querySelectorAll("*")].flatMap((element) => [
    element,
    ...(element.shadowRoot === null ? [] : everythingIn(element.shadowRoot)),
  ])

const renderedAll = async (root: ParentNode): Promise<void> => {
  for (const element of everythingIn(root)) await rendered(element)
}

/** Where a finger or pointer may land: a field's label is part of it. */
const targetOf = (element: Element): Element => element.closest("label") ?? element

const tellSize = (element: Element): string => {
  const { width, height } = targetOf(element).getBoundingClientRect()
  return `${element.outerHTML.slice(0, 120)}: ${width.toFixed(1)} × ${height.toFixed(1)}`
}

describe("every element in every state", () => {
  let engine: InMemoryFileSync

  before(function () {
    if (!hasRealKeys) this.skip()
  })
  after(() => (hasRealKeys ? setViewport({ width: 800, height: 600 }) : undefined))
  afterEach(async () => {
    await clearFixtures()
    setFileSync(undefined)
    setFileSyncDelay(undefined)
    document.documentElement.removeAttribute("style")
    await until(() => engine.urls.size === 0)
    if (hasMedia) await setMedia({})
  })

  const show = async (scene: Scene, attributes = 'lang="en"'): Promise<HTMLElement> => {
    await clearFixtures()
    engine = new InMemoryFileSync()
    setFileSync(engine)
    const place = await fixture<HTMLElement>(`<main ${attributes}></main>`)
    await scene({
      engine,
      until: (condition) => until(condition, 60_000),
      mount: async <Made extends HTMLElement>(markup: string) => {
        place.innerHTML = markup
        return place.firstElementChild as Made
      },
    })
    await renderedAll(place)
    return place
  }

  for (const [element, scenes] of Object.entries(elements)) {
    describe(element, () => {
      for (const [name, scene] of Object.entries(scenes)) {
        it(`${name}: can be used with a finger, also zoomed and with large text, in both text directions`, async () => {
          for (const [viewport, fontSize, dir] of [
            [phone, "100%", "ltr"],
            [zoomed, "100%", "ltr"],
            [phone, "200%", "ltr"],
            [phone, "100%", "rtl"],
          ] as const) {
            await setViewport(viewport)
            document.documentElement.style.fontSize = fontSize
            const place = await show(scene, `dir="${dir}" lang="${dir === "rtl" ? "ar" : "en"}"`)
            const small = everythingIn(place).filter((one) => {
              const isOurs = one.getRootNode() instanceof ShadowRoot
              if (!isOurs || !one.matches(interactive) || !one.checkVisibility()) return false
              const { width, height } = targetOf(one).getBoundingClientRect()
              // WCAG 2.2, 2.5.8.
              return width < 24 || height < 24
            })
            const how = `${viewport.width} px, ${fontSize}, ${dir}`
            expect(small.map(tellSize), how).to.deep.equal([])
            const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth
            expect(wider, `wider than the page: ${how}`).to.be.at.most(0)
          }
        })

        it(`${name}: is accessible, also right to left and in forced colours`, async () => {
          await setViewport(phone)
          await expectAccessible(await show(scene))
          // Both at once: axe is what takes the time here, and neither changes what the other could break.
          if (hasMedia) await setMedia({ forcedColors: "active" })
          await expectAccessible(await show(scene, 'dir="rtl" lang="ar"'))
        })

        it(`${name}: animates nothing for people who asked for reduced motion`, async function () {
          if (!hasMedia) this.skip()
          await setMedia({ reducedMotion: "reduce" })
          const place = await show(scene)
          const moving = everythingIn(place).flatMap((one) =>
            [undefined, "::before", "::after"].flatMap((pseudo) => {
              const { transitionDuration, animationName } = getComputedStyle(one, pseudo)
              const isStill = /^(0s(, )?)+$/.test(transitionDuration) && animationName === "none"
              return isStill ? [] : [`${one.outerHTML.slice(0, 80)} ${pseudo ?? ""}`]
            }),
          )
          expect(moving).to.deep.equal([])
          const roots = everythingIn(place).flatMap(({ shadowRoot }) => shadowRoot ?? [])
          expect(roots.flatMap((root) => root.getAnimations())).to.deep.equal([])
        })
      }
    })
  }

  it("animates the progress bar for everybody else", async function () {
    if (!hasMedia) this.skip()
    const steps = async () => {
      const place = await show(async ({ mount, engine: own }) => {
        own.setStatus({ state: "syncing", bytesDone: 1, bytesTotal: 10 })
        await mount("<filesync-status></filesync-status>")
      })
      const root = place.querySelector("filesync-status")?.shadowRoot
      // A first style from which to move.
      root?.querySelector(".bar > div")?.getBoundingClientRect()
      engine.setStatus({ bytesDone: 9 })
      await renderedAll(place)
      return root?.getAnimations().length
    }
    await setMedia({})
    expect(await steps()).to.equal(1)
    await setMedia({ reducedMotion: "reduce" })
    expect(await steps()).to.equal(0)
  })
})
