import { expect } from "@esm-bundle/chai"
import { setFileSync } from "../../src/client/global-client.js"
import { countEngineWatchers } from "../engine-watchers.js"
import "../filesync-list/define.js"
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
import { InMemoryFileSync } from "../test-support/in-memory-file-sync.js"
import { picture, textFile } from "../test-support/pictures.js"
import "./define.js"
import type { FilesyncViewer } from "./filesync-viewer.js"

describe("<filesync-viewer>", () => {
  let engine: InMemoryFileSync

  beforeEach(() => {
    engine = new InMemoryFileSync()
    setFileSync(engine)
  })

  afterEach(async () => {
    document.querySelector("body > filesync-viewer")?.remove()
    await clearFixtures()
    setFileSync(undefined)
    await until(() => engine.urls.size === 0)
    expect(engine.subscriptions, "subscriptions left").to.equal(0)
    expect(countEngineWatchers(), "engine watchers left").to.equal(0)
  })

  const viewer = () => fixture<FilesyncViewer>('<filesync-viewer lang="en"></filesync-viewer>')
  const opened = (element: FilesyncViewer) => until(() => inside<HTMLDialogElement>(element, "dialog")?.open)
  const press = (element: FilesyncViewer, key: string) =>
    inside(element, ".stage")?.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, composed: true }),
    )

  it("shows a picture large, zooms, and gives the focus back when it is closed", async () => {
    engine.arrive({ id: "a", name: "boat.png" }, await picture(8, 8))
    const element = await viewer()
    const button = document.createElement("button")
    element.parentElement?.prepend(button)
    button.focus()
    const fired = nextEvent(element, "filesync-show")
    element.show("a")
    expect((await fired).fileId).to.equal("a")
    await opened(element)
    expect(element.state).to.equal("ready")
    const image = () => inside(element, "filesync-image")
    await until(() => image()?.getAttribute("state") === "ready")
    await expectAccessible(element)
    inside(element, "[part=picture]")?.click()
    await rendered(element)
    expect(image()?.hasAttribute("original")).to.equal(true)
    const closed = nextEvent(element, "filesync-close")
    inside<HTMLDialogElement>(element, "dialog")?.close()
    await closed
    await rendered(element)
    expect([element.state, document.activeElement]).to.deep.equal(["closed", button])
  })

  it("scales a picture down that is larger than the page", async () => {
    engine.arrive({ id: "a", name: "coast.png" }, await picture(3000, 2000))
    const element = await viewer()
    element.show("a")
    await opened(element)
    await until(() => inside(element, "filesync-image")?.getAttribute("state") === "ready")
    const { clientWidth, clientHeight, scrollWidth, scrollHeight } = inside(element, ".stage") as HTMLElement
    expect([scrollWidth, scrollHeight]).to.deep.equal([clientWidth, clientHeight])
  })

  it("goes through the files by keys and buttons, and says where it is", async () => {
    for (const id of ["a", "b", "c"])
      engine.arrive({ id, name: `${id}.txt`, mimeType: "text/plain" }, textFile(id))
    const element = await viewer()
    element.show("b", { ids: ["a", "b", "c"] })
    await opened(element)
    await until(() => wordsOf(element, "[part=text]") === "b")
    expect(wordsOf(element, ".facts")).to.match(/^2 of 3 · /)
    await expectAccessible(element)
    press(element, "ArrowRight")
    await until(() => wordsOf(element, "[part=text]") === "c")
    expect(inside(element, "[part=next]")).to.equal(null)
    press(element, "ArrowRight")
    expect(element.fileId).to.equal("c")
    inside(element, "[part=previous]")?.click()
    await until(() => element.fileId === "b")
    press(element, "ArrowLeft")
    await until(() => element.fileId === "a")
    element.close()
  })

  it("plays video and sound by a URL that it gives back", async () => {
    engine.arrive({ id: "v", name: "v.mp4", mimeType: "video/mp4" }, new Blob(["v"], { type: "video/mp4" }))
    const element = await viewer()
    element.show("v")
    await opened(element)
    await until(() => inside(element, "video"))
    await expectAccessible(element)
    element.close()
    expect(engine.urls.size).to.equal(0)
  })

  it("never opens what could run as a page", async () => {
    const html = "<script>window.harm = true</script>"
    const types = ["text/html", "application/pdf", "application/xhtml+xml", "application/octet-stream"]
    const pdf = "%PDF-1.7 1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj"
    for (const mimeType of types) {
      const bytes = new Blob([mimeType === "application/pdf" ? pdf : html])
      engine.arrive({ id: mimeType, name: "<img src=x onerror=harm=1>", mimeType }, bytes)
    }
    const element = await viewer()
    element.show(types[0], { ids: types })
    await opened(element)
    await until(() => wordsOf(element, "[part=text]") === html)
    for (const mimeType of types.slice(1)) {
      press(element, "ArrowRight")
      await until(
        () => element.fileId === mimeType && wordsOf(element, ".plain").includes("cannot be shown here"),
      )
    }
    await expectAccessible(element)
    expect(element.shadowRoot?.querySelector("iframe, script, img, embed, object")).to.equal(null)
    // Nothing is even given an address that a frame could open.
    expect(engine.calls.filter((call) => call.startsWith("getFileUrl"))).to.deep.equal([])
    element.close()
  })

  it("says when there is no such file, and when it cannot be loaded", async () => {
    engine.arrive({ id: "t", name: "t.txt", mimeType: "text/plain" })
    const element = await viewer()
    element.show("nobody", { ids: ["nobody", "t"] })
    await opened(element)
    expect(element.state).to.equal("missing")
    await expectAccessible(element)
    const fired = nextEvent(element, "filesync-error")
    press(element, "ArrowRight")
    expect((await fired).fileId).to.equal("t")
    await rendered(element)
    expect(element.state).to.equal("error")
    element.close()
  })

  it("tries again when asked, and by itself when the file has arrived", async () => {
    engine.arrive({ id: "t", name: "t.txt", mimeType: "text/plain" })
    const element = await viewer()
    element.show("t")
    await until(() => inside(element, "[part=retry]"))
    await expectAccessible(element)
    inside(element, "[part=retry]")?.click()
    expect(engine.calls).to.contain("retry t")
    await until(() => inside(element, "[part=retry]"))
    engine.download("t", textFile("t.txt", "here now"))
    await until(() => wordsOf(element, "[part=text]") === "here now")
    expect(element.state).to.equal("ready")
    element.close()
  })

  it("offers what the file was before, and brings it back", async () => {
    engine.arrive({ id: "t", name: "t.txt", mimeType: "text/plain" }, textFile("t.txt", "first"))
    await engine.updateFile("t", textFile("t.txt", "second"))
    const element = await viewer()
    element.show("t")
    await opened(element)
    await until(() => wordsOf(element, "[part=text]") === "second")
    inside(element, "[part=action][aria-label='Earlier versions']")?.click()
    await until(() => inside(element, "[part=versions]"))
    await expectAccessible(element)
    inside(element, "[part=versions] button")?.click()
    await until(() => wordsOf(element, "[part=text]") === "first")
    element.close()
  })

  it("is opened by a list, for all its files, and by a picture", async () => {
    engine.arrive({ id: "a", name: "a.txt", mimeType: "text/plain" }, textFile("a"))
    engine.arrive({ id: "b", name: "b.png" }, await picture(4, 4))
    const stage = await fixture<HTMLElement>(
      '<div lang="en"><filesync-list viewer></filesync-list><filesync-image viewer file-id="b" alt="B"></filesync-image></div>',
    )
    const list = stage.querySelector("filesync-list") as HTMLElement
    const image = stage.querySelector("filesync-image") as HTMLElement
    await until(() => inside(list, "[part=show]"))
    await expectAccessible(list)
    inside(list, "[part=show]")?.click()
    const shown = () => document.querySelector("filesync-viewer")
    await until(() => shown()?.state === "ready")
    expect(wordsOf(shown() as Element, ".facts")).to.match(/^1 of 2 · /)
    shown()?.close()
    await until(() => inside(image, "[part=show]"))
    await expectAccessible(image)
    inside(image, "[part=show]")?.click()
    await until(() => shown()?.fileId === "b" && shown()?.state === "ready")
    shown()?.close()
  })

  it("stays open when it is opened again right after it was closed", async () => {
    engine.arrive({ id: "a", name: "a.txt", mimeType: "text/plain" }, textFile("a"))
    const element = await viewer()
    element.show("a")
    await until(() => element.state === "ready")
    const closed = new Promise((resolve) => inside(element, "dialog")?.addEventListener("close", resolve))
    element.close()
    element.show("a")
    await closed
    await until(() => element.state === "ready")
    expect(inside(element, "dialog")?.matches("[open]")).to.equal(true)
    element.close()
  })

  it("is opened by keyboard from a list's own template, and gives the focus back to the picture there", async () => {
    engine.arrive({ id: "a", name: "a.png" }, await picture(4, 4))
    engine.arrive({ id: "b", name: "b.png" }, await picture(4, 4))
    const list = await fixture<HTMLElement>(
      '<filesync-list lang="en" order="oldest" viewer><template><figure><filesync-image></filesync-image></figure></template></filesync-list>',
    )
    await until(() => list.querySelectorAll("filesync-image[viewer]").length === 2)
    const image = list.querySelectorAll("filesync-image")[1] as HTMLElement
    await until(() => inside(image, "[part=show]"))
    const button = inside(image, "[part=show]") as HTMLElement
    button.focus()
    button.click()
    const shown = () => document.querySelector("filesync-viewer")
    await until(() => shown()?.state === "ready")
    expect(wordsOf(shown() as Element, ".facts")).to.match(/^2 of 2 · /)
    shown()?.close()
    await until(() => document.activeElement === image)
    expect(image.shadowRoot?.activeElement).to.equal(button)
  })
})
