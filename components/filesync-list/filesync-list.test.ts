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
import type { FilesyncList } from "./filesync-list.js"

const gallery = `<template>
  <figure>
    <filesync-image width="40" height="40"></filesync-image>
    <figcaption><b data-file="name"></b> <span data-file="size"></span> <time data-file="date"></time></figcaption>
    <a data-file-link>Get</a>
    <button data-file-delete>Delete</button>
  </figure>
</template>`

describe("<filesync-list>", () => {
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

  const list = (attributes = "", content = gallery) =>
    fixture<FilesyncList>(`<filesync-list lang="en" ${attributes}>${content}</filesync-list>`)
  const names = (element: Element) =>
    Array.from(element.querySelectorAll("[data-file=name]"), (name) => name.textContent)
  const shows = (element: Element, ...expected: ReadonlyArray<string>) =>
    until(() => names(element).join() === expected.join())

  describe("before it is known what there is", () => {
    const saysNothing = (element: FilesyncList) => {
      expect(element.getAttribute("state")).to.equal("loading")
      expect(element.shadowRoot?.querySelector<HTMLElement>(".empty")?.hidden).to.equal(true)
    }

    it("says nothing while the store is opening, and that there are no files once it is open", async () => {
      setFileSync(undefined)
      const element = await list("", `<p slot="empty">Nothing</p>${gallery}`)
      saysNothing(element)
      setFileSync(engine)
      await until(() => element.getAttribute("state") === "empty")
      await rendered(element)
      expect(element.shadowRoot?.querySelector<HTMLElement>(".empty")?.hidden).to.equal(false)
    })

    it("says nothing while the records are received again", async () => {
      engine.setStatus({ store: "healing" })
      const element = await list()
      saysNothing(element)
      engine.setStatus({ store: "open" })
      await until(() => element.getAttribute("state") === "empty")
    })
  })

  describe("accessibility", () => {
    it("is accessible while it is empty, and says so", async () => {
      const element = await list()
      expect(wordsOf(element, "[name=empty]")).to.equal("No files yet")
      await expectAccessible(element)
    })

    it("is accessible with a template, and names every link and button after its file", async () => {
      engine.arrive({ id: "a", name: "boat.png" }, await picture(4, 4))
      const element = await list()
      await shows(element, "boat.png")
      await rendered(element)
      await expectAccessible(element)
      expect(element.querySelector("a")?.getAttribute("aria-label")).to.equal("Get: boat.png")
      expect(element.querySelector("button")?.getAttribute("aria-label")).to.equal("Delete boat.png")
      expect(element.querySelector("filesync-image")?.alt).to.equal("boat.png")
    })

    it("is accessible without a template", async () => {
      engine.arrive({ id: "a" }, await picture(4, 4))
      engine.arrive({ id: "b", name: "letter.txt", mimeType: "text/plain" }, textFile("letter.txt"))
      const element = await list("", "")
      await until(() => inside(element, "filesync-image"))
      await until(() => (inside(element, "filesync-image") as Element).getAttribute("state") === "ready")
      expect(element.shadowRoot?.querySelectorAll("[part=item]")).to.have.lengthOf(2)
      await expectAccessible(element)
    })
  })

  describe("records", () => {
    it("shows each record through the template, newest first", async () => {
      engine.arrive({ id: "a", name: "first.png", sizeBytes: 1500 }, await picture(4, 4))
      engine.arrive({ id: "b", name: "second.png" })
      const element = await list()
      await shows(element, "second.png", "first.png")
      const figure = element.querySelector('figure[data-file-id="a"]')
      expect(figure?.querySelector("[data-file=size]")?.textContent).to.equal("1.5\u00a0kB")
      expect(figure?.querySelector("time")?.dateTime).to.match(/^2023-11-14T/)
      expect(figure?.querySelector("filesync-image")?.fileId).to.equal("a")
      expect([element.count, element.getAttribute("count"), element.state]).to.deep.equal([2, "2", "filled"])
    })

    it("follows what comes, goes and changes, and keeps the nodes of what stays", async () => {
      engine.arrive({ id: "a", name: "a" })
      engine.arrive({ id: "b", name: "b" })
      const element = await list()
      await shows(element, "b", "a")
      const kept = element.querySelector('[data-file-id="a"]')
      engine.arrive({ id: "c", name: "c" })
      await engine.deleteFile("b")
      await shows(element, "c", "a")
      expect(element.querySelector('[data-file-id="a"]')).to.equal(kept)
      const { createdAt = new Date() } = engine.getFile("a") ?? {}
      engine.arrive({ id: "a", name: "renamed", createdAt })
      await shows(element, "c", "renamed")
      expect(element.querySelector('[data-file-id="a"]')).to.equal(kept)
    })

    it("keeps to type, order and limit, and follows when they change", async () => {
      engine.arrive({ id: "1", name: "c.png" })
      engine.arrive({ id: "2", name: "a.txt", mimeType: "text/plain" })
      engine.arrive({ id: "3", name: "b.png" })
      const element = await list('type="image/*" order="name" limit="5"')
      await shows(element, "b.png", "c.png")
      element.type = ""
      await shows(element, "a.txt", "b.png", "c.png")
      element.limit = 2
      element.order = "oldest"
      await shows(element, "c.png", "a.txt")
      element.setAttribute("limit", "nonsense")
      element.setAttribute("order", "nonsense")
      await shows(element, "b.png", "a.txt", "c.png")
    })

    it("reports when it shows other records, and not when bytes move", async () => {
      const element = await list()
      const counts: Array<number> = []
      element.addEventListener("filesync-change", (event) => counts.push(event.count))
      engine.arrive({ id: "a" })
      await until(() => counts.length === 1)
      engine.setFileState("a", { transfer: "downloading", progress: 0.5 })
      await engine.deleteFile("a")
      await until(() => counts.length === 2)
      expect(counts).to.deep.equal([1, 0])
    })

    it("asks for the records a few times while the engine reports hundreds of steps", async () => {
      let asked = 0
      const original = engine.listFiles.bind(engine)
      engine.listFiles = (query) => {
        asked++
        return original(query)
      }
      engine.arrive({ id: "a", name: "a" })
      const element = await list()
      const before = asked
      for (let step = 0; step < 300; step++) engine.setFileState("a", { progress: step / 300 })
      engine.arrive({ id: "b", name: "b" })
      await shows(element, "b", "a")
      expect(asked - before).to.be.at.most(3)
    })

    it("shows text from metadata, and nothing where there is none", async () => {
      engine.arrive({ id: "a", metadata: { title: "Sea", nested: { no: 1 } } })
      const element = await list(
        "",
        '<template><p><b data-file="metadata.title"></b><i data-file="metadata.nested"></i><u data-file="what"></u></p></template>',
      )
      await until(() => element.querySelector("p"))
      expect(element.querySelector("p")?.textContent).to.equal("Sea")
    })

    it("treats names as text, not as markup", async () => {
      engine.arrive({ id: "a", name: "<img src=x onerror=alert(1)>" })
      const element = await list()
      await shows(element, "<img src=x onerror=alert(1)>")
      expect(element.querySelector("figcaption img")).to.equal(null)
    })
  })

  describe("links and buttons", () => {
    it("downloads a file under its own name, and never opens it", async () => {
      engine.arrive({ id: "a", name: "page.html", mimeType: "text/html" }, textFile("page.html"))
      const element = await list()
      await shows(element, "page.html")
      const clicked = new Promise<HTMLAnchorElement>((resolve) => {
        const { click } = HTMLAnchorElement.prototype
        HTMLAnchorElement.prototype.click = function () {
          HTMLAnchorElement.prototype.click = click
          resolve(this)
        }
      })
      element.querySelector("a")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }))
      const link = await clicked
      expect([link.download, link.protocol]).to.deep.equal(["page.html", "blob:"])
      // Not an address of the service worker, which no browser asks for a link that downloads.
      expect(engine.calls).not.to.contain("getFileUrl a")
      URL.revokeObjectURL(link.href)
    })

    it("reports when a download failed", async () => {
      engine.arrive({ id: "a", name: "a" })
      engine.readFile = async () => {
        throw failure("Forbidden")
      }
      const element = await list("", "<template><p><a data-file-link>Get</a></p></template>")
      await until(() => element.querySelector("a"))
      const fired = nextEvent(element, "filesync-error")
      element.querySelector("a")?.click()
      expect((await fired).fileId).to.equal("a")
    })

    it("deletes, unless the page or the person says no", async () => {
      engine.arrive({ id: "a", name: "a" })
      const element = await list(
        "",
        '<template><p><button data-file-delete="Really?">x</button></p></template>',
      )
      await until(() => element.querySelector("button"))
      const { confirm } = globalThis
      const questions: Array<string | undefined> = []
      let answer = false
      globalThis.confirm = (question) => {
        questions.push(question)
        return answer
      }
      const press = () => element.querySelector("button")?.click()
      element.addEventListener("filesync-before-delete", (event) => event.preventDefault(), { once: true })
      press()
      expect(questions).to.deep.equal([])
      press()
      expect(engine.listFiles()).to.have.lengthOf(1)
      answer = true
      press()
      globalThis.confirm = confirm
      await until(() => element.count === 0)
      expect(questions).to.deep.equal(["Really?", "Really?"])
      expect(element.querySelector("p")).to.equal(null)
    })
  })

  describe("a gallery out of the box", () => {
    const part = (element: Element, name: string) => inside(element, `[part=${name}]`)
    const cards = (element: Element) => [...(element.shadowRoot?.querySelectorAll("[part=item]") ?? [])]
    const own = async (attributes = "") => {
      const element = await list(attributes, "")
      await until(() => cards(element).length > 0)
      return element
    }

    it("passes several types, exclusions and every order on", async () => {
      engine.arrive({ id: "1", name: "file10.png" })
      engine.arrive({ id: "2", name: "file2.mp4", mimeType: "video/mp4" })
      engine.arrive({ id: "3", name: "a.txt", mimeType: "text/plain" })
      const element = await list('type="image/*,video/*" order="name"')
      await shows(element, "file2.mp4", "file10.png")
      element.type = "!image/*"
      await shows(element, "a.txt", "file2.mp4")
    })

    it("keeps the ending of a long name to be seen, and says what kind of file it is", async () => {
      const name = "Minutes of the general meeting, final.docx"
      const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
      engine.arrive({ id: "a", name, mimeType: docx }, textFile(name))
      const element = await own()
      const [start, end] = inside(element, ".name bdi")?.querySelectorAll("span") ?? []
      expect([start?.textContent, end?.textContent]).to.deep.equal([
        "Minutes of the general meeting, fi",
        "nal.docx",
      ])
      expect(wordsOf(element, ".ending")).to.equal("DOCX")
    })

    it("makes a page of rows at a time, and more when asked", async () => {
      for (let at = 0; at < 30; at++) engine.arrive({ id: `${at}`, name: `${at}`, mimeType: "text/plain" })
      const element = await own('page-size="10"')
      const stage = element.parentElement as HTMLElement
      // So far down that its end is never near the viewport.
      element.style.marginBlockStart = "5000px"
      stage.style.overflow = "hidden"
      expect(element.count).to.equal(30)
      const before = cards(element).length
      expect(before).to.be.lessThan(31)
      part(element, "more")?.click()
      await rendered(element)
      expect(cards(element).length).to.be.greaterThan(before - 1)
      await until(() => {
        part(element, "more")?.click()
        return cards(element).length === 30
      })
      expect(part(element, "more")).to.equal(null)
    })

    it("renames in place, and not when the person cancels", async () => {
      engine.arrive({ id: "a", name: "old.txt", mimeType: "text/plain" })
      const element = await own("editable")
      await expectAccessible(element)
      const rename = async (name: string, key: string) => {
        part(element, "rename")?.click()
        await rendered(element)
        const field = part(element, "name") as HTMLInputElement
        expect(element.shadowRoot?.activeElement).to.equal(field)
        expect(field.value.slice(0, field.selectionEnd ?? 0)).to.equal("old")
        await expectAccessible(element)
        field.value = name
        field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))
        await rendered(element)
      }
      await rename("other.txt", "Escape")
      expect(engine.getFile("a")?.name).to.equal("old.txt")
      await rename("new.txt", "Enter")
      await until(() => wordsOf(element, ".name") === "new.txt")
      expect(engine.calls.filter((call) => call.startsWith("editFile"))).to.have.lengthOf(1)
    })

    it("deletes with an undo in the place of the file", async () => {
      for (const id of ["c", "b", "a"])
        engine.arrive({ id, name: `${id}.txt`, mimeType: "text/plain" }, textFile(id))
      const element = await own("editable")
      element.shadowRoot?.querySelectorAll<HTMLElement>("[part=delete]")[1]?.click()
      await until(() => part(element, "undo"))
      expect(cards(element).map((card) => card.hasAttribute("deleted"))).to.deep.equal([false, true, false])
      expect(engine.getFile("b")?.deletedAt ?? null).not.to.equal(undefined)
      await until(() => element.count === 2)
      await expectAccessible(element)
      part(element, "undo")?.click()
      await until(() => element.count === 3 && part(element, "undo") === null)
    })

    it("shows what is going on with a file, in its own cards and in a template", async () => {
      engine.arrive({ id: "a", name: "a.txt", mimeType: "text/plain", remoteKey: null }, textFile("a.txt"))
      const element = await own()
      const error = { tag: "UploadError", reason: "Unauthorized", side: "upload", message: "" } as const
      engine.setFileState("a", { transfer: "error", error })
      await until(() => part(element, "badge"))
      expect(part(element, "badge")?.getAttribute("aria-label")).to.contain("You are signed out")
      expect(cards(element)[0]?.getAttribute("transfer")).to.equal("error")
      await expectAccessible(element)
      part(element, "retry")?.click()
      expect(engine.calls.filter((call) => call === "retry a")).to.have.lengthOf(1)
      const template = await list(
        "",
        `<template><p><i data-file="state"></i><button data-file-retry>Again</button>
          <button data-file-delete>Delete</button><button data-file-undo>Undo</button></p></template>`,
      )
      await until(() => template.querySelector("p")?.getAttribute("transfer") === "error")
      const [retry, remove, undo] = template.querySelectorAll("button")
      expect([retry?.hidden, remove?.hidden, undo?.hidden]).to.deep.equal([false, false, true])
      expect(template.querySelector("i")?.textContent).to.contain("It is safe on this device.")
      retry?.click()
      expect(engine.calls.filter((call) => call === "retry a")).to.have.lengthOf(2)
      engine.setFileState("a", { transfer: "done", error: null, remote: true })
      await until(() => template.querySelector("p")?.hasAttribute("remote"))
      expect(retry?.hidden).to.equal(true)
      remove?.click()
      await until(() => template.querySelector("p")?.hasAttribute("deleted"))
      undo?.click()
      await until(() => template.querySelector("p")?.hasAttribute("deleted") === false)
      expect(template.count).to.equal(1)
    })
  })

  describe("life on a page", () => {
    it("takes a template that comes later, and leaves other children alone", async () => {
      engine.arrive({ id: "a", name: "a" })
      const element = await list("", "<h2>Files</h2>")
      await until(() => inside(element, "[part=list]"))
      element.insertAdjacentHTML("beforeend", `${gallery}<footer>End</footer>`)
      await shows(element, "a")
      expect(inside(element, "[part=list]")).to.equal(null)
      expect(Array.from(element.children, ({ localName }) => localName)).to.deep.equal([
        "h2",
        "template",
        "figure",
        "footer",
      ])
    })

    it("does not double its rows when it is cloned", async () => {
      engine.arrive({ id: "a", name: "a" })
      engine.arrive({ id: "b", name: "b" })
      const element = await list()
      await shows(element, "b", "a")
      const clone = element.cloneNode(true) as FilesyncList
      element.parentElement?.append(clone)
      await rendered(clone)
      expect(names(clone)).to.deep.equal(["b", "a"])
      await engine.deleteFile("a")
      await shows(clone, "b")
    })

    it("keeps its rows when it is moved, and gives everything back when it is removed", async () => {
      engine.arrive({ id: "a", name: "a" }, await picture(4, 4))
      const element = await list()
      await shows(element, "a")
      await until(() => element.querySelector("filesync-image")?.state === "ready")
      const place = document.createElement("div")
      const stage = element.parentElement
      stage?.append(place)
      place.append(element)
      await rendered(element)
      expect(engine.calls.filter((call) => call === "getFileUrl a")).to.have.lengthOf(1)
      element.remove()
      await Promise.resolve()
      expect([engine.urls.size, engine.subscriptions]).to.deep.equal([0, 0])
      engine.arrive({ id: "b", name: "b" })
      stage?.append(element)
      await shows(element, "b", "a")
    })

    it("works when the engine comes late, is replaced or breaks", async () => {
      setFileSync(undefined)
      const element = await list()
      expect([element.count, names(element).length]).to.deep.equal([0, 0])
      engine.arrive({ id: "a", name: "a" })
      setFileSync(engine)
      await shows(element, "a")
      const other = new InMemoryFileSync()
      other.arrive({ id: "b", name: "b" })
      setFileSync(other)
      await shows(element, "b")
      other.breakDown()
      await until(() => element.count === 0)
    })

    it("keeps the focus in a row while rows come before it", async () => {
      engine.arrive({ id: "a", name: "a" })
      const element = await list()
      await shows(element, "a")
      const button = element.querySelector("button")
      button?.focus()
      engine.arrive({ id: "b", name: "b" })
      await shows(element, "b", "a")
      expect(document.activeElement).to.equal(button)
    })
  })
})
