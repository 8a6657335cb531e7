import { expect } from "@esm-bundle/chai"
import { setFileSync } from "../../src/client/global-client.js"
import { countEngineWatchers } from "../engine-watchers.js"
import {
  clearFixtures,
  expectAccessible,
  fixture,
  inside,
  nextEvent,
  rendered,
  until,
  wordsOf,
} from "../test-support/fixture.js"
import { failure } from "../test-support/faults.js"
import { InMemoryFileSync } from "../test-support/in-memory-file-sync.js"
import { picture, textFile } from "../test-support/pictures.js"
import { countObservedElements } from "../visibility.js"
import "./define.js"
import type { FilesyncImage } from "./filesync-image.js"

const shownImage = (element: Element) => inside<HTMLImageElement>(element, "img[part=image]")

describe("<filesync-image>", () => {
  let engine: InMemoryFileSync

  beforeEach(() => {
    engine = new InMemoryFileSync()
    setFileSync(engine)
  })

  afterEach(async () => {
    await clearFixtures()
    setFileSync(undefined)
    // A URL that was on its way when the element left comes back as soon as it arrives.
    await until(() => engine.urls.size === 0)
    expect(engine.subscriptions, "subscriptions left").to.equal(0)
    expect(countEngineWatchers(), "engine watchers left").to.equal(0)
    expect(countObservedElements(), "observed elements left").to.equal(0)
  })

  const ready = async (markup: string) => {
    const element = await fixture<FilesyncImage>(markup)
    await until(() => element.state === "ready")
    await rendered(element)
    return element
  }

  describe("accessibility", () => {
    it("is accessible while it is empty", async () => {
      await expectAccessible(await fixture("<filesync-image></filesync-image>"))
    })

    it("is accessible while it loads, and names what will come", async () => {
      engine.arrive({ id: "a", remoteKey: "k" })
      engine.faults.url = () => new Promise(() => {})
      const element = await fixture<FilesyncImage>(
        '<filesync-image file-id="a" alt="A boat"></filesync-image>',
      )
      engine.setFileState("a", { transfer: "downloading", progress: 0.4 })
      await rendered(element)
      expect(element.state).to.equal("loading")
      expect(inside(element, "[role=img]")?.getAttribute("aria-label")).to.equal("A boat")
      expect(inside(element, "[role=progressbar]")?.getAttribute("aria-valuenow")).to.equal("40")
      await expectAccessible(element)
    })

    it("is accessible when it shows a picture, and gives it its words", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const element = await ready('<filesync-image file-id="a" alt="A boat"></filesync-image>')
      expect(shownImage(element)?.alt).to.equal("A boat")
      await expectAccessible(element)
    })

    it("is accessible when the file is missing", async () => {
      const element = await fixture<FilesyncImage>(
        '<filesync-image file-id="nobody" alt="A boat"></filesync-image>',
      )
      await until(() => element.state === "missing")
      await expectAccessible(element)
    })

    it("is accessible when loading failed, and the button can be reached and pressed by keyboard", async () => {
      engine.arrive({ id: "a" })
      const element = await fixture<FilesyncImage>(
        '<filesync-image file-id="a" alt="A boat"></filesync-image>',
      )
      await until(() => element.state === "error")
      await rendered(element)
      await expectAccessible(element)
      expect(wordsOf(element, ".error")).to.contain("No connection")
      const button = inside<HTMLButtonElement>(element, "button")
      button?.focus()
      expect(element.shadowRoot?.activeElement).to.equal(button)
      engine.download("a", await picture(4, 4))
      button?.click()
      await until(() => element.state === "ready")
      expect(engine.calls).to.contain("retry a")
    })
  })

  describe("state", () => {
    it("is an attribute, a property and a custom state", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      expect(element.getAttribute("state")).to.equal("ready")
      expect(element.matches(":state(ready)")).to.equal(true)
      expect(element.matches(":state(loading)")).to.equal(false)
    })

    it("overwrites what a page writes into its reflected attributes and ignores what it assigns", async () => {
      const element = await fixture<FilesyncImage>(
        '<filesync-image state="ready" progress="7"></filesync-image>',
      )
      expect(element.getAttribute("state")).to.equal("empty")
      element.setAttribute("state", "ready")
      element.removeAttribute("transfer")
      Object.assign(element, { state: "ready" })
      expect(element.getAttribute("state")).to.equal("empty")
      expect(element.getAttribute("transfer")).to.equal("none")
      expect(element.getAttribute("progress")).to.equal("0")
      expect(element.state).to.equal("empty")
    })

    it("waits for an engine that comes later", async () => {
      setFileSync(undefined)
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      expect(element.state).to.equal("loading")
      engine.arrive({ id: "a" }, await picture(4, 4))
      setFileSync(engine)
      await until(() => element.state === "ready")
    })

    it("shows a record that appears after the element", async () => {
      const element = await fixture<FilesyncImage>('<filesync-image file-id="late" alt=""></filesync-image>')
      await until(() => element.state === "missing")
      engine.arrive({ id: "late" }, await picture(4, 4))
      await until(() => element.state === "ready")
    })

    it("is missing while no place has the bytes, and shows them once another device has sent them", async () => {
      engine.arrive({ id: "a", remoteKey: null })
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      await until(() => element.state === "missing")
      expect(wordsOf(element, ".message")).to.contain("another device")
      engine.download("a", await picture(4, 4))
      await until(() => element.state === "ready")
    })

    it("is missing after the record was deleted, and gives the picture back", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      await engine.deleteFile("a")
      await rendered(element)
      expect(element.state).to.equal("missing")
      expect(engine.urls.size).to.equal(0)
      expect(shownImage(element)).to.equal(null)
    })

    it("says so when the file is not a picture, and does not offer another try", async () => {
      engine.arrive({ id: "a" }, textFile("letter.txt"))
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      await until(() => element.state === "error")
      await rendered(element)
      expect(wordsOf(element, ".error")).to.contain("cannot be shown as a picture")
      expect(inside(element, "button")).to.equal(null)
    })

    it("recovers by itself when the bytes arrive after a failure", async () => {
      engine.arrive({ id: "a" })
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      await until(() => element.state === "error")
      engine.download("a", await picture(4, 4))
      await until(() => element.state === "ready")
    })

    it("reflects transfer and progress", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      engine.setFileState("a", { transfer: "uploading", progress: 0.25 })
      await rendered(element)
      expect(element.getAttribute("transfer")).to.equal("uploading")
      expect(element.getAttribute("progress")).to.equal("0.25")
      expect(element.state).to.equal("ready")
    })
  })

  describe("loading", () => {
    it("requests nothing while it is far away, and is first in the queue when it comes into view", async () => {
      engine.arrive({ id: "a" })
      const element = await fixture<FilesyncImage>(
        '<filesync-image file-id="a" alt="" style="position:absolute; inset-block-start:5000px"></filesync-image>',
      )
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      expect(engine.calls).to.deep.equal([])
      engine.faults.url = () => new Promise(() => {})
      element.style.insetBlockStart = "0"
      await until(() => engine.calls.includes("prioritize a"))
      expect(engine.calls).to.contain("getFileUrl a")
    })

    it("gives up waiting when it leaves the view again", async () => {
      engine.arrive({ id: "a" })
      let signal: AbortSignal | undefined
      engine.getFileUrl = (_fileId, options) => {
        signal = options?.signal
        return new Promise(() => {})
      }
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      await until(() => signal)
      element.style.cssText = "position:absolute; inset-block-start:5000px"
      await until(() => signal?.aborted)
    })

    it("does not wait to be seen when it is eager", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const far = "position:absolute; inset-block-start:5000px"
      await ready(`<filesync-image file-id="a" alt="" loading="eager" style="${far}"></filesync-image>`)
    })

    it("keeps showing the old picture until the new content is decoded", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4, "#f00"))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      const before = shownImage(element)
      let release = () => {}
      engine.faults.url = () => new Promise((resolve) => (release = resolve))
      await engine.updateFile("a", await picture(8, 8, "#00f"))
      await rendered(element)
      expect(element.state).to.equal("ready")
      expect(shownImage(element)).to.equal(before)
      const loaded = nextEvent(element, "filesync-load")
      release()
      await loaded
      expect(shownImage(element)).not.to.equal(before)
      expect(shownImage(element)?.naturalWidth).to.equal(8)
      expect(engine.urls.size).to.equal(1)
    })

    it("shows the picture of another record after its id changed", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      engine.arrive({ id: "b" }, await picture(8, 8))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      element.fileId = "b"
      await until(() => shownImage(element)?.naturalWidth === 8)
      expect(engine.urls.size).to.equal(1)
      expect(engine.subscriptions).to.equal(1)
    })

    it("shows no picture of another record while the wanted one must be downloaded", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      engine.arrive({ id: "b" })
      engine.faults.url = (fileId) => (fileId === "b" ? new Promise(() => {}) : undefined)
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      element.fileId = "b"
      await rendered(element)
      expect(element.state).to.equal("loading")
      expect(shownImage(element)).to.equal(null)
      expect(engine.urls.size).to.equal(0)
    })

    it("follows an engine that replaces the first", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      const other = new InMemoryFileSync()
      other.arrive({ id: "a" }, await picture(8, 8))
      setFileSync(other)
      await until(() => shownImage(element)?.naturalWidth === 8)
      expect([engine.urls.size, engine.subscriptions]).to.deep.equal([0, 0])
      setFileSync(engine)
      await until(() => shownImage(element)?.naturalWidth === 4)
      expect([other.urls.size, other.subscriptions]).to.deep.equal([0, 0])
    })

    it("does not throw when the engine does", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      engine.breakDown()
      await rendered(element)
      expect(element.state).to.equal("missing")
    })
  })

  describe("a picture much larger than its place", () => {
    const photo = { width: 4000, height: 3000 }
    const place = '<filesync-image file-id="a" alt="" width="200"></filesync-image>'
    const copies = () => engine.calls.filter((call) => call.startsWith("getThumbnail"))
    const originals = () => engine.calls.filter((call) => call.startsWith("getFileUrl"))
    beforeEach(async () => {
      engine.arrive({ id: "a", metadata: photo }, await picture(4000, 3000))
      engine.faults.thumbnail = (_fileId, longSidePx) => picture(longSidePx, (longSidePx * 3) / 4)
    })

    it("is shown by a smaller copy, in the box the picture itself would have", async () => {
      const element = await ready(place)
      expect(shownImage(element)?.naturalWidth).to.equal(200 * devicePixelRatio)
      expect(originals()).to.deep.equal([])
      const { width, height } = element.getBoundingClientRect()
      expect([width, height]).to.deep.equal([200, 150])
    })

    it("has the box of the picture itself also when the record does not know its size", async () => {
      engine.arrive({ id: "a" }, await picture(1000, 500))
      const element = await ready(
        '<filesync-image file-id="a" alt="" style="max-inline-size:none"></filesync-image>',
      )
      await until(() => element.getBoundingClientRect().width === 1000)
      expect(element.getBoundingClientRect().height).to.equal(500)
    })

    it("gets a larger copy when its place grows: the old one stays until then, and no event is fired twice", async () => {
      const element = await ready(place)
      const before = shownImage(element)
      let fired = 0
      element.addEventListener("filesync-load", () => fired++)
      let release = () => {}
      engine.faults.thumbnail = async (_fileId, longSidePx) => {
        await new Promise<void>((resolve) => (release = resolve))
        return picture(longSidePx, (longSidePx * 3) / 4)
      }
      element.width = 500
      await until(() => element.getBoundingClientRect().width === 500)
      await rendered(element)
      expect([element.state, shownImage(element)]).to.deep.equal(["ready", before])
      await until(() => {
        release()
        return shownImage(element) !== before
      })
      expect(shownImage(element)?.naturalWidth).to.equal(500 * devicePixelRatio)
      expect([fired, engine.urls.size]).to.deep.equal([0, 1])
      element.width = 300
      await until(() => element.getBoundingClientRect().width === 300)
      await rendered(element)
      expect(copies()).to.have.lengthOf(2)
      element.width = 3000
      element.style.maxInlineSize = "none"
      await until(() => shownImage(element)?.naturalWidth === 4000)
      expect([originals().length, engine.urls.size]).to.deep.equal([1, 1])
    })

    it("is shown itself where the page wants it, or pixel by pixel", async () => {
      const element = await ready(place.replace("alt", "original alt"))
      expect(shownImage(element)?.naturalWidth).to.equal(4000)
      element.remove()
      await ready(place.replace("alt", 'fit="none" alt'))
      expect(copies()).to.deep.equal([])
    })

    it("is shown itself when there is no copy, a broken one, or an engine that makes none", async () => {
      for (const thumbnail of [async () => undefined, async () => textFile("broken.jpg"), undefined]) {
        engine.faults.thumbnail = thumbnail as never
        if (thumbnail === undefined) Object.assign(engine, { getThumbnail: undefined })
        const element = await ready(place)
        expect(shownImage(element)?.naturalWidth).to.equal(4000)
        expect(engine.urls.size).to.equal(1)
        element.remove()
        await Promise.resolve()
      }
    })

    it("does not ask for a copy of a small picture", async () => {
      engine.arrive({ id: "a", metadata: { width: 300, height: 200 } }, await picture(300, 200))
      await ready(place)
      expect(copies()).to.deep.equal([])
    })

    it("takes the copy of new content", async () => {
      const element = await ready(place)
      const before = shownImage(element)
      await engine.updateFile("a", await picture(4000, 3000, "#00f"))
      await until(() => shownImage(element) !== before)
      expect(copies()).to.have.lengthOf(2)
      expect(engine.urls.size).to.equal(1)
    })

    it("gives a copy back that arrives after the element has left", async () => {
      let release: (() => void) | undefined
      engine.faults.thumbnail = async () => {
        await new Promise<void>((resolve) => (release = resolve))
        return picture(200, 150)
      }
      const element = await fixture<FilesyncImage>(place)
      await until(() => release)
      element.remove()
      await Promise.resolve()
      release?.()
      await until(() => engine.urls.size === 0)
      expect(originals()).to.deep.equal([])
    })
  })

  describe("box", () => {
    it("has its final size before the picture is there", async () => {
      engine.arrive({ id: "a", metadata: { width: 300, height: 150 } })
      engine.faults.url = () => new Promise(() => {})
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      const { width, height } = element.getBoundingClientRect()
      expect([width, height]).to.deep.equal([300, 150])
    })

    it("takes the width it was given and the record's proportions", async () => {
      engine.arrive({ id: "a", metadata: { width: 300, height: 150 } })
      const element = await fixture<FilesyncImage>(
        '<filesync-image file-id="a" alt="" width="100"></filesync-image>',
      )
      const { width, height } = element.getBoundingClientRect()
      expect([width, height]).to.deep.equal([100, 50])
    })

    it("fills the size the page's own CSS gives it", async () => {
      engine.arrive({ id: "a", metadata: { width: 30, height: 15 } }, await picture(4, 4))
      const element = await ready(
        '<filesync-image file-id="a" alt="" fit="cover" style="inline-size:200px; block-size:120px"></filesync-image>',
      )
      const { width, height } = shownImage(element)?.getBoundingClientRect() ?? { width: 0, height: 0 }
      expect([width, height]).to.deep.equal([200, 120])
    })

    it("keeps to its container and ignores sizes that make no sense", async () => {
      engine.arrive({ id: "a", metadata: { width: 4000, height: "tall" } }, await picture(40, 20))
      const element = await ready(
        '<filesync-image file-id="a" alt="" width="-3" height="x" fit="?"></filesync-image>',
      )
      const { width, height } = element.getBoundingClientRect()
      expect([width, height]).to.deep.equal([40, 20])
    })

    it("shows the tiny preview of what is on this device when that takes long", async () => {
      const preview = "data:image/png;base64,AAAA"
      engine.arrive({ id: "a", metadata: { placeholder: preview } }, await picture(4, 4))
      engine.faults.url = () => new Promise(() => {})
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      await until(() => inside(element, "img.blurred")?.getAttribute("src") === preview)
    })

    it("shows the tiny preview that came with the record, and nothing that would load from elsewhere", async () => {
      const preview =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
      engine.arrive({ id: "a", metadata: { placeholder: preview } })
      engine.arrive({ id: "b", metadata: { placeholder: "https://example.test/spy.png" } })
      engine.faults.url = () => new Promise(() => {})
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      await until(() => inside(element, "img.blurred")?.getAttribute("src") === preview)
      element.fileId = "b"
      await until(() => engine.calls.includes("prioritize b"))
      await rendered(element)
      expect(inside(element, "img.blurred")).to.equal(null)
    })
  })

  describe("life on a page", () => {
    it("keeps its picture when it is moved", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      const image = shownImage(element)
      const place = document.createElement("div")
      element.parentElement?.append(place)
      place.append(element)
      await rendered(element)
      expect(shownImage(element)).to.equal(image)
      expect(engine.calls.filter((call) => call.startsWith("getFileUrl"))).to.have.lengthOf(1)
    })

    it("gives everything back when it is removed, and shows the picture again when it returns", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      const parent = element.parentElement
      element.remove()
      await Promise.resolve()
      expect([engine.urls.size, engine.subscriptions]).to.deep.equal([0, 0])
      parent?.append(element)
      await until(() => element.state === "ready")
    })

    it("gives a URL back that arrives after it was removed", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const original = engine.getFileUrl.bind(engine)
      let release = () => {}
      let given: Promise<string> | undefined
      // An engine that does not care about the signal.
      engine.getFileUrl = (fileId) => {
        given = new Promise<void>((resolve) => (release = resolve)).then(() => original(fileId))
        return given
      }
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      await until(() => given)
      element.remove()
      await Promise.resolve()
      release()
      await given
      expect(engine.calls).to.deep.equal(["getFileUrl a"])
      await until(() => engine.urls.size === 0)
    })

    it("has clones that work independently", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      const clone = element.cloneNode(true) as FilesyncImage
      element.parentElement?.append(clone)
      element.remove()
      await until(() => clone.state === "ready")
      expect([engine.urls.size, engine.subscriptions]).to.deep.equal([1, 1])
    })

    it("costs one subscription each and no request while thousands are out of view", async () => {
      const count = 2000
      const one = '<filesync-image file-id="a" alt="" width="100" height="100"></filesync-image>'
      engine.arrive({ id: "a" })
      await fixture(`<div style="position:absolute; inset-block-start:9000px">${one.repeat(count)}</div>`)
      expect(engine.subscriptions).to.equal(count)
      expect(engine.calls).to.deep.equal([])
    })
  })

  describe("events", () => {
    it("reports once for every picture shown", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      const loads: Array<string> = []
      const listen = (event: GlobalEventHandlersEventMap["filesync-load"]) => {
        loads.push(event.fileId)
      }
      document.addEventListener("filesync-load", listen)
      const element = await ready('<filesync-image file-id="a" alt=""></filesync-image>')
      engine.setFileState("a", { transfer: "uploading", progress: 0.5 })
      await rendered(element)
      document.removeEventListener("filesync-load", listen)
      expect(loads).to.deep.equal(["a"])
    })

    it("reports why it failed", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      engine.faults.url = () => {
        throw failure("Forbidden")
      }
      const fired = nextEvent(document, "filesync-error")
      const element = await fixture<FilesyncImage>('<filesync-image file-id="a" alt=""></filesync-image>')
      const event = await fired
      expect(event.fileId).to.equal("a")
      expect((event.error as { reason: string }).reason).to.equal("Forbidden")
      await rendered(element)
      expect(wordsOf(element, ".error")).to.contain("not allowed")
    })

    it("warns the page's author once about a missing alt", async () => {
      const warnings: Array<string> = []
      const listen = (event: GlobalEventHandlersEventMap["filesync-warning"]) => {
        event.preventDefault()
        warnings.push(event.message)
      }
      document.addEventListener("filesync-warning", listen)
      await fixture(
        '<div><filesync-image file-id="a"></filesync-image><filesync-image file-id="b"></filesync-image></div>',
      )
      await until(() => warnings.length > 0)
      document.removeEventListener("filesync-warning", listen)
      expect(warnings).to.have.lengthOf(1)
      expect(warnings[0]).to.contain("alt")
    })
  })
})
