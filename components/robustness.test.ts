import { expect } from "@esm-bundle/chai"
import { setFileSync } from "../src/client/global-client.js"
import { countEngineWatchers } from "./engine-watchers.js"
import "./filesync-inspector/define.js"
import "./index.js"
import { clearFixtures, fixture, rendered, until } from "./test-support/fixture.js"
import { InMemoryFileSync } from "./test-support/in-memory-file-sync.js"
import { picture, textFile } from "./test-support/pictures.js"
import { countObservedElements } from "./visibility.js"

const tags = ["filesync-image", "filesync-upload", "filesync-status", "filesync-list", "filesync-inspector"]

/** Numbers that look random, the same for the same seed. */
const randomOf = (seed: number) => {
  let state = (seed * 2654435761) >>> 0 || 1
  return (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

describe("all elements", () => {
  let engine: InMemoryFileSync
  const problems: Array<string> = []
  const note = (event: ErrorEvent | PromiseRejectionEvent) => {
    problems.push(event instanceof ErrorEvent ? event.message : String(event.reason))
  }

  beforeEach(() => {
    engine = new InMemoryFileSync()
    setFileSync(engine)
    problems.length = 0
    addEventListener("error", note)
    addEventListener("unhandledrejection", note)
  })
  afterEach(async () => {
    await clearFixtures()
    setFileSync(undefined)
    removeEventListener("error", note)
    removeEventListener("unhandledrejection", note)
    await until(() => engine.urls.size === 0)
    expect(engine.subscriptions, "subscriptions left").to.equal(0)
    expect(countEngineWatchers(), "engine watchers left").to.equal(0)
    expect(countObservedElements(), "observed elements left").to.equal(0)
    expect(problems).to.deep.equal([])
  })

  it("live ten thousand on a page: a subscription each, no polling, no request out of view", async () => {
    const count = 10_000
    engine.arrive({ id: "a", metadata: { width: 400, height: 300 } }, await picture(400, 300))
    const { setInterval: original } = globalThis
    let intervals = 0
    globalThis.setInterval = ((...given: Parameters<typeof setInterval>) => {
      intervals++
      return original(...given)
    }) as typeof setInterval
    const startedAt = performance.now()
    const one = '<filesync-image file-id="a" alt="" width="40" height="30"></filesync-image>'
    const stage = await fixture<HTMLElement>(
      `<div style="block-size:300px; overflow:auto; line-height:0">${one.repeat(count)}</div>`,
    )
    const images = stage.getElementsByTagName("filesync-image")
    await until(() => images[0]?.matches("[state=ready]"), 60_000)
    const readyMs = performance.now() - startedAt
    globalThis.setInterval = original
    expect(engine.subscriptions).to.equal(count)
    expect(intervals).to.equal(0)
    const asked = engine.calls.filter((call) => call === "getFileUrl a").length
    expect(asked).to.be.within(1, count / 4)
    // Many times what it takes, so that only growth beyond all bounds fails.
    expect(readyMs).to.be.lessThan(60_000)
    const toldAt = performance.now()
    engine.setFileState("a", { transfer: "uploading", progress: 0.5 })
    await until(() => images[count - 1]?.getAttribute("transfer") === "uploading", 60_000)
    expect(performance.now() - toldAt).to.be.lessThan(60_000)
  }).timeout(200_000)

  it("take any text in any attribute", async () => {
    engine.arrive({ id: "a" }, await picture(4, 4))
    const texts = [
      "",
      "0",
      "-1",
      "1e999",
      "NaN",
      "null",
      "undefined",
      "{}",
      "<b>",
      "a\0b",
      "💥",
      "x".repeat(50_000),
    ]
    for (const tag of tags) {
      const element = await fixture<HTMLElement>(`<${tag}></${tag}>`)
      const { observedAttributes } = element.constructor as typeof HTMLElement & {
        readonly observedAttributes: ReadonlyArray<string>
      }
      for (const name of [...observedAttributes, "lang", "dir"]) {
        for (const text of texts) {
          element.setAttribute(name, text)
          await rendered(element)
        }
        element.removeAttribute(name)
        await rendered(element)
      }
    }
    expect(problems).to.deep.equal([])
  })

  it("take any value in any property", async () => {
    const values = [
      undefined,
      null,
      0,
      -1,
      Number.NaN,
      "",
      "x",
      true,
      [],
      {},
      Symbol.iterator.description,
      () => {},
    ]
    for (const tag of tags) {
      const element = await fixture<HTMLElement>(`<${tag}></${tag}>`)
      const { observedAttributes } = element.constructor as typeof HTMLElement & {
        readonly observedAttributes: ReadonlyArray<string>
      }
      const properties = observedAttributes.map((name) =>
        name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()),
      )
      for (const property of properties) {
        for (const value of values) {
          Object.assign(element, { [property]: value })
          await rendered(element)
        }
      }
    }
    expect(problems).to.deep.equal([])
  })

  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`give everything back whatever happens to them, and whenever (${seed})`, async () => {
      const random = randomOf(seed)
      const other = new InMemoryFileSync()
      const small = await picture(4, 4)
      const stage = await fixture<HTMLElement>("<div><section></section><section></section></div>")
      const places = [...stage.children]
      const place = () => places[random(places.length)] as Element
      const some = () => {
        const all = [...stage.querySelectorAll(tags.join())]
        return all[random(Math.max(1, all.length))]
      }
      const ids = ["a", "b", "c"]
      const id = () => ids[random(ids.length)] as string
      const markup = [
        '<filesync-image file-id="a" alt=""></filesync-image>',
        "<filesync-upload multiple></filesync-upload>",
        "<filesync-status detail></filesync-status>",
        "<filesync-inspector></filesync-inspector>",
        "<filesync-list><template><filesync-image></filesync-image></template></filesync-list>",
      ]
      const acts: ReadonlyArray<() => unknown> = [
        () => place().insertAdjacentHTML("beforeend", markup[random(markup.length)] as string),
        () => some()?.remove(),
        () => {
          const [element, target] = [some(), place()]
          if (element !== undefined && !element.contains(target)) target.append(element)
        },
        () => place().append(some()?.cloneNode(true) ?? ""),
        () => some()?.setAttribute("file-id", id()),
        () => engine.arrive({ id: id() }, small),
        () => engine.arrive({ id: id(), remoteKey: null }),
        () => engine.deleteFile(id()),
        () => engine.setFileState(id(), { transfer: "downloading", progress: 0.5 }),
        () => setFileSync(random(3) === 0 ? undefined : random(2) === 0 ? other : engine),
        () => {
          const uploads = stage.querySelectorAll("filesync-upload")
          uploads[random(Math.max(1, uploads.length))]?.addFiles([
            random(2) === 0 ? small : textFile("a.txt"),
          ])
        },
      ]
      for (let step = 0; step < 150; step++) {
        await acts[random(acts.length)]?.()
        if (random(4) === 0) await Promise.resolve()
        if (random(8) === 0) await new Promise((resolve) => requestAnimationFrame(resolve))
      }
      // Files that were given while there was no engine are saved as soon as there is one, whatever has left.
      setFileSync(engine)
      await clearFixtures()
      await until(() => engine.urls.size + other.urls.size === 0)
      await until(() => countEngineWatchers() === 0)
      expect(other.subscriptions).to.equal(0)
    })
  }

  it("have buttons large enough for a finger", async () => {
    engine.faults.save = (file) => {
      if (file.size === 1) throw new Error("no")
    }
    const stage = await fixture<HTMLElement>(
      "<div><filesync-upload multiple></filesync-upload><filesync-status detail></filesync-status><filesync-list></filesync-list></div>",
    )
    const upload = stage.querySelector("filesync-upload")
    upload?.addFiles([textFile("a.txt", "x"), textFile("b.txt", "xy")])
    await until(() => upload?.value.length === 1 && upload.state === "invalid")
    engine.arrive({ id: "lost" })
    engine.setFileState("lost", {
      transfer: "error",
      error: { tag: "UploadError", reason: "Forbidden", side: "upload", message: "" },
    })
    engine.setStatus({ state: "error", failed: 1 })
    const buttons = () =>
      tags.flatMap((tag) => [...(stage.querySelector(tag)?.shadowRoot?.querySelectorAll("button") ?? [])])
    await until(() => buttons().length >= 7)
    // WCAG 2.2, 2.5.8.
    const small = buttons().filter((button) => {
      const { width, height } = button.getBoundingClientRect()
      return width < 24 || height < 24
    })
    expect(small.map(({ outerHTML }) => outerHTML)).to.deep.equal([])
  })
})
