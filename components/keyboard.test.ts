import { expect } from "@esm-bundle/chai"
import { sendKeys } from "@web/test-runner-commands"
import { setFileSync, type TransferFacts } from "../src/client/global-client.js"
import "./filesync-inspector/define.js"
import "./index.js"
import type { FilesyncViewer } from "./filesync-viewer/filesync-viewer.js"
import { clearFixtures, fixture, inside, rendered, until } from "./test-support/fixture.js"
import { failure } from "./test-support/faults.js"
import { InMemoryFileSync } from "./test-support/in-memory-file-sync.js"
import {
  focused,
  focusedName,
  hasMedia,
  hasRealKeys,
  press,
  setMedia,
  tabStops,
} from "./test-support/keyboard.js"
import { picture, textFile } from "./test-support/pictures.js"

const stopped = { tag: "UploadError", reason: "TooLarge", side: "upload", message: "" } as const

describe("by keyboard alone", () => {
  let engine: InMemoryFileSync

  before(function () {
    if (!hasRealKeys) this.skip()
  })
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
  })

  /** The element between two buttons of the page. */
  const between = async <Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag,
    attributes = "",
    content = "",
  ): Promise<HTMLElementTagNameMap[Tag]> => {
    const stage = await fixture<HTMLElement>(
      `<div><button id="before">x</button><${tag} lang="en" ${attributes}>${content}</${tag}><button id="after">x</button></div>`,
    )
    const element = stage.querySelector(tag)
    if (element === null) throw new Error(`no ${tag}`)
    await rendered(element)
    return element
  }
  /** Goes to the button of this name by the Tab key. */
  const tabTo = async (name: string) => {
    document.getElementById("before")?.focus()
    for (let step = 0; step < 40 && focusedName() !== name; step++) await press("Tab")
    expect(focusedName()).to.equal(name)
  }
  const focusIs = async (element: Element, name: string) => {
    await rendered(element)
    expect(document.activeElement, "the focus fell to the page").not.to.equal(document.body)
    expect(focusedName()).to.equal(name)
  }

  describe("<filesync-upload>", () => {
    const upload = (attributes = "multiple") => between("filesync-upload", attributes)
    const withFiles = async (...names: ReadonlyArray<string>) => {
      const element = await upload()
      element.addFiles(names.map((name) => textFile(name)))
      await until(() => element.value.length === names.length)
      await rendered(element)
      return element
    }
    const failsToSave = () => {
      engine.faults.save = () => {
        throw failure("QuotaExceeded")
      }
    }

    it("reaches every button in visual order, forwards and backwards, and lets the focus leave", async () => {
      const element = await upload('multiple accept=".txt"')
      element.addFiles([
        textFile("stopped.txt"),
        textFile("moving.txt"),
        new File(["x"], "no.png", { type: "image/png" }),
      ])
      await until(() => element.value.length === 2)
      const [first = "", second = ""] = element.value
      engine.setFileState(first, { transfer: "error", error: stopped })
      engine.setFileState(second, { transfer: "uploading", progress: 0.5 })
      await rendered(element)
      const stops = await tabStops("before", "after")
      expect(stops).to.deep.equal([
        "Choose files",
        "Dismiss",
        "Try stopped.txt again",
        "Take stopped.txt off this list",
        "Cancel adding moving.txt",
      ])
      expect(await tabStops("after", "before", "Shift+Tab")).to.deep.equal(stops.toReversed())
    })

    it("opens the file picker with Enter and with Space", async () => {
      const element = await upload()
      let opened = 0
      inside(element, "input")?.addEventListener("click", (event) => {
        event.preventDefault()
        opened++
      })
      await tabTo("Choose files")
      await press("Enter")
      await press("Space")
      expect(opened).to.equal(2)
    })

    it("is passed by while it is disabled", async () => {
      await upload("disabled")
      expect(await tabStops("before", "after")).to.deep.equal([])
    })

    it("stays in the row when a file that could not be saved is tried again", async () => {
      failsToSave()
      const element = await upload()
      element.addFiles([textFile("a.txt"), textFile("b.txt")])
      await until(() => element.shadowRoot?.querySelectorAll("[part=retry]").length === 2)
      delete engine.faults.save
      await tabTo("Try a.txt again")
      await press("Enter")
      await until(() => element.value.length === 1)
      await focusIs(element, "Cancel adding a.txt")
    })

    it("stays in the row when a stopped upload is tried again, moves and ends", async () => {
      const element = await withFiles("a.txt", "b.txt")
      const [id = ""] = element.value
      engine.setFileState(id, { transfer: "error", error: stopped })
      await tabTo("Try a.txt again")
      await press("Space")
      expect(engine.calls).to.contain(`retry ${id}`)
      engine.setFileState(id, { transfer: "uploading", progress: 0.5, error: null })
      await focusIs(element, "Cancel adding a.txt")
      engine.setFileState(id, { transfer: "done", progress: 1, remote: true })
      // Its row comes last now.
      await focusIs(element, "Take a.txt off this list")
    })

    it("goes to the row beside one whose upload is cancelled", async () => {
      const element = await withFiles("a.txt", "b.txt")
      const [id = ""] = element.value
      engine.setFileState(id, { transfer: "uploading", progress: 0.5 })
      await tabTo("Cancel adding a.txt")
      await press("Enter")
      expect(engine.calls).to.contain(`deleteFile ${id}`)
      await focusIs(element, "Cancel adding b.txt")
    })

    it("reaches the rows that are not made yet, and those of finished files", async () => {
      const { now } = performance
      const element = await withFiles(...Array.from({ length: 30 }, (_, at) => `${at}.txt`))
      await tabTo("Show more (10)")
      await press("Enter")
      await focusIs(element, "Cancel adding 20.txt")
      // As if they were finished a while ago: what a person is at stays where it is.
      performance.now = () => now.call(performance) - 5000
      for (const id of element.value) engine.setFileState(id, { transfer: "done", progress: 1, remote: true })
      performance.now = now
      await rendered(element)
      document.querySelector<HTMLElement>("#before")?.focus()
      element.requestUpdate()
      await rendered(element)
      expect(await tabStops("before", "after")).to.deep.equal(["Choose files", "Show"])
      await tabTo("Show")
      await press("Enter")
      await focusIs(element, "Hide")
    })

    it("goes to the row beside a removed one, and from the last to the button", async () => {
      const element = await withFiles("a.txt", "b.txt", "c.txt")
      await tabTo("Cancel adding b.txt")
      await press("Enter")
      await focusIs(element, "Cancel adding c.txt")
      await press("Enter")
      await focusIs(element, "Cancel adding a.txt")
      await press("Enter")
      await focusIs(element, "Choose files")
    })

    it("goes on from a row that is cancelled while it is being saved", async () => {
      let release: (() => void) | undefined
      engine.faults.save = () => new Promise((resolve) => (release = resolve))
      const element = await upload()
      element.addFiles([textFile("a.txt"), textFile("b.txt")])
      await until(() => release)
      await tabTo("Cancel adding a.txt")
      await press("Enter")
      await focusIs(element, "Cancel adding b.txt")
      delete engine.faults.save
      release?.()
      await until(() => element.value.length === 1)
      await focusIs(element, "Cancel adding b.txt")
    })

    it("goes to the button when the page takes the rows away or resets the form", async () => {
      const element = await withFiles("a.txt", "b.txt")
      await tabTo("Cancel adding b.txt")
      element.value = []
      await focusIs(element, "Choose files")
      element.addFiles([textFile("c.txt")])
      await until(() => element.value.length === 1)
      await tabTo("Cancel adding c.txt")
      element.formResetCallback()
      await focusIs(element, "Choose files")
    })

    it("goes on when refusals are dismissed, or go by themselves", async () => {
      const element = await upload('multiple accept=".txt"')
      element.addFiles([new File(["x"], "no.png", { type: "image/png" })])
      await tabTo("Dismiss")
      await press("Enter")
      await focusIs(element, "Choose files")
      element.addFiles([new File(["x"], "no.png", { type: "image/png" })])
      await tabTo("Dismiss")
      element.addFiles([textFile("yes.txt")])
      await until(() => element.value.length === 1)
      await rendered(element)
      expect(inside(element, "[part=message]")).to.equal(null)
      await focusIs(element, "Cancel adding yes.txt")
    })

    it("has nothing to reach in the small pictures of earlier files", async () => {
      engine.arrive({ id: "old", name: "old.png" })
      const element = await upload()
      element.value = ["old"]
      await until(() => inside(element, "filesync-image")?.getAttribute("state") === "error")
      expect(await tabStops("before", "after")).to.deep.equal(["Choose files", "Take old.png off this list"])
    })
  })

  describe("<filesync-status>", () => {
    const failing = (...names: ReadonlyArray<string>) => {
      for (const name of names) {
        engine.arrive({ id: name, name })
        engine.setFileState(name, { transfer: "error", error: stopped })
      }
      engine.setStatus({ state: "error", failed: names.length })
    }
    const recovers = (name: string, failed: number) => {
      engine.setFileState(name, { transfer: "done", error: null })
      engine.setStatus({ state: failed > 0 ? "error" : "idle", failed })
    }

    it("reaches every button in visual order, forwards and backwards, and lets the focus leave", async () => {
      failing("b.txt", "a.txt")
      await between("filesync-status", "detail")
      const stops = await tabStops("before", "after")
      expect(stops).to.deep.equal([
        "Try again: a.txt",
        "Remove: a.txt",
        "Try again: b.txt",
        "Remove: b.txt",
        "Pause",
        "Try again",
      ])
      expect(await tabStops("after", "before", "Shift+Tab")).to.deep.equal(stops.toReversed())
    })

    it("opens what needs attention, goes through it, and returns to the button that opened it", async () => {
      failing("a.txt")
      const element = await between("filesync-status")
      await tabTo("1 file needs attention")
      await press("Enter")
      await until(() => inside(element, ".panel")?.matches(":popover-open"))
      await until(() => focused() === inside(element, ".panel"))
      await press("Tab")
      await focusIs(element, "Dismiss")
      await press("Tab")
      await focusIs(element, "Try again: a.txt")
      await press("Escape")
      await until(() => inside(element, ".panel") === null)
      await focusIs(element, "1 file needs attention")
    })

    it("stays on one button that pauses and resumes", async () => {
      const element = await between("filesync-status", "detail")
      await tabTo("Pause")
      await press("Enter")
      expect(element.state).to.equal("paused")
      await focusIs(element, "Resume")
      await press("Space")
      expect(element.state).to.equal("idle")
      await focusIs(element, "Pause")
    })

    it("stays near when all failures are tried again and go", async () => {
      failing("a.txt")
      const element = await between("filesync-status", "detail")
      await tabTo("Try again")
      await press("Enter")
      expect(engine.calls).to.contain("retry")
      recovers("a.txt", 0)
      await focusIs(element, "Pause")
    })

    it("goes from a file that is well again to the next that is not, and then to the actions", async () => {
      failing("c.txt", "b.txt", "a.txt")
      const element = await between("filesync-status", "detail")
      await tabTo("Try again: b.txt")
      await press("Enter")
      expect(engine.calls).to.contain("retry b.txt")
      recovers("b.txt", 2)
      await focusIs(element, "Try again: c.txt")
      recovers("a.txt", 1)
      await focusIs(element, "Try again: c.txt")
      recovers("c.txt", 0)
      await focusIs(element, "Pause")
    })

    it("stays at the element when no button is left, and returns to one that comes", async () => {
      const element = await between("filesync-status", "detail")
      await tabTo("Pause")
      engine.setStatus({ state: "unsupported" })
      await rendered(element)
      expect(focused()).to.equal(element)
      engine.setStatus({ state: "idle" })
      await focusIs(element, "Pause")
      document.getElementById("after")?.focus()
      expect(element.hasAttribute("tabindex")).to.equal(false)
    })
  })

  describe("<filesync-image>", () => {
    const broken = async () => {
      engine.arrive({ id: "a" })
      const element = await between("filesync-image", 'file-id="a" alt="A boat"')
      await until(() => inside(element, "button"))
      return element
    }

    it("stays at a picture that comes after another try, and at the button when it does not", async () => {
      const element = await broken()
      await tabTo("Try again")
      await press("Enter")
      await until(() => element.state === "error" && inside(element, "button"))
      await focusIs(element, "Try again")
      engine.download("a", await picture(4, 4))
      await until(() => element.state === "ready")
      await rendered(element)
      expect(focused()).to.equal(element)
      expect(await tabStops("before", "after")).to.deep.equal([])
    })
  })

  describe("<filesync-list>", () => {
    const template = `<template><p><b data-file="name"></b> <a data-file-link>Get</a> <button data-file-delete>Delete</button></p></template>`
    const some = () => {
      for (const id of ["c", "b", "a"]) engine.arrive({ id, name: `${id}.txt`, mimeType: "text/plain" })
    }

    it("downloads and deletes, and goes from a deleted row to the next", async () => {
      some()
      const element = await between("filesync-list", "", template)
      await until(() => element.count === 3)
      expect(await tabStops("before", "after")).to.deep.equal(
        ["a", "b", "c"].flatMap((id) => [`Get: ${id}.txt`, `Delete ${id}.txt`]),
      )
      await tabTo("Delete b.txt")
      await press("Enter")
      await until(() => element.count === 2)
      await focusIs(element, "Delete c.txt")
      await press("Space")
      await until(() => element.count === 1)
      await focusIs(element, "Delete a.txt")
      await press("Enter")
      await until(() => element.count === 0)
      await rendered(element)
      expect(focused()).to.equal(element)
    })

    it("renames, stays at the file, and lets go of a new name with Escape", async () => {
      some()
      const element = await between("filesync-list", "editable")
      await until(() => element.count === 3)
      await tabTo("Rename b.txt")
      await press("Enter")
      await focusIs(element, "Rename b.txt")
      expect(focused()?.localName).to.equal("input")
      // The name without its ending is selected.
      await sendKeys({ type: "new" })
      await press("Enter")
      await until(() => element.records[1]?.name === "new.txt")
      await focusIs(element, "Rename new.txt")
      expect(focused()?.localName).to.equal("button")
      await press("Space")
      await sendKeys({ type: "other" })
      await press("Escape")
      await focusIs(element, "Rename new.txt")
      expect([
        element.records[1]?.name,
        engine.calls.filter((call) => call.startsWith("edit")),
      ]).to.deep.equal(["new.txt", ["editFile b"]])
    })

    it("deletes, takes it back without a connection, and is at the file again", async () => {
      some()
      engine.setStatus({ state: "offline", online: false })
      const element = await between("filesync-list", "editable")
      await until(() => element.count === 3)
      await tabTo("Delete b.txt")
      await press("Enter")
      await until(() => element.count === 2)
      await focusIs(element, "Undo deleting b.txt")
      // An engine lists the record a moment after it has restored the file.
      const restore = engine.restoreFile.bind(engine)
      engine.restoreFile = async (fileId) => void setTimeout(() => void restore(fileId), 100)
      await press("Enter")
      await until(() => element.count === 3)
      await until(() => inside(element, "[part=undo]") === null)
      await focusIs(element, "Delete b.txt")
      expect(element.records.map(({ id }) => id)).to.deep.equal(["a", "b", "c"])
    })

    it("goes from a card that another device deleted to the next", async () => {
      some()
      const element = await between("filesync-list")
      await until(() => element.count === 3)
      await tabTo("Download b.txt")
      await engine.deleteFile("b")
      await until(() => element.count === 2)
      await focusIs(element, "Download c.txt")
    })

    it("stays on a card that moves", async () => {
      some()
      const element = await between("filesync-list", 'order="name"')
      await until(() => element.count === 3)
      await tabTo("Download a.txt")
      engine.arrive({ id: "a", name: "z.txt", mimeType: "text/plain" })
      await until(() => element.records.at(-1)?.name === "z.txt")
      await focusIs(element, "Download z.txt")
    })
  })

  describe("<filesync-viewer>", () => {
    it("opens from a list, turns, brings a version back, closes, and returns to the file", async () => {
      for (const id of ["c", "b", "a"])
        engine.arrive({ id, name: `${id}.txt`, mimeType: "text/plain" }, textFile(id))
      await engine.updateFile("b", textFile("second"))
      const list = await between("filesync-list", "viewer")
      await until(() => list.count === 3)
      await tabTo("Show a.txt")
      await press("Enter")
      const viewer = () => document.querySelector("filesync-viewer") as FilesyncViewer
      await until(() => document.querySelector("filesync-viewer")?.state === "ready")
      await press("ArrowRight")
      await until(() => viewer().fileId === "b" && viewer().state === "ready")
      await tabTo("Earlier versions")
      await press("Enter")
      await until(() => inside(viewer(), "[part=versions] button"))
      const restore = inside(viewer(), "[part=versions] button")
      for (let step = 0; step < 20 && focused() !== restore; step++) await press("Tab")
      await press("Enter")
      await until(() => inside(viewer(), "[part=text]")?.textContent === "b")
      await focusIs(viewer(), "Earlier versions")
      await press("Escape")
      await until(() => viewer().state === "closed")
      await focusIs(list, "Show a.txt")
    })
  })

  describe("<filesync-inspector>", () => {
    const transfer = (id: string, phase: TransferFacts["phase"]): TransferFacts => ({
      kind: "upload",
      contentHash: id.repeat(8),
      fileIds: [id],
      phase,
      bytesDone: 0,
      bytesTotal: 6,
      attempt: 0,
      nextRetryAt: null,
      error: phase === "failed" ? stopped : null,
    })
    const arrive = (count: number) => {
      for (let at = count - 1; at >= 0; at--)
        engine.arrive({ id: `f${at}`, name: `${at}.txt` }, textFile(`${at}.txt`))
    }
    const inspector = (tab: string) => between("filesync-inspector", `tab="${tab}"`)
    /** The engine knows something else now, which shows at the element's next look. */
    const knows = async (facts: typeof engine.facts) => {
      engine.facts = { ...engine.facts, ...facts }
      engine.setStatus({})
    }

    it("reaches tabs, then the chosen part in visual order, forwards and backwards, and lets the focus leave", async () => {
      arrive(1)
      engine.setStatus({ state: "error", failed: 1 })
      await inspector("files")
      const stops = await tabStops("before", "after")
      expect(stops).to.deep.equal([
        "Pause",
        "Try failed again",
        "Files1",
        "panel",
        "Name, id or hash",
        "Show",
        "Order",
        "0.txt 5 bytes here uploaded",
      ])
      expect(await tabStops("after", "before", "Shift+Tab")).to.deep.equal(stops.toReversed())
      for (const tab of ["transfers", "events", "storage", "report"]) {
        await clearFixtures()
        await inspector(tab)
        const there = await tabStops("before", "after")
        expect(await tabStops("after", "before", "Shift+Tab"), tab).to.deep.equal(there.toReversed())
      }
    })

    it("stays near when what it retried, put first or cancelled goes", async () => {
      arrive(3)
      engine.facts = {
        transfers: [transfer("f0", "failed"), transfer("f1", "queued"), transfer("f2", "queued")],
      }
      engine.setStatus({ state: "error", failed: 1 })
      const element = await inspector("transfers")
      await tabTo("Try again: 0.txt")
      await press("Enter")
      expect(engine.calls).to.contain("retry f0")
      await knows({
        transfers: [transfer("f0", "queued"), transfer("f1", "queued"), transfer("f2", "queued")],
      })
      await until(() => focusedName() !== "Try again: 0.txt")
      await focusIs(element, "Put first: 0.txt")
      await tabTo("Stop: 1.txt")
      await press("Enter")
      expect(engine.calls).to.contain("cancel f1")
      await knows({ transfers: [transfer("f0", "queued"), transfer("f2", "queued")] })
      await until(() => focusedName() !== "Stop: 1.txt")
      await focusIs(element, "Stop: 2.txt")
      await knows({ transfers: [] })
      await until(() => inside(element, "[part=item]") === null)
      expect(element.shadowRoot?.activeElement).not.to.equal(null)
    })

    it("opens a file, and stays with it while what can be done with it changes", async () => {
      arrive(1)
      engine.setFileState("f0", { transfer: "queued-upload", remote: false })
      const element = await inspector("files")
      document.getElementById("after")?.focus()
      await press("Shift+Tab")
      await press("Enter")
      expect(inside(element, "[part=facts]")).not.to.equal(null)
      await tabTo("Stop: 0.txt")
      engine.setFileState("f0", { transfer: "error", error: stopped })
      await until(() => focusedName() !== "Stop: 0.txt")
      await focusIs(element, "Keep here: 0.txt")
      await tabTo("Try again: 0.txt")
      await press("Enter")
      engine.setFileState("f0", { transfer: "done", error: null, remote: true })
      await until(() => focusedName() !== "Try again: 0.txt")
      await focusIs(element, "Keep here: 0.txt")
    })

    it("turns pages to the end and stays on the button", async () => {
      arrive(60)
      const element = await inspector("files")
      document.getElementById("after")?.focus()
      await press("Shift+Tab")
      expect(focusedName()).to.equal("Next page")
      await press("Enter")
      await focusIs(element, "Next page")
      await press("Enter")
      expect(inside(element, ".pager")?.textContent).to.contain("51")
      await press("Shift+Tab")
      await press("Enter")
      await focusIs(element, "Previous page")
      expect(inside(element, ".pager")?.textContent).to.contain("50")
    })

    it("verifies and repairs, and stays on the button meanwhile and after", async () => {
      const found = { checked: 1, missing: ["f0"], extra: [], corrupt: [], notUploaded: [], orphaned: [] }
      let finish = (_report: typeof found) => {}
      engine.verify = () => new Promise((resolve) => (finish = resolve))
      engine.repair = async () => ({ ...found, missing: [] })
      const element = await inspector("storage")
      await tabTo("Verify")
      await press("Enter")
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      await focusIs(element, "Verifying …")
      finish(found)
      await until(() => inside(element, "[part=check-result]"))
      await focusIs(element, "Verify")
      await tabTo("Repair")
      await press("Enter")
      await until(() => inside(element, ".check")?.querySelectorAll(".actions button").length === 1)
      await focusIs(element, "Verify")
    })

    it("clears events and stays on the button", async () => {
      const element = await inspector("events")
      engine.announce({ type: "saved", fileId: "f0", contentHash: "f".repeat(64) })
      await until(() => inside(element, "[part=item]"))
      await tabTo("Clear")
      await press("Enter")
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      expect(inside(element, "[part=item]")).to.equal(null)
      await focusIs(element, "Clear")
    })

    it("stays at the element when the engine goes", async () => {
      const element = await inspector("files")
      await tabTo("Pause")
      setFileSync(undefined)
      await until(() => inside(element, "button") === null)
      expect(focused()).to.equal(element)
    })
  })

  it("shows where the focus is, also in forced colours", async function () {
    if (!hasMedia) this.skip()
    engine.arrive({ id: "a" })
    engine.setFileState("a", { transfer: "error", error: stopped })
    engine.setStatus({ state: "error", failed: 1 })
    const stage = await fixture<HTMLElement>(`<div lang="en"><button id="before">x</button>
      <filesync-upload multiple accept=".txt"></filesync-upload><filesync-status detail></filesync-status>
      <filesync-image file-id="a" alt="A boat"></filesync-image><filesync-list></filesync-list>
      <filesync-inspector></filesync-inspector><button id="after">x</button></div>`)
    const upload = stage.querySelector("filesync-upload")
    upload?.addFiles([textFile("a.txt"), new File(["x"], "no.png", { type: "image/png" })])
    await until(() => upload?.value.length === 1)
    await until(() => stage.querySelector("filesync-image")?.state === "error")
    for (const forcedColors of [undefined, "active"] as const) {
      await setMedia(forcedColors === undefined ? {} : { forcedColors })
      expect(matchMedia("(forced-colors: active)").matches).to.equal(forcedColors === "active")
      document.getElementById("before")?.focus()
      const unseen: Array<string> = []
      let stops = 0
      for (await press("Tab"); document.activeElement?.id !== "after"; await press("Tab")) {
        const { outlineStyle, outlineWidth } = getComputedStyle(focused() as Element)
        if (outlineStyle === "none" || Number.parseFloat(outlineWidth) < 2) unseen.push(focusedName())
        if (++stops > 60) throw new Error("never left")
      }
      await setMedia({})
      expect(stops).to.be.greaterThan(12)
      expect(unseen).to.deep.equal([])
    }
  })
})
