import { expect } from "@esm-bundle/chai"
import {
  setFileSync,
  setFileSyncDelay,
  type TransferFacts,
  type VerifyReport,
} from "../../src/client/global-client.js"
import { countEngineWatchers } from "../engine-watchers.js"
import {
  clearFixtures,
  expectAccessible,
  fixture,
  inside,
  rendered,
  until,
  wordsOf,
} from "../test-support/fixture.js"
import { failure } from "../test-support/faults.js"
import { InMemoryFileSync } from "../test-support/in-memory-file-sync.js"
import { textFile } from "../test-support/pictures.js"
import { countObservedElements } from "../visibility.js"
import "./define.js"
import type { FilesyncInspector, InspectorTab } from "./filesync-inspector.js"
import { setInspectorLocale } from "./inspector-messages.js"

const nothingFound: VerifyReport = {
  checked: 3,
  missing: [],
  extra: [],
  corrupt: [],
  notUploaded: [],
  orphaned: [],
}

const failed: TransferFacts = {
  kind: "upload",
  contentHash: "f".repeat(64),
  fileIds: ["letter"],
  phase: "failed",
  bytesDone: 0,
  bytesTotal: 6,
  attempt: 2,
  nextRetryAt: null,
  error: {
    tag: "UploadError",
    reason: "TooLarge",
    side: "upload",
    message: "letter.txt is too large for https://x.example/a?token=1",
  },
}

describe("<filesync-inspector>", () => {
  let engine: InMemoryFileSync

  beforeEach(() => {
    engine = new InMemoryFileSync()
    setFileSync(engine)
  })

  afterEach(async () => {
    await clearFixtures()
    setFileSync(undefined)
    expect(engine.subscriptions, "subscriptions left").to.equal(0)
    expect(countEngineWatchers(), "engine watchers left").to.equal(0)
    expect(countObservedElements(), "observed elements left").to.equal(0)
  })

  const tabs: ReadonlyArray<InspectorTab> = ["files", "transfers", "events", "storage", "report"]
  const inspector = (attributes = "") =>
    fixture<FilesyncInspector>(`<filesync-inspector lang="en" ${attributes}></filesync-inspector>`)
  const show = async (element: FilesyncInspector, tab: InspectorTab) => {
    inside(element, `#tab-${tab}`)?.click()
    await rendered(element)
  }
  const rows = (element: Element) =>
    [...(element.shadowRoot?.querySelectorAll("[part=item]") ?? [])].map((row) =>
      (row.textContent ?? "").replace(/\s+/g, " ").trim(),
    )
  const button = (element: Element, messages: string) =>
    [...(element.shadowRoot?.querySelectorAll("button") ?? [])].find(
      (one) => one.textContent?.trim() === messages,
    )
  const choose = async (element: FilesyncInspector, label: string, value: string) => {
    const select = inside<HTMLSelectElement>(element, `select[aria-label="${label}"]`)
    if (select === null) throw new Error(`no ${label}`)
    select.value = value
    select.dispatchEvent(new Event("change"))
    await rendered(element)
  }
  const search = async (element: FilesyncInspector, text: string) => {
    const box = inside<HTMLInputElement>(element, "input[type=search]")
    if (box === null) throw new Error("no search")
    box.value = text
    box.dispatchEvent(new Event("input"))
    await rendered(element)
  }
  const arriveMany = (count: number) => {
    for (let at = 0; at < count; at++)
      engine.arrive({ id: `id-${at}`, name: `file ${at}.txt`, sizeBytes: at })
  }

  describe("accessibility", () => {
    it("is accessible in every part, full and empty", async () => {
      const element = await inspector()
      for (const tab of tabs) {
        await show(element, tab)
        await expectAccessible(element)
      }
      engine.arrive({ id: "letter", name: "letter.txt", metadata: { album: "x" } }, textFile("letter.txt"))
      engine.facts = { transfers: [failed], pinned: ["letter"] }
      engine.setStatus({ state: "error", failed: 1, usageBytes: 10, quotaBytes: 100 })
      engine.announce({ type: "saved", fileId: "letter", contentHash: "f".repeat(64) })
      const full = await inspector()
      inside(full, ".row")?.click()
      for (const tab of tabs) {
        await show(full, tab)
        await expectAccessible(full)
      }
    })

    it("moves between tabs with the arrow keys, Home and End, and only the chosen one is a tab stop", async () => {
      const element = await inspector()
      const chosen = () => inside(element, "[role=tab][aria-selected=true]")?.id
      const press = async (key: string) => {
        element.shadowRoot?.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))
        await rendered(element)
      }
      inside(element, "#tab-files")?.focus()
      await press("ArrowRight")
      expect([chosen(), element.tab, element.shadowRoot?.activeElement?.id]).to.deep.equal([
        "tab-transfers",
        "transfers",
        "tab-transfers",
      ])
      await press("End")
      expect(chosen()).to.equal("tab-report")
      await press("ArrowRight")
      expect(chosen()).to.equal("tab-files")
      await press("ArrowLeft")
      expect(chosen()).to.equal("tab-report")
      await press("Home")
      expect(chosen()).to.equal("tab-files")
      const stops = [...(element.shadowRoot?.querySelectorAll<HTMLElement>("[role=tab]") ?? [])].map(
        ({ tabIndex }) => tabIndex,
      )
      expect(stops).to.deep.equal([0, -1, -1, -1, -1])
    })
  })

  describe("the engine", () => {
    it("says that it starts, why it does not, and after a while that there is none, and shows the one that comes", async () => {
      setFileSync(undefined)
      const { setTimeout: original } = globalThis
      let wait = () => {}
      globalThis.setTimeout = ((run: () => void, delayMs: number) => {
        if (delayMs === 10_000) wait = run
        return original(run, delayMs)
      }) as typeof setTimeout
      const element = await inspector()
      globalThis.setTimeout = original
      const says = () => wordsOf(element, "p")
      expect(says()).to.equal("Starting")
      await expectAccessible(element)
      setFileSyncDelay("other-tab")
      await until(() => says().includes("another tab"))
      setFileSyncDelay("failed")
      await until(() => says().includes("could not be opened"))
      setFileSyncDelay(undefined)
      await until(() => says() === "Starting")
      wait()
      await until(() => says() === "There is no engine on this page yet.")
      engine.arrive({ id: "a", name: "letter.txt" }, textFile("letter.txt"))
      setFileSync(engine)
      await until(() => rows(element).length === 1)
      const other = new InMemoryFileSync()
      setFileSync(other)
      await until(() => wordsOf(element, ".line").includes(other.storeId))
      expect([rows(element).length, engine.subscriptions]).to.deep.equal([0, 0])
      element.remove()
      await Promise.resolve()
      expect(other.subscriptions).to.equal(0)
    })

    it("shows its state in words, as an attribute and as a custom state, and pauses and resumes it", async () => {
      const element = await inspector()
      button(element, "Pause")?.click()
      await until(() => element.state === "paused")
      await rendered(element)
      expect(element.matches("[state=paused]:state(paused)")).to.equal(true)
      button(element, "Resume")?.click()
      await until(() => element.state === "idle")
    })

    it("does not throw when the engine does", async () => {
      const element = await inspector()
      engine.breakDown()
      await until(() => element.shadowRoot?.textContent?.includes("no engine"))
    })
  })

  describe("files", () => {
    it("lists them with where their bytes are", async () => {
      engine.arrive({ id: "a", name: "here.txt", remoteKey: null }, textFile("here.txt"))
      engine.arrive({ id: "b", name: "there.txt", remoteKey: "k" })
      const element = await inspector()
      expect(rows(element)).to.have.length(2)
      expect(rows(element)[0]).to.match(/^there\.txt .* not here uploaded$/)
      expect(rows(element)[1]).to.match(/^here\.txt .* here not uploaded$/)
    })

    it("finds by name, id and hash, and filters by state", async () => {
      engine.arrive({ id: "first", name: "Letter.txt", remoteKey: null }, textFile("x"))
      engine.arrive({ id: "second", name: "photo.png", contentHash: "abc".padEnd(64, "0"), remoteKey: "k" })
      const element = await inspector()
      for (const [text, name] of [
        ["LETT", "Letter.txt"],
        ["second", "photo.png"],
        ["abc0", "photo.png"],
      ] as const) {
        await search(element, text)
        expect(rows(element).join(), text).to.contain(name)
        expect(rows(element), text).to.have.length(1)
      }
      await search(element, "nothing like it")
      expect(rows(element)).to.deep.equal([])
      await search(element, "")
      await choose(element, "Show", "only-here")
      expect(rows(element)).to.have.length(1)
      expect(rows(element)[0]).to.contain("Letter.txt")
    })

    it("reports everything about one, and what can be done with it", async () => {
      engine.arrive({ id: "a", name: "a.txt", remoteKey: "k/1", metadata: { album: "x" } }, textFile("a"))
      const element = await inspector()
      inside(element, ".row")?.click()
      await rendered(element)
      const facts = wordsOf(element, "[part=facts]")
      for (const fact of ["Id a", "Object key k/1", "album", "On this device yes"]) {
        expect(facts).to.contain(fact)
      }
      expect(inside(element, ".row")?.getAttribute("aria-expanded")).to.equal("true")
      button(element, "Free this copy")?.click()
      await until(() => engine.calls.includes("evict a"))
    })

    it("says why something could not be done", async () => {
      engine.arrive({ id: "a", name: "a.txt", remoteKey: "k" }, textFile("a"))
      engine.evict = () => Promise.reject(failure("Pinned"))
      const element = await inspector()
      inside(element, ".row")?.click()
      await rendered(element)
      button(element, "Free this copy")?.click()
      await until(() => wordsOf(element, "[role=status]") === "That did not work: Pinned")
    })

    /** The time of one search, as the median of five: one of them may meet a garbage collection or a busy machine. */
    const searchMs = async (element: FilesyncInspector) => {
      const times: Array<number> = []
      for (const text of ["9", "99", "999", "file 1", ""]) {
        const startedMs = performance.now()
        await search(element, text)
        times.push(performance.now() - startedMs)
      }
      return times.toSorted((a, b) => a - b)[2] ?? 0
    }

    it("shows ten thousand a page at a time, and a search costs no more than the files it looks at", async () => {
      const count = 10_000
      const part = 500
      arriveMany(part)
      const element = await inspector()
      const partMs = await searchMs(element)
      arriveMany(count)
      await rendered(element)
      await until(() => wordsOf(element, ".pager").includes("1–50 of 10,000"))
      expect(rows(element)).to.have.length(50)
      expect(rows(element)[0]).to.contain("file 9999.txt")
      inside(element, '[aria-label="Next page"]')?.click()
      await rendered(element)
      expect(rows(element)[0]).to.contain("file 9949.txt")
      expect((await searchMs(element)) / partMs).to.be.below(count / part)
    })
  })

  describe("transfers", () => {
    it("shows what stopped first, why, and tries it again", async () => {
      engine.arrive({ id: "letter", name: "letter.txt" }, textFile("letter.txt"))
      const queued = {
        ...failed,
        contentHash: "0".repeat(64),
        phase: "queued",
        error: null,
        attempt: 0,
      } as const
      engine.facts = { transfers: [queued, failed] }
      const element = await inspector('tab="transfers"')
      expect(rows(element)[0]).to.contain("letter.txt Upload · stopped")
      expect(rows(element)[0]).to.contain("UploadError (TooLarge)")
      expect(rows(element)[0]).to.contain("2 failed tries")
      expect(rows(element)[1]).to.contain("queued")
      button(element, "Try again")?.click()
      expect(engine.calls).to.contain("retry letter")
    })

    it("has a bar for what runs", async () => {
      engine.arrive({ id: "letter", name: "letter.txt" }, textFile("letter.txt"))
      engine.facts = { transfers: [{ ...failed, phase: "running", bytesDone: 3, error: null, attempt: 0 }] }
      const element = await inspector('tab="transfers"')
      expect(inside(element, "[role=progressbar]")?.getAttribute("aria-valuenow")).to.equal("50")
    })
  })

  describe("events", () => {
    it("shows what happened since it is on the page, newest first, also while it was hidden", async () => {
      const element = await inspector("hidden")
      engine.arrive({ id: "a", name: "a.txt" }, textFile("a"))
      engine.announce({ type: "saved", fileId: "a", contentHash: "0".repeat(64) })
      engine.announce({
        type: "transfer-failed",
        kind: "upload",
        fileId: "a",
        error: { tag: "UploadError", reason: "Offline", side: "upload", message: "no line" },
        retryInMs: 1500,
      })
      element.hidden = false
      await show(element, "events")
      expect(rows(element)).to.have.length(2)
      expect(rows(element)[0]).to.match(/transfer-failed a\.txt .*Offline.* next try in 1\.5 s/)
      expect(rows(element)[1]).to.match(/saved a\.txt$/)
    })

    it("can show problems only, and be cleared", async () => {
      const element = await inspector('tab="events"')
      engine.announce({ type: "online" })
      engine.announce({ type: "offline" })
      await until(() => rows(element).length === 2)
      inside(element, "input[type=checkbox]")?.click()
      await rendered(element)
      expect(rows(element)).to.have.length(1)
      button(element, "Clear")?.click()
      await rendered(element)
      expect(rows(element)).to.deep.equal([])
    })
  })

  describe("storage", () => {
    it("reports how much there is, of what, and what is pinned", async () => {
      engine.arrive({ id: "a" }, textFile("a"))
      engine.arrive({ id: "b" })
      engine.facts = { pinned: ["a"], cache: { usedBytes: 2_000_000, maxBytes: 8_000_000 } }
      engine.setStatus({ usageBytes: 3_000_000, quotaBytes: 9_000_000, persisted: true, onlyHere: 1 })
      const element = await inspector('tab="storage"')
      const messages = wordsOf(element, ".storage")
      for (const fact of [
        "Used by this site 3 MB of 9 MB",
        "Budget for files 2 MB of 8 MB",
        "clean-up yes",
        "Files on this device 1 of 2",
        "Pinned 1",
      ]) {
        expect(messages).to.contain(fact)
      }
    })

    it("verifies and says that all is well", async () => {
      engine.verify = async () => nothingFound
      const element = await inspector('tab="storage"')
      button(element, "Verify")?.click()
      await until(() => wordsOf(element, "[part=check-result]").includes("Everything is as it should be"))
      expect(button(element, "Repair")).to.equal(undefined)
    })

    it("lists what is wrong by name, and repairs it", async () => {
      engine.arrive({ id: "a", name: "broken.txt" }, textFile("a"))
      const found = { ...nothingFound, corrupt: ["a"], orphaned: ["0".repeat(64)] }
      const repaired: Array<unknown> = []
      engine.verify = async () => found
      engine.repair = async (report) => {
        repaired.push(report)
        return found
      }
      const element = await inspector('tab="storage"')
      button(element, "Verify")?.click()
      await until(() => button(element, "Repair"))
      expect(wordsOf(element, "[part=check-result]")).to.contain("Damaged: 1")
      expect(wordsOf(element, "details")).to.contain("broken.txt")
      await expectAccessible(element)
      button(element, "Repair")?.click()
      await until(() => wordsOf(element, "[part=check-result]").includes("Repaired"))
      expect(repaired).to.deep.equal([found])
    })
  })

  describe("the report", () => {
    const secret = "letter.txt"

    it("has states and errors, and neither names, ids, hashes, metadata nor addresses", async () => {
      engine.arrive(
        { id: "letter", name: secret, metadata: { album: "holiday" }, remoteKey: null },
        textFile(secret),
      )
      engine.setFileState("letter", { transfer: "error", error: failed.error })
      engine.facts = { transfers: [failed] }
      const element = await inspector('tab="report"')
      const text = inside<HTMLTextAreaElement>(element, "textarea")?.value ?? ""
      const report = JSON.parse(text)
      expect(report.counts).to.include({ records: 1, here: 1 })
      expect(report.failed[0].error).to.deep.equal({
        tag: "UploadError",
        reason: "TooLarge",
        side: "upload",
        message: "<name> is too large for <address>",
      })
      expect(report.transfers[0].files[0]).to.equal(report.failed[0].id)
      for (const kept of [
        secret,
        '"letter"',
        "holiday",
        "x.example",
        "token=1",
        failed.contentHash,
        engine.storeId,
      ]) {
        expect(text, kept).not.to.contain(kept)
      }
    })

    it("has names when they are wanted, and still no metadata and no addresses", async () => {
      engine.arrive({ id: "letter", name: secret, metadata: { album: "holiday" } }, textFile(secret))
      engine.setFileState("letter", { transfer: "error", error: failed.error })
      const element = await inspector('tab="report"')
      inside(element, "input[type=checkbox]")?.click()
      await rendered(element)
      const text = inside<HTMLTextAreaElement>(element, "textarea")?.value ?? ""
      expect(JSON.parse(text).failed[0]).to.include({ id: "letter", name: secret })
      for (const kept of ["holiday", "x.example", "token=1"]) expect(text).not.to.contain(kept)
    })

    it("can be copied, and says so", async () => {
      const copied: Array<string> = []
      const { clipboard } = navigator
      Object.defineProperty(navigator, "clipboard", {
        configurable: true,
        value: { writeText: async (text: string) => void copied.push(text) },
      })
      try {
        const element = await inspector('tab="report"')
        button(element, "Copy")?.click()
        await until(() => wordsOf(element, "[role=status]") === "Copied.")
        expect(JSON.parse(copied[0] ?? "").about).to.equal("livestore-filesync report")
      } finally {
        Object.defineProperty(navigator, "clipboard", { configurable: true, value: clipboard })
      }
    })

    it("is available to the app as text", async () => {
      engine.arrive({ id: "letter", name: secret }, textFile(secret))
      const element = await inspector()
      expect(element.report()).not.to.contain(secret)
      expect(JSON.parse(element.report({ withNames: true })).storeId).to.equal(engine.storeId)
    })
  })

  describe("words", () => {
    it("are English, whatever the page speaks, until an app gives its own", async () => {
      const element = await inspector()
      element.lang = "de-AT"
      await rendered(element)
      expect(wordsOf(element, "#tab-files")).to.match(/^Files/)
    })

    it("are an app's own where it says so", async () => {
      const element = await inspector()
      setInspectorLocale("pt", { tabFiles: "Arquivos" })
      element.lang = "pt"
      await until(() => wordsOf(element, "#tab-files").startsWith("Arquivos"))
      expect(wordsOf(element, "#tab-storage")).to.equal("Storage")
    })
  })
})
