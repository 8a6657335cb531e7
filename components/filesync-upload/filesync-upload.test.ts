import { expect } from "@esm-bundle/chai"
import { setFileSync } from "../../src/client/global-client.js"
import { countEngineWatchers } from "../engine-watchers.js"
import type { FilesyncSavedEvent } from "../events/filesync-saved.js"
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
import "./define.js"
import { FilesyncUpload } from "./filesync-upload.js"

const transferOf = (...files: ReadonlyArray<File>): DataTransfer => {
  const transfer = new DataTransfer()
  for (const file of files) transfer.items.add(file)
  return transfer
}

const drag = (element: Element, type: string, ...files: ReadonlyArray<File>): DragEvent => {
  const event = new DragEvent(type, {
    dataTransfer: transferOf(...files),
    bubbles: true,
    cancelable: true,
    composed: true,
  })
  inside(element, "[part=dropzone]")?.dispatchEvent(event)
  return event
}

const pick = (element: Element, ...files: ReadonlyArray<File>): void => {
  const input = inside<HTMLInputElement>(element, "input")
  if (input === null) throw new Error("no input")
  input.files = transferOf(...files).files
  input.dispatchEvent(new Event("change"))
}

const rows = (element: Element) => [...(element.shadowRoot?.querySelectorAll("[part=item]") ?? [])]
const words = (node: Element | undefined) => (node?.textContent ?? "").replace(/\s+/g, " ").trim()

describe("<filesync-upload>", () => {
  let engine: InMemoryFileSync
  const made = new Set<string>()
  const { createObjectURL, revokeObjectURL } = URL

  beforeEach(() => {
    engine = new InMemoryFileSync()
    setFileSync(engine)
    made.clear()
    URL.createObjectURL = (blob) => {
      const url = createObjectURL.call(URL, blob)
      made.add(url)
      return url
    }
    URL.revokeObjectURL = (url) => {
      made.delete(url)
      revokeObjectURL.call(URL, url)
    }
  })

  afterEach(async () => {
    await clearFixtures()
    setFileSync(undefined)
    Object.assign(URL, { createObjectURL, revokeObjectURL })
    expect(made.size, "blob URLs left").to.equal(0)
    expect(engine.subscriptions, "subscriptions left").to.equal(0)
    expect(countEngineWatchers(), "engine watchers left").to.equal(0)
  })

  const upload = (attributes = "multiple") =>
    fixture<FilesyncUpload>(`<filesync-upload ${attributes}></filesync-upload>`)
  const saved = (element: FilesyncUpload, count: number) => until(() => element.value.length === count)

  /** All files are uploaded. */
  const finished = async (element: FilesyncUpload) => {
    for (const id of element.value) engine.setFileState(id, { transfer: "done", remote: true })
    await rendered(element)
  }

  describe("accessibility", () => {
    it("is accessible at rest, with a named button for the keyboard", async () => {
      const element = await upload('multiple accept="image/*" max-size="5MB"')
      await expectAccessible(element)
      const button = inside(element, "button")
      expect(words(button ?? undefined)).to.equal("Choose files")
      element.focus()
      expect(element.shadowRoot?.activeElement).to.equal(button)
    })

    it("is accessible while files are held above it", async () => {
      const element = await upload()
      drag(element, "dragenter", textFile("a.txt"))
      await rendered(element)
      await expectAccessible(element)
      drag(element, "dragleave")
    })

    it("is accessible with files that are saving, uploading, uploaded and failed", async () => {
      engine.faults.save = (file) => {
        if (file.size === 13) throw failure("QuotaExceeded")
      }
      const element = await upload()
      pick(
        element,
        textFile("a.txt"),
        textFile("b.txt"),
        textFile("c.txt", "thirteen byte"),
        await picture(4, 4),
      )
      await until(() => element.value.length === 3 && element.state === "invalid")
      const [first = "", second = ""] = element.value
      engine.setFileState(first, { transfer: "uploading", progress: 0.5, bytesDone: 2, bytesTotal: 5 })
      engine.setFileState(second, {
        transfer: "error",
        error: { tag: "UploadError", reason: "Forbidden", side: "upload", message: "" },
      })
      await rendered(element)
      await expectAccessible(element)
      expect(rows(element).map(words).join("\n")).to.contain("no space left")
    })

    it("is accessible when it refused files", async () => {
      const element = await upload('multiple accept="image/*"')
      pick(element, textFile("a.txt"))
      await rendered(element)
      expect(element.state).to.equal("invalid")
      await expectAccessible(element)
    })

    it("is accessible when it is disabled", async () => {
      await expectAccessible(await upload("disabled"))
    })

    it("is named by its label, and a click on the label opens the picker", async () => {
      const stage = await fixture<HTMLElement>(
        '<p><label for="up">Photos</label><filesync-upload id="up"></filesync-upload></p>',
      )
      const element = stage.querySelector("filesync-upload")
      expect(words(element?.labels[0] as Element)).to.equal("Photos")
      let opened = 0
      inside<HTMLInputElement>(element as Element, "input")?.addEventListener("click", (event) => {
        event.preventDefault()
        opened++
      })
      stage.querySelector("label")?.click()
      expect(opened).to.equal(1)
    })

    it("says once that all is saved and once that all is uploaded", async () => {
      const element = await upload()
      const heard = () => wordsOf(element, ".heard[role=status]")
      pick(element, textFile("a.txt"), textFile("b.txt"))
      await until(() => heard() === "2 files saved on this device.")
      const [first = "", second = ""] = element.value
      engine.setFileState(first, { transfer: "done", remote: true })
      await rendered(element)
      expect(heard()).to.equal("2 files saved on this device.")
      engine.setFileState(second, { transfer: "done", remote: true })
      // One sentence at a time on the whole page.
      await until(() => heard() === "2 files uploaded.", 60_000)
    })

    it("keeps the focus near when a row is removed", async () => {
      const element = await upload()
      pick(element, textFile("a.txt"), textFile("b.txt"))
      await saved(element, 2)
      await rendered(element)
      const remove = () => inside<HTMLButtonElement>(element, "[part=remove]")
      remove()?.focus()
      remove()?.click()
      await rendered(element)
      expect(element.shadowRoot?.activeElement?.getAttribute("aria-label")).to.equal("Cancel adding b.txt")
      remove()?.click()
      await rendered(element)
      expect(element.shadowRoot?.activeElement).to.equal(inside(element, "[part=button]"))
    })
  })

  describe("taking files", () => {
    it("saves what is picked and reports the id", async () => {
      const element = await upload()
      const fired = nextEvent(document, "filesync-saved")
      pick(element, textFile("a.txt"))
      const event = await fired
      expect(event.file.name).to.equal("a.txt")
      expect(engine.getFile(event.fileId)?.name).to.equal("a.txt")
      expect(element.value).to.deep.equal([event.fileId])
    })

    it("shows that files are held above it, and takes them when they are dropped", async () => {
      const element = await upload()
      expect(drag(element, "dragover", textFile("a.txt")).defaultPrevented).to.equal(true)
      await rendered(element)
      expect(element.state).to.equal("dragover")
      expect(element.matches(":state(dragover)")).to.equal(true)
      drag(element, "drop", textFile("a.txt"), textFile("b.txt"))
      await saved(element, 2)
      expect(element.state).to.equal("idle")
    })

    it("keeps the browser from opening what misses every target, while it is on the page", async () => {
      const dropOn = (target: EventTarget, type: string): boolean => {
        const dataTransfer = transferOf(textFile("a.txt"))
        return !target.dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true }),
        )
      }
      expect(dropOn(document.body, "drop")).to.equal(false)
      const element = await upload("disabled")
      const stage = element.parentElement as HTMLElement
      const other = document.createElement("input")
      other.type = "file"
      stage.append(other)
      for (const type of ["dragover", "drop"]) {
        expect(dropOn(document.body, type), type).to.equal(true)
        expect(dropOn(element, type), `${type} on the disabled element`).to.equal(true)
        expect(dropOn(other, type), `${type} on a file input`).to.equal(false)
      }
      expect(rows(element)).to.have.lengthOf(0)
      element.remove()
      await Promise.resolve()
      expect(dropOn(document.body, "drop")).to.equal(false)
    })

    it("takes what is dropped anywhere, with the page as its target", async () => {
      const element = await upload('multiple drop-target="page"')
      const dropOn = (target: EventTarget, type: string, ...files: ReadonlyArray<File>) => {
        const dataTransfer = transferOf(...files)
        const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true })
        target.dispatchEvent(event)
      }
      dropOn(document.body, "dragover", textFile("a.txt"))
      await rendered(element)
      expect(element.state).to.equal("dragover")
      expect(wordsOf(element, "[part=overlay]")).to.equal("Let go to add")
      await expectAccessible(element)
      dispatchEvent(new DragEvent("dragleave"))
      await rendered(element)
      expect(inside(element, "[part=overlay]")).to.equal(null)
      dropOn(document.body, "drop", textFile("a.txt"))
      dropOn(inside(element, "[part=dropzone]") as Element, "drop", textFile("b.txt"))
      await saved(element, 2)
      expect(engine.listFiles()).to.have.lengthOf(2)
    })

    it("is a button alone when it is compact, which still says what it takes", async () => {
      const element = await upload('multiple compact accept="image/*"')
      expect(wordsOf(element, "[part=dropzone] button")).to.equal("Choose files")
      expect(inside(element, "#hint")?.checkVisibility()).to.equal(false)
      await expectAccessible(element)
      drag(element, "drop", await picture(4, 4))
      await saved(element, 1)
    })

    it("reports what could not be read of a folder, and takes the rest", async () => {
      const element = await upload("directory")
      const file = (name: string, isReadable: boolean) => ({
        ...{ isFile: true, isDirectory: false, name, fullPath: `/album/${name}` },
        file: (done: (file: File) => void, failed: () => void) =>
          isReadable ? done(new File([name], name)) : failed(),
      })
      let entries = [file("one.txt", true), file("two.txt", false), file(".DS_Store", true)]
      const readEntries = (done: (some: ReadonlyArray<unknown>) => void) => {
        done(entries)
        entries = []
      }
      const folder = { isDirectory: true, name: "album", createReader: () => ({ readEntries }) }
      const event = new Event("drop", { bubbles: true, cancelable: true, composed: true })
      const items = [{ kind: "file", webkitGetAsEntry: () => folder, getAsFile: () => null }]
      Object.defineProperty(event, "dataTransfer", { value: { types: ["Files"], files: [], items } })
      const fired = nextEvent(element, "filesync-rejected")
      inside(element, "[part=dropzone]")?.dispatchEvent(event)
      const { file: left, reason } = await fired
      expect([left.name, reason]).to.deep.equal(["two.txt", "unreadable"])
      await saved(element, 1)
      expect(wordsOf(element, "[part=message]")).to.contain("“two.txt” could not be read")
      expect(engine.listFiles().map(({ name }) => name)).to.deep.equal(["one.txt"])
    })

    it("leaves drags of text alone", async () => {
      const element = await upload()
      const transfer = new DataTransfer()
      transfer.setData("text/plain", "hello")
      const event = new DragEvent("dragover", { dataTransfer: transfer, bubbles: true, cancelable: true })
      inside(element, "[part=dropzone]")?.dispatchEvent(event)
      expect(event.defaultPrevented).to.equal(false)
      expect(element.state).to.equal("idle")
    })

    it("takes what is pasted while it has the focus, and nothing that is pasted elsewhere", async () => {
      const element = await upload()
      const paste = () => {
        const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true })
        // Firefox leaves files out of a made event's clipboard.
        Object.defineProperty(event, "clipboardData", { value: transferOf(textFile("a.txt")) })
        document.dispatchEvent(event)
        return event.defaultPrevented
      }
      expect(paste()).to.equal(false)
      element.focus()
      expect(paste()).to.equal(true)
      await saved(element, 1)
    })

    it("leaves text to the field it is pasted into, and takes no picture of copied text", async () => {
      const element = await upload()
      const field = document.createElement("textarea")
      element.parentElement?.append(field)
      const paste = (target: EventTarget, text: string, name: string) => {
        const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true, composed: true })
        const clipboardData = transferOf(textFile(name))
        clipboardData.setData("text/plain", text)
        Object.defineProperty(event, "clipboardData", { value: clipboardData })
        target.dispatchEvent(event)
        return event.defaultPrevented
      }
      // Where the pointer rests: no test can put it there.
      element.matches = (() => true) as unknown as typeof element.matches
      expect(paste(field, "", "image.png"), "into a field").to.equal(false)
      expect(paste(document.body, "1\t2", "image.png"), "cells of a spreadsheet").to.equal(false)
      expect(paste(document.body, "boat.png", "boat.png"), "a copied file").to.equal(true)
      await saved(element, 1)
    })

    it("opens the picker by a click anywhere on the target, but not by one on a link in it", async () => {
      const element = await fixture<FilesyncUpload>(
        '<filesync-upload><a href="#x">Rules</a></filesync-upload>',
      )
      let opened = 0
      inside(element, "input")?.addEventListener("click", (event) => {
        event.preventDefault()
        opened++
      })
      inside(element, "[part=dropzone]")?.click()
      inside(element, "[part=button]")?.click()
      expect(opened).to.equal(2)
      element.querySelector("a")?.click()
      expect(opened).to.equal(2)
    })

    it("passes accept, multiple, capture and directory on to a real file input", async () => {
      const element = await upload('multiple accept="image/*" capture="environment" directory')
      const input = inside<HTMLInputElement>(element, "input[type=file]")
      expect(input?.accept).to.equal("image/*")
      expect(input?.multiple).to.equal(true)
      expect(input?.webkitdirectory).to.equal(true)
      expect(input?.getAttribute("capture")).to.equal("environment")
    })

    it("saves small files together in one commit", async () => {
      const element = await upload()
      pick(element, ...Array.from({ length: 250 }, (_, at) => textFile(`${at}.txt`)))
      await saved(element, 250)
      expect(engine.calls).to.deep.equal(["saveFiles", "saveFiles", "saveFiles"])
    })

    it("saves a large file alone, with progress", async () => {
      const element = await upload()
      let finish = (_id: string) => {}
      let report: ((loaded: number, total: number) => void) | undefined
      engine.saveFile = (_file, options) => {
        report = options?.onProgress
        return new Promise((resolve) => (finish = resolve))
      }
      pick(element, new File([new Uint8Array(9_000_000)], "large.bin"))
      await until(() => report)
      report?.(4_500_000, 9_000_000)
      await rendered(element)
      expect(element.state).to.equal("busy")
      expect(inside(element, "[role=progressbar]")?.getAttribute("aria-valuenow")).to.equal("50")
      finish("large")
      await saved(element, 1)
    })

    it("keeps the others when one file of a drop cannot be saved", async () => {
      engine.faults.save = (file) => {
        if (file.size === 3) throw failure("QuotaExceeded")
      }
      const element = await upload()
      const failed = nextEvent(element, "filesync-error")
      pick(element, textFile("good.txt", "fine"), textFile("bad.txt", "bad"), textFile("also.txt", "good"))
      const event = await failed
      expect(event.file?.name).to.equal("bad.txt")
      await saved(element, 2)
      expect(element.value.map((id) => engine.getFile(id)?.name)).to.deep.equal(["good.txt", "also.txt"])
    })

    it("tries a failed file again when asked", async () => {
      engine.faults.save = () => {
        throw failure("QuotaExceeded")
      }
      const element = await upload()
      pick(element, textFile("a.txt"))
      await until(() => inside(element, "[part=retry]"))
      delete engine.faults.save
      inside(element, "[part=retry]")?.click()
      await saved(element, 1)
      expect(element.state).to.equal("idle")
    })

    it("keeps files that were dropped before there was an engine", async () => {
      setFileSync(undefined)
      const element = await upload()
      drag(element, "drop", textFile("early.txt"))
      await until(() => rows(element).length === 1)
      expect(element.state).to.equal("busy")
      expect(words(rows(element)[0])).to.contain("Waiting")
      setFileSync(engine)
      await saved(element, 1)
    })

    it("saves files even when the element leaves the page before there is an engine", async () => {
      setFileSync(undefined)
      const element = await upload()
      pick(element, textFile("early.txt"))
      element.remove()
      await Promise.resolve()
      setFileSync(engine)
      await until(() => engine.listFiles().length === 1)
    })

    it("replaces the file when it takes only one", async () => {
      const element = await upload("")
      pick(element, textFile("a.txt"))
      await saved(element, 1)
      const [first] = element.value
      pick(element, textFile("b.txt"))
      await until(() => element.value.length === 1 && element.value[0] !== first)
      expect(rows(element)).to.have.lengthOf(1)
      expect(engine.listFiles()).to.have.lengthOf(2)
    })
  })

  describe("refusing files", () => {
    const rejections = (element: HTMLElement) => {
      const refused: Array<string> = []
      element.addEventListener("filesync-rejected", (event) =>
        refused.push(`${event.file.name} ${event.reason}`),
      )
      return refused
    }

    it("refuses by type, size and count, each with a sentence", async () => {
      const element = await upload('multiple accept=".txt" max-size="5" max-files="1"')
      const refused = rejections(element)
      pick(
        element,
        new File(["a"], "a.png", { type: "image/png" }),
        textFile("b.txt", "too long"),
        textFile("c.txt", "ok"),
        textFile("d.txt", "ok"),
      )
      await rendered(element)
      expect(refused).to.deep.equal(["a.png type", "b.txt size", "d.txt count"])
      const message = wordsOf(element, "[part=message]")
      expect(message).to.contain("“a.png” is not a kind of file that can be added here.")
      expect(message).to.contain("“b.txt” is too large (8 bytes). The limit is 5 bytes.")
      expect(message).to.contain("“d.txt” was not added: only 1 file fits here.")
      await saved(element, 1)
    })

    it("keeps a name whole in a right-to-left sentence", async () => {
      const element = await upload('lang="ar" accept="image/*"')
      pick(element, textFile("report 1.docx"))
      await until(() => wordsOf(element, "[part=message]").startsWith("«\u2068report 1.docx\u2069»"))
    })

    it("shows only the first few of a hundred refusals", async () => {
      const element = await upload('multiple accept="image/*"')
      const refused = rejections(element)
      pick(element, ...Array.from({ length: 100 }, (_, at) => textFile(`${at}.txt`)))
      await rendered(element)
      expect(refused).to.have.lengthOf(100)
      expect(element.shadowRoot?.querySelectorAll("[part=message] li")).to.have.lengthOf(4)
      expect(wordsOf(element, "[part=message]")).to.contain("97 more were not added.")
    })

    it("forgets them when they are dismissed", async () => {
      const element = await upload('accept="image/*"')
      pick(element, textFile("a.txt"))
      await rendered(element)
      inside(element, "[part=message] button")?.click()
      await rendered(element)
      expect(element.state).to.equal("idle")
      expect(inside(element, "[part=message]")).to.equal(null)
    })

    it("asks the page before it takes a file, and saves what the page adds", async () => {
      const element = await upload()
      element.addEventListener("filesync-before-save", (event) => {
        if (event.file.name === "no.txt") event.preventDefault()
        event.fileName = `renamed ${event.file.name}`
        event.metadata = { album: "Sea" }
        event.commit = (record) => [`linked ${record.name}`]
      })
      pick(element, textFile("no.txt"), textFile("yes.txt"), textFile("too.txt"))
      await saved(element, 2)
      expect(engine.listFiles().map(({ name }) => name)).to.have.members([
        "renamed yes.txt",
        "renamed too.txt",
      ])
      expect(engine.listFiles()[0]?.metadata).to.deep.equal({ album: "Sea" })
      expect(engine.committed).to.deep.equal(["linked renamed yes.txt", "linked renamed too.txt"])
    })

    it("takes nothing while it is disabled, also by its fieldset", async () => {
      const stage = await fixture<HTMLElement>(
        "<fieldset disabled><filesync-upload></filesync-upload></fieldset>",
      )
      const element = stage.querySelector("filesync-upload") as FilesyncUpload
      await rendered(element)
      drag(element, "drop", textFile("a.txt"))
      element.addFiles([textFile("b.txt")])
      await rendered(element)
      expect(rows(element)).to.have.lengthOf(0)
      expect(inside<HTMLButtonElement>(element, "button")?.disabled).to.equal(true)
    })
  })

  describe("the list", () => {
    it("does not let its files be removed while it is disabled", async () => {
      const element = await upload("delete-removed")
      pick(element, textFile("a.txt"))
      await saved(element, 1)
      element.disabled = true
      await rendered(element)
      const remove = inside<HTMLButtonElement>(element, "[part=remove]")
      expect(remove?.disabled).to.equal(true)
      remove?.click()
      await rendered(element)
      expect(rows(element)).to.have.lengthOf(1)
      expect(engine.listFiles()).to.have.lengthOf(1)
      element.disabled = false
      await rendered(element)
      expect(inside<HTMLButtonElement>(element, "button")?.disabled).to.equal(false)
      expect(remove?.disabled).to.equal(false)
    })

    it("shows a preview, and revokes its URL with the row", async () => {
      const element = await upload()
      pick(element, await picture(4, 4))
      await until(() => inside<HTMLImageElement>(element, "[part=item] img")?.complete)
      expect(made.size).to.equal(1)
      await saved(element, 1)
      await rendered(element)
      inside(element, "[part=remove]")?.click()
      await rendered(element)
      expect(made.size).to.equal(0)
    })

    it("makes previews again after the element was away", async () => {
      const element = await upload()
      const parent = element.parentElement
      pick(element, await picture(4, 4))
      await saved(element, 1)
      element.remove()
      await Promise.resolve()
      expect([made.size, engine.subscriptions]).to.deep.equal([0, 0])
      parent?.append(element)
      await rendered(element)
      expect(made.has(inside<HTMLImageElement>(element, "[part=item] img")?.src ?? "")).to.equal(true)
      expect(engine.subscriptions).to.equal(1)
    })

    it("keeps previews when the element is moved", async () => {
      const element = await upload()
      pick(element, await picture(4, 4))
      await saved(element, 1)
      await rendered(element)
      const [url] = made
      const place = document.createElement("div")
      element.parentElement?.append(place)
      place.append(element)
      await rendered(element)
      expect([...made]).to.deep.equal([url])
    })

    it("follows the upload with percent and speed, until it is done", async () => {
      const element = await upload()
      pick(element, textFile("a.txt"))
      await saved(element, 1)
      await rendered(element)
      expect(words(rows(element)[0])).to.contain("waiting to upload")
      const [id = ""] = element.value
      const step = async (bytesDone: number) => {
        engine.setFileState(id, {
          transfer: "uploading",
          progress: bytesDone / 1e6,
          bytesDone,
          bytesTotal: 1e6,
        })
        await rendered(element)
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
      await step(1000)
      await step(250_000)
      expect(element.state).to.equal("busy")
      expect(words(rows(element)[0])).to.match(/Uploading · 25% · .* · [\d.,]+ .?B\/s/)
      engine.setFileState(id, { transfer: "done", progress: 1, remote: true })
      await rendered(element)
      expect(words(rows(element)[0])).to.contain("Uploaded")
      expect(element.state).to.equal("idle")
      expect(engine.subscriptions, "an uploaded file needs no subscription").to.equal(0)
    })

    it("cancels an upload and tries it again", async () => {
      const element = await upload()
      pick(element, textFile("a.txt"))
      await saved(element, 1)
      const [id = ""] = element.value
      engine.setFileState(id, {
        transfer: "error",
        error: { tag: "UploadError", reason: "Aborted", side: "upload", message: "" },
      })
      await rendered(element)
      expect(words(rows(element)[0])).to.contain("Cancelled")
      expect(element.state).to.equal("idle")
      inside(element, "[part=retry]")?.click()
      expect(engine.calls).to.contain(`retry ${id}`)
    })

    it("deletes a file again that is cancelled while it uploads", async () => {
      const element = await upload()
      pick(element, textFile("a.txt"))
      await saved(element, 1)
      const [id = ""] = element.value
      engine.setFileState(id, { transfer: "uploading", progress: 0.1 })
      await rendered(element)
      const fired = nextEvent(element, "filesync-removed")
      inside(element, "[part=remove]")?.click()
      expect((await fired).fileId).to.equal(id)
      expect(engine.calls).to.contain(`deleteFile ${id}`)
      expect([element.value.length, engine.listFiles().length]).to.deep.equal([0, 0])
    })

    it("says of a failed upload that the file is safe, and keeps it when the row is taken away", async () => {
      const element = await upload()
      pick(element, textFile("a.txt"))
      await saved(element, 1)
      const [id = ""] = element.value
      const error = { tag: "UploadError", reason: "Forbidden", side: "upload" as const, message: "" }
      engine.setFileState(id, { transfer: "error", error })
      await rendered(element)
      expect(words(rows(element)[0])).to.contain(
        "You are not allowed to do this. Ask for access, then try again. It is safe on this device.",
      )
      const remove = inside(element, "[part=remove]")
      expect(remove?.getAttribute("aria-label")).to.equal("Take a.txt off this list")
      remove?.click()
      await rendered(element)
      expect([rows(element).length, engine.listFiles().length]).to.deep.equal([0, 1])
    })

    it("folds finished rows, keeps their ids, and forgets them when they are not needed any more", async () => {
      const { now } = performance
      let laterMs = 0
      performance.now = () => now.call(performance) + laterMs
      try {
        const element = await upload()
        pick(element, textFile("a.txt"), textFile("b.txt"), textFile("c.txt"))
        await saved(element, 3)
        for (const id of element.value.slice(0, 2))
          engine.setFileState(id, { transfer: "done", remote: true })
        await rendered(element)
        expect(rows(element).map(words).join()).to.match(/c\.txt.*a\.txt.*b\.txt/)
        laterMs = 5000
        element.requestUpdate()
        await rendered(element)
        expect(rows(element)).to.have.lengthOf(1)
        expect(wordsOf(element, "[part=summary]")).to.equal("2 files added Show")
        await expectAccessible(element)
        inside(element, "[part=summary] button")?.click()
        await rendered(element)
        expect(rows(element)).to.have.lengthOf(3)
        inside(element, "[part=summary] button")?.click()
        engine.setFileState(element.value[2] ?? "", { transfer: "done", remote: true })
        laterMs = 30_000
        element.requestUpdate()
        await rendered(element)
        laterMs = 60_000
        element.requestUpdate()
        await rendered(element)
        expect([rows(element).length, inside(element, "[part=summary]")]).to.deep.equal([0, null])
        expect(element.value).to.have.lengthOf(3)
      } finally {
        performance.now = now
      }
    })

    it("makes no more rows than can be looked at", async () => {
      const element = await upload()
      pick(element, ...Array.from({ length: 300 }, (_, at) => textFile(`${at}.txt`)))
      await saved(element, 300)
      await rendered(element)
      expect(rows(element)).to.have.lengthOf(20)
      expect(wordsOf(element, "[part=more]")).to.equal("Show more (280)")
      inside(element, "[part=more]")?.click()
      await rendered(element)
      expect(rows(element)).to.have.lengthOf(120)
      await expectAccessible(element)
    })

    it("asks before the page is left, only while something is in memory alone", async () => {
      const asks = () => !dispatchEvent(new Event("beforeunload", { cancelable: true }))
      let release: (() => void) | undefined
      engine.faults.save = () => new Promise((resolve) => (release = resolve))
      const element = await upload()
      expect(asks()).to.equal(false)
      pick(element, textFile("a.txt"))
      await until(() => release)
      expect(asks()).to.equal(true)
      release?.()
      await saved(element, 1)
      await rendered(element)
      expect(asks()).to.equal(false)
    })

    it("takes back a file that was cancelled while it was being saved", async () => {
      let release: (() => void) | undefined
      engine.faults.save = () => new Promise((resolve) => (release = resolve))
      const element = await upload()
      pick(element, textFile("a.txt"), textFile("b.txt"))
      await until(() => release)
      await rendered(element)
      inside(element, "[part=remove]")?.click()
      delete engine.faults.save
      release?.()
      await saved(element, 1)
      await until(() => engine.listFiles().length === 1)
      expect(engine.listFiles()[0]?.name).to.equal("b.txt")
    })

    it("keeps a removed file in the store, unless the page says otherwise", async () => {
      const element = await upload()
      pick(element, textFile("a.txt"))
      await saved(element, 1)
      await rendered(element)
      const fired = nextEvent(element, "filesync-removed")
      await finished(element)
      inside(element, "[part=remove]")?.click()
      expect((await fired).fileId).to.be.a("string")
      expect(element.value).to.deep.equal([])
      expect(engine.listFiles()).to.have.lengthOf(1)
      element.deleteRemoved = true
      pick(element, textFile("b.txt"))
      await saved(element, 1)
      await finished(element)
      const remove = inside(element, "[part=remove]")
      expect(remove?.getAttribute("aria-label")).to.equal("Delete b.txt")
      remove?.click()
      expect(engine.listFiles().map(({ name }) => name)).to.deep.equal(["a.txt"])
    })
  })

  describe("in a form", () => {
    const form = async (attributes = "") => {
      const element = await fixture<HTMLFormElement>(
        `<form><filesync-upload name="photos" multiple ${attributes}></filesync-upload></form>`,
      )
      const control = element.querySelector("filesync-upload") as FilesyncUpload
      await rendered(control)
      return { form: element, control }
    }

    it("adds one entry for each file id, at once and without any upload", async () => {
      const { form: element, control } = await form()
      pick(control, textFile("a.txt"), textFile("b.txt"))
      await saved(control, 2)
      expect(new FormData(element).getAll("photos")).to.deep.equal([...control.value])
    })

    it("is left out of the form without a name and while it is disabled", async () => {
      const { form: element, control } = await form()
      pick(control, textFile("a.txt"))
      await saved(control, 1)
      control.disabled = true
      await rendered(control)
      expect([...new FormData(element)]).to.deep.equal([])
      control.disabled = false
      control.name = ""
      await rendered(control)
      expect([...new FormData(element)]).to.deep.equal([])
    })

    it("is invalid while a required file is missing, and shows it once the form was asked", async () => {
      const { form: element, control } = await form("required")
      expect(element.checkValidity()).to.equal(false)
      expect(control.validity.valueMissing).to.equal(true)
      expect(control.validationMessage).to.equal("Please add a file.")
      await rendered(control)
      expect(control.state).to.equal("invalid")
      expect(wordsOf(control, "[part=message]")).to.contain("Please add a file.")
      await expectAccessible(control)
      pick(control, textFile("a.txt"))
      await saved(control, 1)
      await rendered(control)
      expect(element.checkValidity()).to.equal(true)
      expect(control.state).to.equal("idle")
    })

    it("cannot be sent while files are on their way to this device or failed", async () => {
      let release: (() => void) | undefined
      engine.faults.save = () => new Promise((resolve) => (release = resolve))
      const { form: element, control } = await form()
      pick(control, textFile("a.txt"))
      expect(element.checkValidity()).to.equal(false)
      await until(() => release)
      engine.faults.save = () => {
        throw failure("QuotaExceeded")
      }
      pick(control, textFile("b.txt"))
      release?.()
      await saved(control, 1)
      await until(() => control.state === "invalid")
      expect(control.validationMessage).to.equal("1 file could not be saved.")
    })

    it("is empty after a reset, and deletes nothing", async () => {
      const { form: element, control } = await form("required")
      pick(control, textFile("a.txt"))
      await saved(control, 1)
      element.reset()
      await rendered(control)
      expect(control.value).to.deep.equal([])
      expect(rows(control)).to.have.lengthOf(0)
      expect(control.state).to.equal("idle")
      expect(engine.listFiles()).to.have.lengthOf(1)
    })

    it("is restored with its files after a reload, also before there is an engine", async () => {
      setFileSync(undefined)
      const { form: element, control } = await form()
      const row = { fileId: "old", name: "old.txt", sizeBytes: 5, mimeType: "text/plain" }
      control.formStateRestoreCallback(JSON.stringify([row, { nonsense: true }, null]))
      await rendered(control)
      expect(new FormData(element).getAll("photos")).to.deep.equal(["old"])
      expect(words(rows(control)[0])).to.contain("old.txt")
      control.formStateRestoreCallback("{broken")
      expect(control.value).to.deep.equal([])
    })

    it("takes ids as its value and shows what the store knows about them", async () => {
      engine.arrive({ id: "known", name: "known.txt", mimeType: "text/plain" }, textFile("known.txt"))
      const { form: element, control } = await form()
      control.value = ["known"]
      await rendered(control)
      expect(words(rows(control)[0])).to.contain("known.txt")
      expect(new FormData(element).getAll("photos")).to.deep.equal(["known"])
    })

    it("takes a value that was assigned before the element was defined", async () => {
      const name = "filesync-upload-late"
      const early = document.createElement(name) as FilesyncUpload
      Object.assign(early, { value: ["kept"], state: "busy", required: true })
      customElements.define(name, class extends FilesyncUpload {})
      const { parentElement } = await upload()
      parentElement?.append(early)
      await rendered(early)
      expect([early.value, early.state, early.required]).to.deep.equal([["kept"], "idle", true])
    })

    it("reports the page when its value changed", async () => {
      const { control } = await form()
      let changes = 0
      control.addEventListener("change", () => changes++)
      pick(control, textFile("a.txt"))
      await saved(control, 1)
      await rendered(control)
      inside(control, "[part=remove]")?.click()
      expect(changes).to.equal(2)
    })
  })

  describe("life on a page", () => {
    it("does not throw when the engine does", async () => {
      const element = await upload()
      pick(element, textFile("a.txt"))
      await saved(element, 1)
      engine.breakDown()
      await rendered(element)
      expect(rows(element)).to.have.lengthOf(1)
    })

    it("saves with an engine that replaces the first", async () => {
      const other = new InMemoryFileSync()
      const element = await upload()
      setFileSync(other)
      const ids: Array<FilesyncSavedEvent> = []
      element.addEventListener("filesync-saved", (event) => ids.push(event))
      pick(element, textFile("a.txt"))
      await saved(element, 1)
      expect([engine.listFiles().length, other.listFiles().length, ids.length]).to.deep.equal([0, 1, 1])
    })

    it("speaks the language around it, and changes with it", async () => {
      const stage = await fixture<HTMLElement>(
        '<div lang="de"><filesync-upload multiple></filesync-upload></div>',
      )
      const element = stage.querySelector("filesync-upload") as FilesyncUpload
      await until(() => wordsOf(element, "button") === "Dateien auswählen")
      stage.lang = "ja"
      await until(() => wordsOf(element, "button") === "ファイルを選択")
      stage.lang = "xx-not a language"
      await until(() => wordsOf(element, "button") === "Choose files")
    })
  })
})
